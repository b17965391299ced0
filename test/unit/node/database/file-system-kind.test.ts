/** A write-ahead log only where all who use it share the machine. */
import assert from 'node:assert/strict';
import os from 'node:os';
import { describe, it } from 'mocha';
import {
  type FileSystemLook,
  fileSystemKind,
} from '../../../../src/node/database/file-system-kind.ts';

const nowhere: FileSystemLook = {
  platform: 'linux',
  type: () => Promise.reject(new Error('no such folder')),
  realPath: async (folder) => folder,
  mounts: async () => '',
};

describe('the file system of a folder', () => {
  const linux = (type: number) => fileSystemKind('/s', { ...nowhere, type: async () => type });
  const windows = (real: string) =>
    fileSystemKind('X:\\s', { ...nowhere, platform: 'win32', realPath: async () => real });
  const mac = (folder: string) =>
    fileSystemKind(folder, {
      ...nowhere,
      platform: 'darwin',
      mounts: async () =>
        [
          '/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)',
          '/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)',
          '//me@server/share (old) on /Volumes/My Share (smbfs, nodev, nosuid, mounted by me)',
          'map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)',
          'garbled',
        ].join('\n'),
    });

  it('is local on Linux for disks and memory', async () => {
    for (const type of [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630]) {
      assert.equal(await linux(type), 'local');
    }
  });

  it('is a network on Linux for NFS, SMB and folders of a host, with and without a sign', async () => {
    for (const type of [0x6969, 0xff534d42, 0xff534d42 | 0, 0xfe534d42, 0x01021997]) {
      assert.equal(await linux(type), 'network');
    }
  });

  it('is unknown where it may be anything, or cannot be looked at', async () => {
    assert.equal(await linux(0x65735546), 'unknown');
    assert.equal(await fileSystemKind('/s', nowhere), 'unknown');
    assert.equal(await fileSystemKind('/s', { ...nowhere, platform: 'sunos' }), 'unknown');
  });

  it('is told on macOS by the innermost mount', async () => {
    assert.equal(await mac('/Users/me/state'), 'local');
    assert.equal(await mac('/Volumes/My Share/state'), 'network');
    assert.equal(await mac('/Volumes/My Shared/state'), 'local');
    assert.equal(await fileSystemKind('/s', { ...nowhere, platform: 'darwin' }), 'unknown');
  });

  it('is told on Windows by what a drive leads to', async () => {
    assert.equal(await windows('C:\\Users\\me'), 'local');
    assert.equal(await windows('\\\\?\\C:\\Users\\me'), 'local');
    assert.equal(await windows('\\\\server\\share\\state'), 'network');
    assert.equal(await windows('\\\\?\\UNC\\server\\share'), 'network');
  });

  it('is local for the temporary folder of this machine', async () => {
    assert.equal(await fileSystemKind(os.tmpdir()), 'local');
  });
});
