/** The id of a field's element; it holds no space, because descriptions are named by lists of ids. */
export function fieldId(prefix: string, field: string): string {
  return `${prefix}:${field}`;
}
