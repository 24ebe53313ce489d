/**
 * Disks that are full or read-only. Where this machine lets us mount (root, or a user namespace), they are real ones in a
 * mount namespace of their own. Elsewhere a limit on the size of files stands in for a full disk and modes for a read-only
 * one, so that the same promises are checked everywhere.
 */
import {execFile, spawnSync} from 'node:child_process';
import type {Rig} from '../rig/rig.ts';
import {Marker, mlpBin} from './spawned-cli.ts';

const NAMESPACES = [
  ['unshare', '-m'],
  ['unshare', '-r', '-m'],
];

/** Words that start a command in a mount namespace; undefined where that is not allowed. */
export const namespace: readonly string[] | undefined = NAMESPACES.find(([program = '', ...words]) => {
  const {status} = spawnSync(program, [...words, 'sh', '-c', 'mount -t tmpfs -o size=1m none /mnt']);
  return status === 0;
});

export interface Step {
  readonly code: number;
  readonly text: string;
}

/**
 * Runs a shell script in which `mlp` is the built command line; each `step NAME ARGS` runs it and remembers what it said.
 * @returns the steps by name, in their order.
 */
export async function inShell(rig: Pick<Rig, 'folder'>, script: string): Promise<Readonly<Record<string, Step>>> {
  const head = [
    'set -eu',
    'step() { name=$1; shift; echo "=== $name"; code=0; "$NODE" "$MLP" "$@" 2>&1 || code=$?; echo "--- $code"; }',
    '',
  ].join('\n');
  const words = [...(namespace ?? []), 'sh', '-c', head + script];
  const env = {...new Marker().env(), NODE: process.execPath, MLP: mlpBin};
  const text = await new Promise<string>((resolve, reject) => {
    execFile(words[0] ?? 'sh', words.slice(1), {cwd: rig.folder, env, maxBuffer: 2 ** 26}, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${stdout}${stderr}`, {cause: error}));
    });
  });
  const steps = [...text.matchAll(/^=== (.+)\n([^]*?)^--- (\d+)$/gm)];
  return Object.fromEntries(steps.map(([, name = '', said = '', code]) => [name, {code: Number(code), text: said}]));
}
