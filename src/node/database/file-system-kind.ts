/** Tells whether a folder lies on a disk of this machine: a write-ahead log needs memory that all its users share. */
import { execFile } from 'node:child_process';
import { realpath, statfs } from 'node:fs/promises';
import process from 'node:process';
import { promisify } from 'node:util';

export type FileSystemKind = 'local' | 'network' | 'unknown';

export type FileSystemLook = {
  platform: NodeJS.Platform;
  /** The type number of statfs(2). */
  type(folder: string): Promise<number>;
  /** The path with mapped drives resolved to the share behind them. */
  realPath(folder: string): Promise<string>;
  /** What mount(8) prints. */
  mounts(): Promise<string>;
};

const thisMachine: FileSystemLook = {
  platform: process.platform,
  type: async (folder) => (await statfs(folder)).type,
  realPath: (folder) => realpath(folder),
  mounts: async () => (await promisify(execFile)('/sbin/mount', [], { timeout: 2_000 })).stdout,
};

/**
 * Numbers of statfs(2) and linux/magic.h. What is in neither list is unknown: FUSE (0x65735546), for
 * one, may be anything. Overlays lie on a disk of the machine, in containers.
 */
const linuxLocal = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0xca451a4e, // bcachefs
  0x3153464a, // JFS
  0x52654973, // ReiserFS
  0x01021994, // tmpfs
  0x858458f6, // ramfs
  0x794c7630, // overlayfs
]);
const linuxNetwork = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xfe534d42, // SMB2
  0xff534d42, // CIFS
  0x01021997, // 9P: folders of the host in WSL and virtual machines
  0x00c36400, // Ceph
  0x5346414f, // AFS
  0x73757245, // Coda
  0x01161970, // GFS2
  0x7461636f, // OCFS2
  0x0bd00bd0, // Lustre
  0x786f4256, // VirtualBox shared folders
]);

/** Never throws: what cannot be found out is unknown. */
export async function fileSystemKind(
  folder: string,
  look: FileSystemLook = thisMachine,
): Promise<FileSystemKind> {
  try {
    switch (look.platform) {
      case 'linux': {
        // 32-bit systems report it with a sign.
        const type = (await look.type(folder)) >>> 0;
        if (linuxLocal.has(type)) return 'local';
        return linuxNetwork.has(type) ? 'network' : 'unknown';
      }
      case 'darwin':
        return kindByMounts(await look.realPath(folder), await look.mounts());
      case 'win32':
        return kindByWindowsPath(await look.realPath(folder));
      default:
        return 'unknown';
    }
  } catch {
    return 'unknown';
  }
}

/** The type numbers of macOS differ from version to version; mount(8) says `local` in words. */
function kindByMounts(folder: string, mounts: string): FileSystemKind {
  let found: { place: string; local: boolean } | undefined;
  for (const line of mounts.split('\n')) {
    const [, place, flags] = / on (\/.*) \(([^()]*)\)$/.exec(line) ?? [];
    if (place === undefined || flags === undefined) continue;
    const holds = place === '/' || folder === place || folder.startsWith(`${place}/`);
    if (!holds || (found !== undefined && found.place.length > place.length)) continue;
    found = { place, local: flags.split(', ').includes('local') };
  }
  if (found === undefined) return 'unknown';
  return found.local ? 'local' : 'network';
}

function kindByWindowsPath(folder: string): FileSystemKind {
  if (/^(?:\\\\\?\\)?[A-Za-z]:\\/.test(folder)) return 'local';
  return folder.startsWith('\\\\') ? 'network' : 'unknown';
}
