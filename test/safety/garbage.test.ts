/** Garbage in pipeline.yaml, params, mlp.lock, the database and .mlp: a clear message or a repair, never a wrong answer. */
import {mkdirSync, rmSync, writeFileSync, readdirSync} from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {pipelineText} from './spawned-cli.ts';

const ONE = pipelineText({a: {cmd: 'cat in.txt > a.txt', deps: ['in.txt'], outs: ['a.txt']}});

async function ran(): Promise<Rig> {
  const rig = new Rig();
  rig.write('pipeline.yaml', ONE);
  rig.write('in.txt', 'in\n');
  expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
  return rig;
}

function bomb(levels: number): string {
  const lines = ['mlp: 1', 'meta:', '  a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let at = 1; at <= levels; at++) lines.push(`  a${at}: &a${at} [${`*a${at - 1}, `.repeat(10)}x]`);
  return `${lines.join('\n')}\nstages:\n  a: {cmd: 'true'}\n`;
}

const binary = Uint8Array.from({length: 4096}, (_, at) => (at * 7919) % 256);

describe('a pipeline.yaml', () => {
  it.each<readonly [string, string | Uint8Array, RegExp]>([
    ['of aliases that grow a thousandfold each line', bomb(12), /alias-bomb/],
    ['of a hundred thousand open brackets', '['.repeat(100_000), /nested-too-deeply|yaml-syntax/],
    ['of a hundred thousand nested maps', `mlp: 1\nmeta: ${'{a: '.repeat(100_000)}`, /nested-too-deeply|yaml-syntax/],
    ['of a megabyte in one line', `mlp: 1\nstages: {a: {cmd: '${'x'.repeat(2 ** 20)}', wrong: 1}}`, /unknown-key/],
    ['of bytes', binary, /not-text|yaml-syntax/],
    ['of UTF-16', Buffer.from('\ufeffmlp: 1\n', 'utf16le'), /not-text|yaml-syntax/],
    ['of nothing', '', /empty-file/],
    ['of blanks', ' \n\n  \n', /empty-file/],
    ['of a comment', '# nothing\n', /empty-file/],
    ['of a number', '42', /error/],
    ['of a list', '- mlp: 1\n', /error/],
    ['of two documents', `${ONE}\n---\n${ONE}`, /error/],
    ['with a tag', 'mlp: !!js/function 1\nstages: {}\n', /yaml-tag/],
    ['of a newer format', 'mlp: 2\nstages: {a: {cmd: "true"}}\n', /error/],
  ])('%s is refused with its place, in every command', async (_, text, code) => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', text);
    for (const command of ['run', 'plan', 'status', 'dag']) {
      const {code: exit, talk} = await rig.mlp(command);
      expect({command, exit, bug: talk.includes('bug in mlp')}).toEqual({command, exit: 2, bug: false});
      expect(talk).toMatch(code);
      expect(talk).toMatch(/^pipeline\.yaml:\d+:\d+: error /m);
      expect(talk).toMatch(/hint: | must be /);
      expect(talk.length).toBeLessThan(20_000);
    }
  });

  it('with 10,000 wrong keys says how many there are, and shows no more than a person reads', async () => {
    await using rig = new Rig();
    const wrong = Array.from({length: 10_000}, (_, at) => `    wrong${at}: 1`).join('\n');
    rig.write('pipeline.yaml', `mlp: 1\nstages:\n  a:\n    cmd: 'true'\n${wrong}\n`);
    const shown = await rig.mlp('run');
    expect(shown.code).toBe(2);
    expect(shown.talk).toMatch(/10[,.  ]?000|9[,.  ]?9\d\d more/);
    expect(shown.talk.split('\n').length).toBeLessThan(1000);
    const all = await rig.mlp('run', '--json');
    expect(all.code).toBe(2);
    expect((JSON.parse(all.out) as {diagnostics: unknown[]}).diagnostics).toHaveLength(10_000);
  });

  it('that is a folder is told', async () => {
    await using rig = new Rig();
    rig.write('pipeline.yaml/inner', '');
    const {code, talk} = await rig.mlp('run');
    expect({code, talk}).toMatchObject({code: 2, talk: expect.stringMatching(/`pipeline\.yaml` in .* is no file/)});
  });

  it.each(['a: .nan', 'a: .inf', 'a: 123456789012345678901234567890', 'a: [1', 'a: 1\na: 2', '- 1', '\u0000'])(
    'with params of %j is refused with the place in the params file',
    async (text) => {
      await using rig = new Rig();
      rig.write(
        'pipeline.yaml',
        pipelineText({a: {cmd: 'echo ${params.a}', params: ['a'], outs: ['x']}}, {params: ['params.yaml']}),
      );
      rig.write('params.yaml', `${text}\n`);
      const {code, talk} = await rig.mlp('run');
      expect({code, talk}).toMatchObject({code: 2, talk: expect.stringMatching(/^params\.yaml:\d+:\d+: error /m)});
    },
  );

  it('without params may hold any number exactly', async () => {
    await using rig = new Rig();
    const numbers = {
      big: 9007199254740991,
      small: -9007199254740991,
      fraction: 0.1,
      tiny: 5e-324,
      huge: 1.7976931348623157e308,
      zero: 0,
    };
    rig.write('params.yaml', JSON.stringify(numbers));
    rig.write(
      'pipeline.yaml',
      pipelineText(
        {a: {cmd: 'cp "$MLP_PARAMS" a.json', params: Object.keys(numbers), outs: ['a.json']}},
        {params: ['params.yaml']},
      ),
    );
    expect(await rig.run()).toMatchObject({code: 0});
    expect(JSON.parse(rig.read('a.json'))).toEqual(numbers);
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
  });
});

