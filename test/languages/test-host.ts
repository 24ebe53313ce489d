/** A project in a temp folder with a Host on it, real interpreters and all. */
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join, resolve} from 'node:path';
import {onTestFinished} from 'vitest';
import {createEnv} from '../../src/host/env.ts';
import type {Host} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open-host.ts';
import type {CodeEntry, CodeFingerprint, CodeTrouble} from '../../src/languages/language.ts';

/** Computed once for each file of tests. */
const PATH = quickPath();

export type FilesOfProject = Readonly<Record<string, string>>;

export interface TestProject {
  readonly host: Host;
  readonly root: string;
  /** Writes files, or removes those whose text is undefined. */
  write(files: Readonly<Record<string, string | undefined>>): void;
}

/** A project that is removed when the test ends; `path` replaces PATH. */
export function project(files: FilesOfProject, options: {readonly path?: string} = {}): TestProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mlp-languages-')));
  onTestFinished(() => rmSync(root, {recursive: true, force: true}));
  const write: TestProject['write'] = (changes) => {
    for (const [path, text] of Object.entries(changes)) {
      const absolute = resolve(root, path);
      if (text === undefined) rmSync(absolute, {recursive: true});
      else {
        mkdirSync(dirname(absolute), {recursive: true});
        writeFileSync(absolute, text);
      }
    }
  };
  write(files);
  return {host: testHost(root, options.path ?? PATH), root, write};
}

/** A fingerprint that must be one. */
export function understood(result: CodeFingerprint | CodeTrouble): CodeFingerprint {
  if ('kind' in result) throw new Error(`${result.kind}: ${result.message}`);
  return result;
}

/** Trouble that must be some. */
export function troubled(result: CodeFingerprint | CodeTrouble | object): CodeTrouble {
  if ('kind' in result && 'message' in result) return result as CodeTrouble;
  throw new Error('no trouble was told');
}

export const entryOf = (
  language: string,
  script: string,
  interpreter: string,
  more: Partial<CodeEntry> = {},
): CodeEntry => ({
  language,
  script,
  interpreter,
  cwd: '.',
  ...more,
});

function testHost(root: string, path: string): Host {
  const all = {...createEnv().all(), PATH: path};
  return openHost(root, {env: {get: (name) => (name === 'PATH' ? path : process.env[name]), all: () => all}});
}

/** PATH with the folder of the real `python3` first: a version manager's shim costs a quarter of a second each time. */
function quickPath(): string {
  const real = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {encoding: 'utf8'}).trim();
  return [dirname(real), process.env['PATH'] ?? ''].join(delimiter);
}
