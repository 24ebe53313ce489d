/** What a reader of the figures must know of the machine. */
import {execFileSync} from 'node:child_process';
import {statfsSync} from 'node:fs';
import os from 'node:os';

const fileSystems = new Map([
  [0xef53, 'ext4'],
  [0x9123683e, 'btrfs'],
  [0x58465342, 'xfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
  [0x6969, 'nfs'],
  [0x2fc12fc1, 'zfs'],
]);

/** @param {string} folder where the pipelines are made */
export function machineFacts(folder) {
  const disk = statfsSync(folder);
  const load = os.loadavg()[0] ?? 0;
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    system: `${os.platform()} ${os.release()} ${os.arch()}`,
    node: process.version,
    folder: {
      fileSystem: fileSystems.get(disk.type) ?? `0x${disk.type.toString(16)}`,
      freeBytes: disk.bavail * disk.bsize,
    },
    loadAtStart: Math.round(load * 100) / 100,
  };
}

/** Commit of the repository under test, when there is one. @param {string} folder */
export function commitOf(folder) {
  try {
    return execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