describe('mlp.lock', () => {
  it.each<readonly [string, (lock: string) => string | Uint8Array]>([
    ['is garbage', () => binary],
    ['is empty', () => ''],
    ['is cut off', (lock) => lock.slice(0, lock.length / 2)],
    ['has conflict markers', (lock) => `<<<<<<< HEAD\n${lock}=======\n${lock.replaceAll('a', 'b')}>>>>>>> theirs\n`],
    [
      'has conflict markers in the middle',
      (lock) => lock.replace(/\n/g, '\n<<<<<<< ours\n').replace(/\n$/, '\n=======\n>>>>>>> theirs\n'),
    ],
    ['lies about a hash', (lock) => lock.replace(/[0-9a-f]{64}/g, 'f'.repeat(64))],
  ])('that %s is put right by the next run, without an answer that is wrong', async (_, spoil) => {
    for (const withDatabase of [true, false]) {
      await using rig = await ran();
      const lock = rig.read('mlp.lock');
      rig.write('mlp.lock', spoil(lock));
      if (!withDatabase) rig.remove('.mlp');
      const {code, talk} = await rig.mlp('run');
      expect({code, talk}).toMatchObject({code: 0, talk: expect.not.stringContaining('bug in mlp')});
      expect(rig.read('a.txt')).toBe('in\n');
      expect(rig.read('mlp.lock')).toBe(lock);
      expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
    }
  });

  it('of a newer mlp stays as it is, and a run says so', async () => {
    await using rig = await ran();
    const newer = rig.read('mlp.lock').replace(/mlp-lock: \d+/, 'mlp-lock: 99');
    rig.write('mlp.lock', newer);
    rig.write('in.txt', 'new\n');
    const {code, talk} = await rig.mlp('run');
    expect({code, talk}).toMatchObject({code: 0, talk: expect.stringContaining('has the version 99')});
    expect(rig.read('a.txt')).toBe('new\n');
    expect(rig.read('mlp.lock')).toBe(newer);
  });

  it('that is a folder is named', async () => {
    await using rig = await ran();
    rig.remove('mlp.lock');
    mkdirSync(rig.path('mlp.lock'));
    rig.write('in.txt', 'new\n');
    const {code, talk} = await rig.mlp('run');
    expect({code, talk}).toMatchObject({code: 1, talk: expect.stringContaining('`mlp.lock`')});
    expect(talk).not.toContain('bug in mlp');
  });
});

