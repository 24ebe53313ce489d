import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {buildSync} from 'esbuild';
import {expect, it, onTestFinished} from 'vitest';

/** A thread that no one can end, since it waits in a native call. */
const CHILD = `
  import {Worker} from 'node:worker_threads';
  import {createSignals} from './src/host/signals.ts';
  new Worker("require('node:child_process').spawnSync('sleep', ['20'])", {eval: true}).on('online', () => createSignals().end(9));
`;

it('a process ends at once whatever its threads do, with its exit code where Node can replace a process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-signals-'));
  onTestFinished(() => {
    rmSync(folder, {recursive: true, force: true});
  });
  const outfile = join(folder, 'child.mjs');
  const stdin = {contents: CHILD, resolveDir: join(import.meta.dirname, '../..'), loader: 'ts'} as const;
  buildSync({stdin, bundle: true, platform: 'node', format: 'esm', outfile});
  const {status, signal} = spawnSync(process.execPath, [outfile], {timeout: 15_000, stdio: 'ignore'});
  expect([status, signal]).toEqual('execve' in process ? [9, null] : [null, 'SIGKILL']);
});
