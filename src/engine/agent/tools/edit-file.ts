/** edit_file: replaces text that is named by what it says, exactly once or not at all. */
import * as z from 'zod';
import { cutMiddle } from '../../prompts/cut.ts';
import { type FoundPlace, findPlace, type Place } from '../edit/find-place.ts';
import { nearestPlace } from '../edit/nearest-place.ts';
import { replacePlace } from '../edit/replace-place.ts';
import { inWords, linesInWords } from '../in-words.ts';
import { decodeText, encodeText, lineAt, type TextFile } from '../text-file.ts';
import { defineTool, type ToolOutcome } from '../tool.ts';

const EditInput = z.object({
  path: z.string().min(1).describe('Relative to the workspace.'),
  old_str: z
    .string()
    .min(1)
    .describe(
      'The text to replace, copied from the file with its white space. It must occur once; lines of context around the place make it unique.',
    ),
  new_str: z
    .string()
    .describe('What stands there afterwards, the context lines included; empty to delete.'),
  replace_all: z.boolean().exactOptional().describe('Replace every occurrence. Default: false.'),
});

type Edit = z.infer<typeof EditInput>;

/** Lines shown after an edit whose place was not exactly as given. */
const shownBudget = 2_000;

export const editFile = defineTool({
  name: 'edit_file',
  group: 'file_write',
  description:
    'Replaces one text in an existing file by another. Read the file first and copy old_str from it; it must occur exactly once, unless replace_all is true. Line ends, byte order mark and encoding of the file are kept, and all other lines stay as they are, byte for byte. If it fails, nothing was changed and the result says where old_str occurs or at which line it first differs from the file.',
  schema: EditInput,
  title: (input) => `Edit ${inWords(input.path)}`,
  async run(input, lane) {
    const file = decodeText(input.path, await lane.files.read(input.path));
    // A file's mark is no part of its text, and the ends of lines are the file's own.
    const edit = { ...input, old_str: input.old_str.replace(/^\ufeff/, '') };
    const found = findPlace(file.text, edit.old_str);
    const refusal = refusalOf(edit, file, found);
    if (refusal !== undefined) return refusal;
    const places = found.kind === 'exact' ? apart(found.places) : nearPlaces(found);
    const text = replaced(file.text, places, edit);
    if (text === undefined) return notIndented(edit, lineAt(file.text, places[0]?.start ?? 0));
    if (text === file.text) return unchanged(edit);
    await lane.files.write(edit.path, encodeText(text, file));
    return done(edit, { before: file.text, after: text, places, found });
  },
});

function nearPlaces(found: FoundPlace): Place[] {
  return found.kind === 'near' ? [found.place] : [];
}

function refusalOf(edit: Edit, { text }: TextFile, found: FoundPlace): ToolOutcome | undefined {
  const path = inWords(edit.path);
  if (edit.old_str === edit.new_str) return unchanged(edit);
  if (found.kind === 'exact' && found.places.length > 1 && edit.replace_all !== true) {
    const lines = found.places.map(({ start }) => lineAt(text, start));
    return failure(
      `old_str occurs ${lines.length} times in ${path}, at ${linesInWords(lines)}`,
      'Nothing was changed. Add lines of context until it is unique, or set replace_all.',
    );
  }
  if (found.kind === 'several') {
    return failure(
      `old_str does not occur in ${path} exactly; without regard to ${found.ignored} it fits ${found.lines.length} places, at ${linesInWords(found.lines)}`,
      'Nothing was changed. Copy the text exactly, with lines of context that make it unique.',
    );
  }
  if (found.kind === 'none') {
    const nearest =
      nearestPlace(text, edit.old_str) ?? 'No line of the file is like its first one.';
    return failure(
      `old_str does not occur in ${path}`,
      `Nothing was changed. ${nearest} Read the file there and copy the text exactly.`,
    );
  }
  return undefined;
}

/** Of places that overlap, the first. */
function apart(places: readonly Place[]): Place[] {
  const kept: Place[] = [];
  for (const place of places) if (place.start >= (kept.at(-1)?.end ?? 0)) kept.push(place);
  return kept;
}

function replaced(text: string, places: readonly Place[], edit: Edit): string | undefined {
  const texts = { old: edit.old_str, wanted: edit.new_str };
  let result: string | undefined = text;
  // From the last on, so that the offsets of the others hold.
  for (const place of places.toReversed()) {
    result = result === undefined ? undefined : replacePlace(result, place, texts);
  }
  return result;
}

function done(
  edit: Edit,
  {
    before,
    after,
    places,
    found,
  }: { before: string; after: string; places: Place[]; found: FoundPlace },
): ToolOutcome {
  const lines = places.map(({ start }) => lineAt(before, start));
  const where =
    lines.length === 1 ? `line ${lines[0]}` : `${lines.length} places, at ${linesInWords(lines)}`;
  const summary = `Edited ${inWords(edit.path)} at ${where}`;
  if (found.kind !== 'near') return { ok: true, summary, content: '' };
  const { start, end } = found.place;
  const written = after.slice(start, end + after.length - before.length);
  return {
    ok: true,
    summary: `${summary}; old_str differed there in ${found.ignored}`,
    content: `It was the only place that fitted. It now reads:\n${cutMiddle(written, shownBudget, 'read the file for the rest')}`,
  };
}

function notIndented(edit: Edit, line: number): ToolOutcome {
  return failure(
    `old_str fits ${inWords(edit.path)} at line ${line} but for its indentation, and new_str cannot be indented in the same way`,
    'Nothing was changed. Copy old_str with the indentation of the file, and indent new_str like it.',
  );
}

function unchanged(edit: Edit): ToolOutcome {
  return failure(
    edit.old_str === edit.new_str
      ? 'old_str and new_str are the same'
      : `The edit would leave ${inWords(edit.path)} as it is`,
    'Nothing was changed. Line ends are the file’s own and are not changed by an edit.',
  );
}

function failure(summary: string, content: string): ToolOutcome {
  return { ok: false, summary, content };
}
