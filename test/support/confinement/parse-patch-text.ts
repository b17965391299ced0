/** A patch in the `*** Begin Patch` form, as the file operations that it asks for. */
export type PatchOperation =
  | { do: 'write'; path: string }
  | { do: 'remove'; path: string }
  | { do: 'move'; from: string; to: string };

export function patchOperations(patch: string): PatchOperation[] {
  const operations: PatchOperation[] = [];
  for (const line of patch.split('\n')) {
    const [, kind = '', path = ''] =
      /^\*\*\* (Add File|Update File|Delete File|Move to): (.*)$/u.exec(line) ?? [];
    const last = operations.at(-1);
    if (kind === 'Add File' || kind === 'Update File') operations.push({ do: 'write', path });
    if (kind === 'Delete File') operations.push({ do: 'remove', path });
    if (kind === 'Move to' && last?.do === 'write') {
      operations.splice(-1, 1, { do: 'move', from: last.path, to: path });
    }
  }
  return operations;
}
