import {spawn} from 'node:child_process';
import {existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import {buildSync} from 'esbuild';
import {describe, expect, test, vi} from 'vitest';
import {attemptId, stageName} from '../../src/model/ids.ts';
import {Database} from '../../src/store/database.ts';
import {migrate, SCHEMA_VERSION, StoreTooNew} from '../../src/store/migrations.ts';
import {openStore} from '../../src/store/open-store.ts';
import {isCorruption} from '../../src/store/open-database.ts';
import {attemptStart, begin, committed, newTrace, open, options, owner, sha256, tempFolder} from './store-rig.ts';

describe('opening', () => {
  test('a database that is not there is begun, with the newest schema and nothing to say', () => {
    const store = open();
    expect([store.schemaVersion, store.notices, store.integrity()]).toEqual([SCHEMA_VERSION, [], 'ok']);
  });

  test('what was written is there when it is opened again', () => {
    const file = join(tempFolder(), 'mlp.db');
    const first = open(file);
    const trace = first.commit(newTrace('train'));
    first.close();
    expect(open(file).traces(trace.key)).toEqual([trace]);
  });

  test('closing twice is no mistake', () => {
    const store = open();
    store.close();
    expect(() => {
      store.close();
    }).not.toThrow();
  });

  test('a database that was deleted is begun anew, also while another process has the old one open', () => {
    const file = join(tempFolder(), 'mlp.db');
    const old = open(file);
    const trace = old.commit(newTrace('train'));
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, {force: true});
    expect(open(file).traces(trace.key)).toEqual([]);
    expect(old.commit(newTrace('train')).id).toBe(trace.id);
  });

  test.each([
    ['is text', (file: string) => writeFileSync(file, 'this is not a database, whatever its name says\n'.repeat(100))],
    [
      'lost its second half',
      (file: string) => {
        const store = openStore(file, options);
        for (let number = 0; number < 50; number++) store.commit(newTrace(`stage ${number}`));
        store.close();
        truncateSync(file, 4_096);
      },
    ],
  ])('a file that %s is set aside, a new one is begun, and the user is told', (_what, spoil) => {
    const file = join(tempFolder(), 'mlp.db');
    for (const number of [1, 2]) {
      spoil(file);
      const store = openStore(file, options);
      expect(store.notices).toEqual([
        `the database \`${file}\` was broken and has been moved to \`${file}.broken-${number}\`; ` +
          'a new one was begun, which the cache, `mlp.lock` and the next run fill again',
      ]);
      expect(store.commit(newTrace('train')).id).toBe(1);
      store.close();
    }
    expect(readdirSync(dirname(file)).sort()).toEqual(['mlp.db', 'mlp.db.broken-1', 'mlp.db.broken-2']);
  });

  test('a page that broke later is called corruption, so that `mlp doctor` can say so', () => {
    expect(isCorruption(new SqliteDatabase.SqliteError('x', 'SQLITE_CORRUPT_VTAB'))).toBe(true);
    expect(isCorruption(new SqliteDatabase.SqliteError('x', 'SQLITE_FULL'))).toBe(false);
  });

  test('a file that cannot be opened at all is not moved', () => {
    const folder = tempFolder();
    expect(() => openStore(folder, options)).toThrow();
    expect(existsSync(folder)).toBe(true);
  });

  test('on a network file system no WAL is used, and the user is told', () => {
    const file = join(tempFolder(), 'mlp.db');
    const store = open(file, {networkFileSystem: true});
    store.commit(newTrace('train'));
    expect(store.notices).toHaveLength(1);
    expect(store.notices[0]).toContain('network file system');
    expect(readdirSync(dirname(file)).filter((name) => name.endsWith('-wal'))).toEqual([]);
    expect(open(file, {networkFileSystem: true}).tracesOf(stageName('train'), 1)).toHaveLength(1);
  });
});

describe('the schema', () => {
  test('of a later mlp is refused with a sentence that says how to mend it', () => {
    const file = join(tempFolder(), 'mlp.db');
    open(file).close();
    const sqlite = new SqliteDatabase(file);
    sqlite.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    sqlite.close();
    const attempt = (): unknown => openStore(file, options);
    expect(attempt).toThrow(StoreTooNew);
    expect(attempt).toThrow(/update mlp, or move `.mlp\/mlp.db` away/);
    expect(readdirSync(dirname(file))).toContain(basename(file));
  });

  test('is brought up to date step by step; a step that fails leaves the one before', () => {
    const sqlite = new SqliteDatabase(':memory:');
    const database = new Database(sqlite, options);
    const add = (name: string) => ({name, apply: (one: Database) => one.script(`CREATE TABLE ${name} (x)`)});
    const tables = (): unknown => sqlite.prepare('SELECT name FROM sqlite_master ORDER BY name').pluck().all();
    migrate(database, [add('a')]);
    expect(() => {
      migrate(database, [add('a'), add('b'), add('broken name')]);
    }).toThrow();
    expect([sqlite.pragma('user_version', {simple: true}), tables()]).toEqual([1, ['a']]);
    migrate(database, [add('a'), add('b')]);
    expect([sqlite.pragma('user_version', {simple: true}), tables()]).toEqual([2, ['a', 'b']]);
  });
});

