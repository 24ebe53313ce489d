/** Real `mlp` processes for tests that kill them, and what is left of them. */
import {spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {RunEvent} from '../../src/model/event.ts';

const BIN = join(import.meta.dirname, '../../bin/mlp.js');
const CRASH = join(import.meta.dirname, 'crash-at-write.cjs');

export interface EngineEnd {
  /** undefined when it was killed. */
  readonly code: number | undefined;
  /** What it announced, whole lines only. */
  readonly events: readonly RunEvent[];
  readonly talk: string;
}

export interface Death {
  /** Dies by its own hand at this write. */
  readonly atWrite?: number;
  /** Is killed after this many lines of output. */
  readonly afterLines?: number;
}

/** `mlp run --json ARGS` in a process of its own. */
export function runEngine(folder: string, death: Death = {}, args: readonly string[] = []): Promise<EngineEnd> {
  const preload = death.atWrite === undefined ? [] : ['--require', CRASH];
  const child = spawn(process.execPath, [...preload, BIN, 'run', '--json', ...args], {
    cwd: folder,
    env: {PATH: process.env['PATH'], HOME: process.env['HOME'], MLP_CRASH_AT: String(death.atWrite ?? 0)},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let talk = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (death.afterLines !== undefined && out.split('\n').length > death.afterLines) child.kill('SIGKILL');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (talk += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const lines = out.split('\n').slice(0, -1);
      resolve({code: code ?? undefined, talk, events: lines.map((line) => JSON.parse(line) as RunEvent)});
    });
  });
}

/** Command lines of processes that mention a text, once those that are ending have ended. */
export async function processesWith(text: string): Promise<readonly string[]> {
  let found = commandLines(text);
  for (let tries = 0; found.length > 0 && tries < 200; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    found = commandLines(text);
  }
  return found;
}

function commandLines(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(text));
}
