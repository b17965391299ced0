/** A message for the editor's notifications, which make links of commands that a text names: words of models and files make none. */

export function plainMessage(text: string): string {
  return text.replaceAll('](', '] (');
}
