/**
 * The built command line as a process of its own, for what cannot be seen from inside: signals, kills, orphans, ports. Every
 * process that it starts, its guard included, carries a marker in PATH by which it is found again in /proc.
 */
import {spawn, type ChildProcess} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {existsSync, readFileSync, readdirSync, readlinkSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {RunEvent} from '../../src/model/event.ts';
import type {Outcome} from '../../src/model/run.ts';
import type {Rig} from '../rig/rig.ts';

export const mlpBin = join(import.meta.dirname, '../../bin/mlp.js');

const LONGEST_WAIT_MS = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly talk: string;
}

/** Looks again and again until it is so. @throws when it never becomes so, with what was waited for. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await pause(10);
  }
}

/** A folder in PATH that is not there: marks all processes below one command line. */
export class Marker {
  readonly folder = `/tmp/mlp-marker-${randomBytes(8).toString('hex')}`;

  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const {PATH = '', HOME = ''} = process.env;
    // The real node first: a version manager's wrapper would be a process more.
    return {PATH: `${dirname(process.execPath)}:${PATH}:${this.folder}`, HOME, ...more};
  }

  /** Command lines of the marked processes that still run, zombies left out. */
  alive(): readonly string[] {
    return readdirSync('/proc').flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return [];
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(this.folder)) return [];
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`];
      } catch {
        // It ended in this moment, or is a zombie.
        return [];
      }
    });
  }

  async allGone(): Promise<void> {
    try {
      await until('', () => this.alive().length === 0);
    } catch {
      throw new Error(`still running: ${this.alive().join('; ')}`);
    }
  }
}

export class SpawnedCli {
  readonly marker: Marker;
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #out = '';
  #talk = '';
  #hasEnded = false;

  /** @param under a command that starts what follows it. */
  constructor(
    rig: Pick<Rig, 'folder'>,
    argv: readonly string[],
    env: Readonly<Record<string, string>> = {},
    under: readonly string[] = [],
  ) {
    this.marker = new Marker();
    const [program = '', ...words] = [...under, process.execPath, mlpBin, ...argv];
    this.child = spawn(program, words, {
      cwd: rig.folder,
      env: this.marker.env(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#out += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#talk += text));
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.#hasEnded = true;
        resolve({code, signal, out: this.#out, talk: this.#talk});
      });
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the command line could not be started');
    return this.child.pid;
  }

  get out(): string {
    return this.#out;
  }

  get talk(): string {
    return this.#talk;
  }

  /** What `mlp run --json` said so far. */
  events(): readonly RunEvent[] {
    const lines = this.#out.slice(0, this.#out.lastIndexOf('\n') + 1).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RunEvent);
  }

  outcomes(): Readonly<Record<string, Outcome>> {
    const ends = this.events().filter((event) => event.type === 'stage.end');
    return Object.fromEntries(ends.map((event) => [event.stage, event.outcome]));
  }

  /** Waits for an event. @throws when the process ends without it. */
  async event(what: string, matches: (event: RunEvent) => boolean): Promise<void> {
    await this.#or(what, () => this.events().some(matches));
  }

  /** Waits for a file that a stage writes to tell that it is at work. @throws when the process ends without it. */
  async file(path: string): Promise<void> {
    await this.#or(`the file ${path}`, () => existsSync(path));
  }

  async #or(what: string, isSo: () => boolean): Promise<void> {
    await until(what, () => {
      if (isSo()) return true;
      if (this.#hasEnded) throw new Error(`it ended before: ${what}\n${this.#out}${this.#talk}`);
      return false;
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.child.kill('SIGKILL');
    await this.ended;
    await this.marker.allGone();
  }
}

/** Sockets that a process listens on or talks through, other than those to its own children. */
export function openPorts(pid: number): readonly string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'latin1')
      .split('\n')
      .slice(1)
      .filter((line) => inodes.has(line.trim().split(/\s+/)[9] ?? '')),
  );
}

/** A pipeline.yaml from an object: JSON is YAML. */
export function pipelineText(
  stages: Readonly<Record<string, unknown>>,
  top: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({mlp: 1, ...top, stages});
}

/** Names in the folders where mlp keeps what is not finished. */
export function temporaryFiles(rig: Pick<Rig, 'folder'>): readonly string[] {
  return ['.mlp/tmp', '.mlp/cache/tmp'].flatMap((folder) => {
    const path = join(rig.folder, folder);
    return existsSync(path) ? readdirSync(path).map((name) => `${folder}/${name}`) : [];
  });
}
