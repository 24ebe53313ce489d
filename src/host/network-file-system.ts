/** Tells network file systems apart, where shared memory between processes of different machines does not work. */
import {existsSync, readFileSync, statfsSync} from 'node:fs';
import {dirname} from 'node:path';

/** Numbers of statfs(2), from linux/magic.h and the file systems' own headers. */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xfe534d42, // SMB2
  0xff534d42, // CIFS
  0x01021997, // 9p
  0x0bd00bd0, // Lustre
  0x5346414f, // OpenAFS
  0x6b414653, // AFS of the kernel
  0x00c36400, // Ceph
  0x47504653, // GPFS
  0x73757245, // Coda
  0x7461636f, // OCFS2
  0x01161970, // GFS2
  0x19830326, // BeeGFS
  0x013111a8, // IBRIX
  0xaad7aaea, // PanFS
  0x20030528, // OrangeFS
]);

const FUSE = 0x65735546;
const NETWORK_FUSE = /sshfs|s3|gcs|nfs|smb|cifs|dav|gluster|rclone|ceph|moose|juicefs|goofys|lustre|beegfs|blob|hdfs/i;

/** @param absolute need not exist: the nearest folder that does is asked. */
export function isNetworkFileSystem(absolute: string): boolean {
  let path = absolute;
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  let type: number;
  try {
    type = Number(BigInt.asUintN(32, statfsSync(path, {bigint: true}).type));
  } catch {
    return false;
  }
  if (NETWORK_TYPES.has(type)) return true;
  return type === FUSE && NETWORK_FUSE.test(fuseType(path));
}

/** `fuse.sshfs` or the mount's source: FUSE has one number for all its file systems. */
function fuseType(path: string): string {
  let mounts: string;
  try {
    mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
  let best = {length: -1, type: ''};
  for (const line of mounts.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const point = (left.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const inside = point === '/' || path === point || path.startsWith(`${point}/`);
    if (inside && point.length >= best.length)
      best = {length: point.length, type: right.split(' ').slice(0, 2).join(' ')};
  }
  return best.type;
}