test('four processes that open a new database at once and claim one stage: each row is there, one holds the stage', async () => {
  const folder = tempFolder();
  const script = join(folder, 'child.mjs');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  buildSync({
    stdin: {contents: CHILD, resolveDir: root, loader: 'ts'},
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    alias: {'better-sqlite3': join(root, 'node_modules/better-sqlite3/lib/index.js')},
    banner: {js: "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);"},
    external: ['*/better-sqlite3/lib/index.js'],
  });
  const replies = await Promise.all([1, 2, 3, 4].map((pid) => run(script, join(folder, 'mlp.db'), pid)));
  expect(replies.filter((reply) => reply === 'claimed')).toHaveLength(1);
  expect(replies.filter((reply) => reply.startsWith('held'))).toHaveLength(3);
  const store = open(join(folder, 'mlp.db'));
  expect(store.runs(9)).toHaveLength(4);
  expect(store.integrity()).toBe('ok');
  for (const pid of [1, 2, 3, 4]) expect(store.tracesOf(stageName(`stage-${pid}`), 99)).toHaveLength(20);
});

const CHILD = `
  import {createHash} from 'node:crypto';
  import {deflateRawSync, inflateRawSync} from 'node:zlib';
  import {openStore} from './src/store/open-store.ts';
  const [file, pid] = process.argv.slice(2);
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  const store = openStore(file, {
    networkFileSystem: false, now: Date.now, sha256, deflate: deflateRawSync,
    inflate: (bytes) => inflateRawSync(bytes).toString(), setAside: () => { throw new Error('nothing is broken'); },
    remove: () => { throw new Error('nothing is to be removed'); },
  });
  const owner = {bootId: 'b', pid: Number(pid), startTime: '1'};
  const run = store.startRun({startedAtMs: 1, argv: [], facts: {}}, owner);
  const start = {id: 'attempt-' + pid, run, stage: 'train', key: sha256('k'), number: 1, startedAtMs: 1, executor: 'local',
    logFile: '', workFolder: '', reason: {kind: 'new'}};
  const reply = store.claim(start, owner, () => true);
  for (let number = 0; number < 20; number++) {
    store.commit({stage: 'stage-' + pid, key: sha256(pid + ' ' + number), document: {params: {}}, createdAtMs: number, origin: 'ran',
      inputs: [{name: 'x', path: 'x', type: 'file', exec: false, hash: sha256('x'), size: 1}], metrics: [],
      outputs: [{path: 'shared', role: 'out', type: 'file', exec: false, hash: sha256('same'), size: 1, cached: true}]});
  }
  store.close();
  console.log(reply.claimed ? 'claimed' : 'held by ' + reply.holder.pid);
`;

function run(script: string, file: string, pid: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, file, String(pid)], {stdio: ['ignore', 'pipe', 'inherit']});
    let printed = '';
    child.stdout.on('data', (bytes: Buffer) => (printed += bytes.toString()));
    child.on('error', reject);
    child.on('close', () => {
      resolve(printed.trim());
    });
  });
}

describe('a store of 10,000 stages', () => {
  test('a run that changes nothing writes a handful of rows, one that changes one stage a few more', () => {
    const store = open();
    const results = Array.from({length: 10_000}, (_, number) => ({
      stage: stageName(`group-${number % 97}@branch-${number}`),
      outcome: 'skipped' as const,
      reason: {kind: 'fresh'} as const,
      trace: number + 1,
    }));
    const finish = (changed: typeof results): number => {
      const run = begin(store);
      const writes = vi.spyOn(Database.prototype, 'run');
      store.finishRun(run, {endedAtMs: 2_000, status: 'done', counts: {skipped: 10_000}, results: changed});
      const {length} = writes.mock.calls;
      writes.mockRestore();
      expect(store.runStages(run)).toEqual(changed.map(({stage, outcome, trace}) => ({stage, outcome, trace})));
      return length;
    };
    const chunks = finish(results);
    expect(chunks).toBeLessThan(400);
    expect(finish(results)).toBe(1);
    expect(finish(results.map((one, index) => (index === 5_000 ? {...one, trace: 77_777} : one)))).toBe(3);
    expect(finish(results.filter((_, index) => index !== 7_000))).toBeLessThanOrEqual(4);
  });

  test('an attempt takes less than 2 KB of disk, indexes and key document included', () => {
    const file = join(tempFolder(), 'mlp.db');
    const store = open(file);
    const run = begin(store);
    const stages = 1_000;
    for (let number = 0; number < stages; number++) {
      const stage = `featurize@part-${number}`;
      const id = attemptId(`${run}-${stage}-${sha256(stage).slice(0, 8)}`);
      const paths = {logFile: `.mlp/logs/${id}.log`, workFolder: `.mlp/work/${id}`};
      store.claim(attemptStart(run, stage, {id, ...paths}), owner, () => true);
      const inputs = ['a', 'b', 'c'].map(
        (name) =>
          ({
            name,
            path: `data/${name}/${number}.csv`,
            type: 'file',
            exec: false,
            hash: sha256(name + number),
            size: 9,
          }) as const,
      );
      const metrics = [{name: 'loss', value: number / 7, source: 'm.json'}];
      store.commit(newTrace(stage, {inputs, metrics, run, attempt: id}), {attempt: id, end: committed});
    }
    store.close();
    expect(statSync(file).size / stages).toBeLessThan(2_048);
  });
});
