/** A review as it ought to be, in memory: files whose lines are slots far apart, so that each changed slot is one hunk. */
import type { FileSide } from '../../../../src/engine/apply-port.ts';
import type { FileChange, HunkDecision } from '../../../../src/shared/changes.ts';
import type { SeededRandom } from '../../shared/seeded-random.ts';

type Encoder = { wide: boolean; encode: (text: string) => Buffer };
const marked = (text: string) => (text === '' ? '' : `\ufeff${text}`);

export const encoders = {
  plain: { wide: false, encode: (text) => Buffer.from(text) },
  crlf: { wide: false, encode: (text) => Buffer.from(text.replaceAll('\n', '\r\n')) },
  'utf-16le': { wide: true, encode: (text) => Buffer.from(marked(text), 'utf16le') },
  'utf-16be': { wide: true, encode: (text) => Buffer.from(marked(text), 'utf16le').swap16() },
} as const satisfies Record<string, Encoder>;

type Slot = { was: string; is: string; decision: HunkDecision };

export type ModelFile = {
  path: string;
  renamedFrom?: string;
  encoding: keyof typeof encoders;
  /** Absent where one of the sides does not exist, or the person wrote another text: decided as a whole. */
  slots?: Slot[];
  was: string | undefined;
  is: string | undefined;
  whole: HunkDecision;
};

const slotCount = 5;

