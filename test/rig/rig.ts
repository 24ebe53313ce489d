/**
 * A project in a temp folder and the command line in this process: `rig.write`, `rig.mlp('run')`, `rig.read`. The clock,
 * the disk and SQLite are real; environment and output are the test's own. `await using` removes the folder.
 */
import {
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  existsSync,
  chmodSync,
  realpathSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {runCli} from '../../src/cli/run-cli.ts';
import type {Host} from '../../src/host/host.ts';
import {openHost, type HostOptions} from '../../src/host/open-host.ts';
import type {RunEvent} from '../../src/model/event.ts';
import type {Outcome} from '../../src/model/run.ts';

const START_FOLDER = process.cwd();

export interface CliResult {
  readonly code: number;
  /** stdout: data. */
  readonly out: string;
  /** stderr: talk. */
  readonly talk: string;
}

export interface RunResult extends CliResult {
  readonly events: readonly RunEvent[];
  /** stage -> outcome. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Names of stages whose action was executed, in the order of their ends. */
  readonly ran: readonly string[];
}

export class Rig {
  /** Absolute, links resolved. */
  readonly folder: string;
  /** What the command line sees; PATH and HOME by default. */
  env: Record<string, string> = {PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? ''};
  /** Parts of the host that a test replaces. */
  host: HostOptions = {};
  /** Stands between the command line and the whole host: to count its calls, to replace its processes. */
  wrap: (host: Host) => Host = (host) => host;

  constructor(folder?: string) {
    this.folder = realpathSync(folder ?? mkdtempSync(join(tmpdir(), 'mlp-rig-')));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array, mode?: number): void {
    mkdirSync(dirname(this.path(name)), {recursive: true});
    writeFileSync(this.path(name), content);
    if (mode !== undefined) chmodSync(this.path(name), mode);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  exists(name: string): boolean {
    return existsSync(this.path(name));
  }

  remove(name: string): void {
    rmSync(this.path(name), {recursive: true, force: true});
  }

  /** Any command, as typed. Never throws: look at the code. */
  async mlp(...argv: readonly string[]): Promise<CliResult> {
    let out = '';
    let talk = '';
    const output = {
      out: (text: string) => void (out += text),
      talk: (text: string) => void (talk += text),
      outIsTerminal: false,
      talkIsTerminal: false,
      width: () => 100,
      height: () => undefined,
    };
    const env = {get: (name: string) => this.env[name], all: () => this.env};
    const openFolder = (folder: string) => this.wrap(openHost(folder, {env, output, ...this.host}));
    const code = await runCli({argv, cwd: this.folder, version: 'test', build: 'test-build', openHost: openFolder});
    return {code, out, talk};
  }

  /** `mlp run --json ARGS`, with its events read back. */
  async run(...argv: readonly string[]): Promise<RunResult> {
    const result = await this.mlp('run', '--json', ...argv);
    const lines = result.out.split('\n').filter((line) => line !== '');
    const events = lines.map((line) => JSON.parse(line) as RunEvent);
    const ends = events.filter((event) => event.type === 'stage.end');
    return {
      ...result,
      events,
      outcomes: Object.fromEntries(ends.map((event) => [event.stage, event.outcome])),
      ran: ends.filter((event) => event.outcome === 'ran').map((event) => event.stage),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    // Functions are called in the project's folder, which is about to go.
    process.chdir(START_FOLDER);
    rmSync(this.folder, {recursive: true, force: true});
    return Promise.resolve();
  }
}
