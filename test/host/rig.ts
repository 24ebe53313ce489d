/** A project folder with a real host, and helpers to look at processes. */
import {mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach} from 'vitest';
import {openHost} from '../../src/host/open-host.ts';
import type {HostOptions} from '../../src/host/open-host.ts';
import type {Host, RunningWork} from '../../src/host/host.ts';

const folders: string[] = [];

const START_FOLDER = process.cwd();

afterEach(() => {
  // Functions are called in the project's folder, which is about to go.
  process.chdir(START_FOLDER);
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true});
});

/** An empty folder that is removed after the test. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlp-host-')));
  folders.push(folder);
  return folder;
}

/** A host on an empty project folder. */
export function tempHost(options?: HostOptions): Host {
  return openHost(tempFolder(), options);
}

/** Starts a process with the environment that matters here; its log is `log` in the project folder. */
export function startIn(host: Host, argv: readonly string[], cwd = '.'): RunningWork {
  return host.processes.start({argv, cwd, env: {PATH: process.env['PATH'] ?? ''}, logFile: 'log'});
}

/** Pids of running processes whose command line holds a text; one that ended and was not waited for is not running. */
export function pidsWith(text: string): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return commandLine.includes(text) && Number(name) !== process.pid ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** Waits until something is true. @throws Error after ten seconds */
export async function until(what: string, isTrue: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
