/**
 * A PostgreSQL server of the test's own: Debian's programs, in a temp folder, on a Unix socket only. It refuses to run as
 * root, so root starts it as `nobody`.
 */
import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import {chmodSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const isRoot = process.getuid?.() === 0;

/** Folder with `initdb` and `postgres`, the newest version; undefined when there is none. */
export const postgresPrograms = findPrograms();

function findPrograms(): string | undefined {
  const versions = '/usr/lib/postgresql';
  const folders = existsSync(versions) ? readdirSync(versions).sort((a, b) => Number(b) - Number(a)) : [];
  return folders.map((version) => join(versions, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

const asUser = (program: string, args: readonly string[]): [string, string[]] =>
  isRoot
    ? ['setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', program, ...args]]
    : [program, [...args]];

export class PostgresServer {
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Error when the programs are not there: `apt-get install postgresql` */
  static async start(): Promise<PostgresServer> {
    const bin = postgresPrograms;
    if (bin === undefined) throw new Error('there is no PostgreSQL: apt-get install postgresql');
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlp-postgres-')));
    chmodSync(folder, 0o777);
    const server = new PostgresServer(folder);
    const made = spawnSync(
      ...asUser(join(bin, 'initdb'), [
        '-D',
        join(folder, 'data'),
        '-U',
        'test',
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--locale=C',
        '--no-sync',
      ]),
      {
        encoding: 'utf8',
        cwd: folder,
      },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
    await server.#run(bin);
    return server;
  }

  get url(): string {
    return `postgresql://test:hidden@/postgres?host=${encodeURIComponent(this.#folder)}`;
  }

  async query(text: string): Promise<readonly unknown[]> {
    const {default: pg} = await import('pg');
    const client = new pg.Client({connectionString: this.url});
    await client.connect();
    try {
      return (await client.query(text)).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  /** At once, as a machine that loses its power. */
  async kill(): Promise<void> {
    await this.#end('SIGQUIT');
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.#end('SIGINT');
    rmSync(this.#folder, {recursive: true, force: true});
  }

  /** Started again after `kill`. */
  async again(): Promise<void> {
    await this.#run(postgresPrograms ?? '');
  }

  async #run(bin: string): Promise<void> {
    const options = [
      '-D',
      join(this.#folder, 'data'),
      '-k',
      this.#folder,
      '-c',
      'listen_addresses=',
      '-c',
      'fsync=off',
    ];
    const started = spawn(...asUser(join(bin, 'postgres'), options), {
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = started;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      started.stderr.on('data', (chunk: Buffer) => {
        said += String(chunk);
        if (said.includes('ready to accept connections')) resolve();
      });
      started.on('exit', () => reject(new Error(`postgres ended: ${said}`)));
    });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.on('exit', resolve));
    running.kill(signal);
    await ended;
  }
}
