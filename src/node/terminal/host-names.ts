/** Which texts name a host that may be opened, alone or with those below it. */

/** A name with a dot in it, behind `*.` two labels and more, with a port if need be. */
export function isHost(text: string): boolean {
  const [, below = '', name = ''] = /^(\*\.)?([a-z0-9._-]+)(?::\d{1,5})?$/iu.exec(text) ?? [];
  const labels = name.split('.');
  return labels.length >= 2 && labels.every(Boolean) && (below === '' || !/^[\d.]+$/u.test(name));
}
