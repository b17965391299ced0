/** How the indentation of a file differs from what a model wrote, as a rule that fits its new lines in. */

/** @returns undefined for a line that the rule says nothing about */
export type Reindent = (line: string) => string | undefined;

/** @returns undefined where no one rule leads from all old lines to those of the file */
export function reindentFor(
  old: readonly string[],
  found: readonly string[],
): Reindent | undefined {
  const pairs = old.flatMap((line, at) => {
    const stands = found[at] ?? '';
    return line.trim() === '' ? [] : [{ from: indentOf(line), to: indentOf(stands) }];
  });
  return added(pairs) ?? removed(pairs) ?? otherUnit(pairs);
}

type Pair = { from: string; to: string };

function added(pairs: readonly Pair[]): Reindent | undefined {
  const [first] = pairs;
  if (!first?.to.endsWith(first.from)) return undefined;
  const more = first.to.slice(0, first.to.length - first.from.length);
  if (!pairs.every(({ from, to }) => to === more + from)) return undefined;
  return (line) => (line.trim() === '' ? line : more + line);
}

function removed(pairs: readonly Pair[]): Reindent | undefined {
  const [first] = pairs;
  if (!first?.from.endsWith(first.to)) return undefined;
  const less = first.from.slice(0, first.from.length - first.to.length);
  if (!pairs.every(({ from, to }) => from === less + to)) return undefined;
  return (line) => {
    if (line.trim() === '') return line;
    return line.startsWith(less) ? line.slice(less.length) : undefined;
  };
}

/** Spaces for tabs or another width: one unit stands for one unit throughout. */
function otherUnit(pairs: readonly Pair[]): Reindent | undefined {
  const deep = pairs.filter(({ from, to }) => from !== '' || to !== '');
  const shortest = deep.toSorted((left, right) => left.from.length - right.from.length)[0];
  if (shortest === undefined || shortest.from === '' || shortest.to === '') return undefined;
  const steps = greatestCommonDivisor(shortest.from.length, shortest.to.length);
  const unit = shortest.from.slice(0, shortest.from.length / steps);
  const other = shortest.to.slice(0, shortest.to.length / steps);
  const convert = (indent: string): string | undefined => {
    const count = indent.length / unit.length;
    if (indent !== unit.repeat(Math.floor(count))) return undefined;
    return other.repeat(count);
  };
  if (!pairs.every(({ from, to }) => convert(from) === to)) return undefined;
  return (line) => {
    if (line.trim() === '') return line;
    const indent = convert(indentOf(line));
    return indent === undefined ? undefined : indent + line.trimStart();
  };
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