describe('the database', () => {
  const DATABASE = ['.mlp/mlp.db', '.mlp/mlp.db-wal', '.mlp/mlp.db-shm'];

  it.each<readonly [string, (rig: Rig) => void]>([
    ['garbage', (rig) => rig.write('.mlp/mlp.db', binary)],
    ['a text', (rig) => rig.write('.mlp/mlp.db', 'not a database\n'.repeat(1000))],
    ['empty', (rig) => rig.write('.mlp/mlp.db', '')],
    ['cut off', (rig) => rig.write('.mlp/mlp.db', new Uint8Array(readBytes(rig).subarray(0, 10_000)))],
  ])('that is %s is set aside or filled again: what the lock knows is not run', async (_, spoil) => {
    await using rig = await ran();
    spoil(rig);
    for (const file of DATABASE.slice(1)) rig.remove(file);
    for (const argv of [['status', '--check'], ['run'], ['run']]) {
      const {code, talk} = await rig.mlp(...argv);
      expect({argv, code, talk}).toMatchObject({argv, code: 0, talk: expect.not.stringContaining('bug in mlp')});
    }
    rig.write('in.txt', 'new\n');
    expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
    expect(rig.read('a.txt')).toBe('new\n');
    expect((await rig.mlp('doctor')).code).toBe(0);
  });

  it('that is damaged in the middle is told, and once it is moved away nothing has to run', async () => {
    await using rig = await ran();
    rig.write('.mlp/mlp.db', new Uint8Array(readBytes(rig).fill(0, 4096, 40_000)));
    for (const file of DATABASE.slice(1)) rig.remove(file);
    const {code, talk} = await rig.mlp('run');
    expect({code, talk}).toMatchObject({
      code: 1,
      talk: expect.stringContaining('`.mlp/mlp.db` is damaged: move it away'),
    });
    rig.remove('.mlp/mlp.db');
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
  });

  it('that is deleted is filled from lock and cache', async () => {
    await using rig = await ran();
    for (const file of DATABASE) rig.remove(file);
    rig.remove('a.txt');
    expect((await rig.run()).outcomes).toEqual({a: 'restored'});
    expect(rig.read('a.txt')).toBe('in\n');
  });

  it('of a newer mlp is left as it is, and the message says what to do', async () => {
    await using rig = await ran();
    const database = new SqliteDatabase(rig.path('.mlp/mlp.db'));
    database.pragma('user_version = 9999');
    database.close();
    for (const command of ['run', 'status', 'runs']) {
      const {code, talk} = await rig.mlp(command);
      expect({command, code, talk}).toMatchObject({
        command,
        code: 1,
        talk: expect.stringMatching(/has schema 9999.*update mlp/),
      });
    }
  });

  it('that is a folder is named', async () => {
    await using rig = await ran();
    for (const file of DATABASE) rig.remove(file);
    mkdirSync(rig.path('.mlp/mlp.db'));
    const {code, talk} = await rig.mlp('run');
    expect({code, talk}).toMatchObject({code: 1, talk: expect.stringMatching(/`\.mlp\/mlp\.db`/)});
    expect(talk).not.toContain('bug in mlp');
  });
});

describe('.mlp', () => {
  it('that a file has taken the place of is named', async () => {
    await using rig = await ran();
    rig.remove('.mlp');
    rig.write('.mlp', 'a file');
    for (const command of ['run', 'status', 'plan', 'gc', 'doctor']) {
      const {code, talk, out} = await rig.mlp(command);
      expect(`${talk}${out}`).toContain('.mlp');
      expect(talk).not.toContain('bug in mlp');
      expect(code).toBe(1);
    }
    expect(rig.read('.mlp')).toBe('a file');
  });

  it('that was emptied while nothing ran is made anew', async () => {
    await using rig = await ran();
    for (const name of readdirSync(rig.path('.mlp'))) {
      const other = await ran();
      rmSync(other.path(`.mlp/${name}`), {recursive: true, force: true});
      writeFileSync(other.path('in.txt'), 'new\n');
      expect({name, ...(await other.run())}).toMatchObject({name, code: 0, ran: ['a']});
      await other[Symbol.asyncDispose]();
    }
  });
});

function readBytes(rig: Rig): Buffer {
  const database = new SqliteDatabase(rig.path('.mlp/mlp.db'));
  const bytes = database.serialize();
  database.close();
  return bytes;
}