export class ModelReview {
  /** What differs, in the order of the paths. */
  files: ModelFile[] = [];
  readonly #random: SeededRandom;
  readonly #base = new Map<string, Uint8Array>();
  #values = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
    for (let number = 0; number < 8; number += 1) this.#add(`f${number}`);
  }

  before(): ReadonlyMap<string, Uint8Array> {
    return this.#base;
  }

  proposal(): Array<{ path: string; side?: FileSide }> {
    return this.files.flatMap(({ path, renamedFrom, encoding, is }) => {
      const bytes = is === undefined ? undefined : encoders[encoding].encode(is);
      const old = renamedFrom === undefined ? [] : [{ path: renamedFrom }];
      return [...old, { path, ...(bytes && { side: { bytes, mode: '100644' } }) }];
    });
  }

  /** What git took for a rename is one from now on. */
  pair(files: readonly FileChange[]): void {
    for (const file of this.files) {
      const found = files.find(({ path }) => path === file.path);
      if (found?.renamedFrom !== file.renamedFrom) throw new Error(`${file.path} is paired wrong`);
    }
    this.files.sort((left, right) => (left.path < right.path ? -1 : 1));
  }

  lineOf(slot: number): number {
    return slot * 6 + 4;
  }

  changedSlots({ slots = [] }: ModelFile): number[] {
    return slots.flatMap(({ was, is }, at) => (was === is ? [] : [at]));
  }

  decide(file: ModelFile, decision: HunkDecision, slot?: number): void {
    const { slots = [] } = file;
    if (slot === undefined) file.whole = decision;
    for (const [at, each] of slots.entries()) {
      if (slot === undefined || slot === at) each.decision = decision;
    }
  }

  /** @returns what the person saves: the text that is shown with another value in one slot */
  writeSlot(file: ModelFile): Uint8Array {
    const { slots = [] } = file;
    const slot = this.#random.pick(slots);
    const before = this.#isAccepted(file);
    const isBack = this.#random.chance(0.3);
    const value = isBack ? slot.was : this.#value();
    const hadHunk = slot.was !== slot.is;
    const isShown = hadHunk && slot.decision === 'rejected' ? slot.was : slot.is;
    if (value !== isShown) {
      slot.is = value;
      const stays = hadHunk && slot.decision === 'accepted' && !isBack;
      slot.decision = stays ? 'accepted' : 'undecided';
      this.#edited(file, before);
    }
    return this.shown(file);
  }

  /** @returns what the person saves: another text, maybe that of a file that is deleted or of its own base */
  writeWhole(file: ModelFile): Uint8Array {
    const before = this.#isAccepted(file);
    const gone = this.files.filter(
      ({ is, encoding }) => is === undefined && encoding === file.encoding,
    );
    const [alike] = gone;
    const own = `${this.#value()}\n`.repeat(this.#random.pick([1, 30]));
    const text = this.#random.pick([own, alike?.was ?? own, file.was ?? own]);
    if (text === this.#shownText(file)) return this.shown(file);
    file.is = text;
    if (text === file.was && file.slots) {
      // Where the base is shown already nothing is written: what was rejected stays rejected.
      for (const slot of file.slots) if (slot.decision !== 'rejected') slot.is = slot.was;
    } else delete file.slots;
    this.#edited(file, before);
    return encoders[file.encoding].encode(text);
  }

  shown(file: ModelFile): Uint8Array {
    return encoders[file.encoding].encode(this.#shownText(file));
  }

  /** The workspace once it is applied. */
  after(): Map<string, Uint8Array> {
    const files = new Map(this.#base);
    for (const file of this.files) {
      const { path, renamedFrom, slots, whole, was, is, encoding } = file;
      const some = this.changedSlots(file).some((at) => slots?.[at]?.decision === 'accepted');
      const isNameAccepted = whole === 'accepted' && (renamedFrom !== undefined || !slots);
      if (!some && !isNameAccepted) continue;
      if (renamedFrom !== undefined) files.delete(renamedFrom);
      const text = slots
        ? this.#text(was, slots, ({ decision }) => (decision === 'accepted' ? 'is' : 'was'))
        : is;
      if (text === undefined) files.delete(path);
      else files.set(path, encoders[encoding].encode(text));
    }
    return files;
  }

  #add(name: string): void {
    const random = this.#random;
    const encoding = random.pick(['plain', 'crlf', 'utf-16le', 'utf-16be'] as const);
    const slots = Array.from({ length: slotCount }, (): Slot => {
      const was = this.#value();
      return { was, is: was, decision: 'undecided' };
    });
    const kind = random.pick(['change', 'change', 'rename', 'rename', 'add', 'delete', 'keep']);
    const text = slots.map(({ was }, at) => slotText(name, at, was)).join('');
    if (kind !== 'add') this.#base.set(name, encoders[encoding].encode(text));
    if (kind === 'keep') return;
    if (kind === 'change')
      slots[0] = { was: slots[0]?.was ?? '', is: this.#value(), decision: 'undecided' };
    for (const slot of slots) if (random.chance(0.3)) slot.is = this.#value();
    const isBoth = kind === 'change' || kind === 'rename';
    this.files.push({
      path: kind === 'rename' ? `${random.pick(['moved', 'a'])}-${name}` : name,
      ...(kind === 'rename' && { renamedFrom: name }),
      encoding,
      ...(isBoth && { slots }),
      was: kind === 'add' ? undefined : text,
      is: kind === 'delete' ? undefined : this.#text(text, slots, () => 'is'),
      whole: 'undecided',
    });
  }

  #edited(file: ModelFile, wasAccepted: boolean): void {
    const { slots, renamedFrom, was } = file;
    const is = slots ? this.#text(was, slots, () => 'is') : file.is;
    file.is = is;
    const isNameAlone = renamedFrom !== undefined && is === was;
    const stays = isNameAlone ? wasAccepted : file.whole === 'accepted';
    file.whole = stays ? 'accepted' : 'undecided';
    if (is === was && renamedFrom === undefined) {
      this.files = this.files.filter((each) => each !== file);
    }
  }

  #isAccepted(file: ModelFile): boolean {
    const changed = this.changedSlots(file);
    if (changed.length === 0) return file.whole === 'accepted';
    return changed.every((at) => file.slots?.[at]?.decision === 'accepted');
  }

  #shownText({ slots, was, is, whole }: ModelFile): string {
    if (!slots) return (whole === 'rejected' ? was : is) ?? '';
    return this.#text(was, slots, ({ decision }) => (decision === 'rejected' ? 'was' : 'is')) ?? '';
  }

  #text(
    base: string | undefined,
    slots: readonly Slot[],
    sideOf: (slot: Slot) => 'was' | 'is',
  ): string {
    const values = new Map(slots.map((slot) => [slot.was, slot[sideOf(slot)]]));
    return (base ?? slots.map(({ was }) => `${was}\n`).join(''))
      .split('\n')
      .map((line) => values.get(line) ?? line)
      .join('\n');
  }

  #value(): string {
    this.#values += 1;
    return `value-Ċ-${this.#values}`;
  }
}

/** The slot is the fourth of six lines. */
function slotText(name: string, at: number, value: string): string {
  const line = (number: number) => `${name} has this at ${at}, ${number}\n`;
  return `${line(1)}${line(2)}${line(3)}${value}\n${line(5)}${line(6)}`;
}
