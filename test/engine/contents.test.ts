import * as fs from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {openProjectStore} from '../../src/project/open-project-store.ts';
import {Contents} from '../../src/engine/contents.ts';
import type {Host} from '../../src/host/host.ts';
import type {FileRecords} from '../../src/model/file-records.ts';
import {treeText} from '../../src/model/tree.ts';
import {tempHost} from '../host/rig.ts';

const LONG_AGO = new Date('2024-01-01T00:00:00Z');

interface Project {
  readonly host: Host;
  write(path: string, text: string): void;
  /** Contents as a new run sees them: nothing is remembered but what was kept on disk. */
  newRun(): Contents;
  /** How many files were read, and how many were only looked at, since the last time that this was asked. */
  counts(): {readonly read: number; readonly stat: number};
}

function project(): Project {
  const real = tempHost();
  const looks: FileRecords[] = [];
  const host: Host = {
    ...real,
    hashing: {
      sha256: (text) => real.hashing.sha256(text),
      quick: (path) => real.hashing.quick(path),
      files: (paths) => real.hashing.files(paths),
      fileSha256: (path) => real.hashing.fileSha256(path),
      look: async (request) => {
        const records = await real.hashing.look(request);
        looks.push(records);
        return records;
      },
      async *lookPieces(folder, pieces) {
        for await (const records of real.hashing.lookPieces(folder, pieces)) {
          looks.push(records);
          yield records;
        }
      },
    },
  };
  fs.mkdirSync(join(host.root, '.mlp'));
  const store = openProjectStore(host);
  onTestFinished(() => {
    store.close();
  });
  return {
    host,
    write(path, text) {
      const file = join(host.root, path);
      fs.mkdirSync(join(file, '..'), {recursive: true});
      fs.writeFileSync(file, text);
      fs.utimesSync(file, LONG_AGO, LONG_AGO);
    },
    newRun: () => new Contents(host, store, {paranoid: false}),
    counts() {
      let [read, stat] = [0, 0];
      for (const records of looks.splice(0)) {
        for (let index = 0; index < records.count; index++) {
          if (records.isLearned(index)) read++;
          else stat++;
        }
      }
      return {read, stat};
    },
  };
}

describe.each([
  ['few', 5],
  ['many', 300],
])('a folder of %s files', (_what, count) => {
  function filled(): Project {
    const made = project();
    for (let file = 0; file < count; file++) made.write(`data/${file % 3}/${file}`, `content ${file}`);
    return made;
  }

  it('is read once, and in later runs only looked at', async () => {
    const {newRun, counts} = filled();
    const first = await newRun().one('data');
    expect(counts()).toEqual({read: count, stat: 0});
    expect(first).toMatchObject({type: 'dir', files: count});
    const run = newRun();
    expect(await run.one('data')).toEqual(first);
    expect(counts()).toEqual({read: 0, stat: count});
    expect(await run.one('data')).toEqual(first);
    expect(counts()).toEqual({read: 0, stat: 0});
    run.forget('data/1/4');
    expect(await run.one('data')).toEqual(first);
    expect(counts()).toEqual({read: 0, stat: count});
  });

  it('costs the one file that changed, came or went', async () => {
    const {write, newRun, counts, host} = filled();
    const first = await newRun().one('data');
    counts();
    write('data/1/4', 'tnetnoc 4');
    const changed = await newRun().one('data');
    expect([counts(), changed.hash === first.hash]).toEqual([{read: 1, stat: count - 1}, false]);
    write('data/0/new', 'new');
    const grown = await newRun().one('data');
    expect([counts(), grown.files]).toEqual([{read: 1, stat: count}, count + 1]);
    fs.unlinkSync(join(host.root, 'data/0/new'));
    write('data/1/4', 'content 4');
    expect(await newRun().one('data')).toEqual(first);
    expect(counts()).toEqual({read: 1, stat: count - 1});
  });

  it('has the tree that its hash says, with links and empty folders', async () => {
    const {newRun, host} = filled();
    fs.mkdirSync(join(host.root, 'data/empty'));
    fs.symlinkSync('1/4', join(host.root, 'data/inside'));
    fs.symlinkSync('nowhere', join(host.root, 'data/dangling "\n'));
    fs.chmodSync(join(host.root, 'data/1/4'), 0o755);
    for (const run of [newRun(), newRun()]) {
      const {hash} = await run.one('data');
      const tree = run.tree('data') ?? [];
      expect(host.hashing.sha256(treeText(tree))).toBe(hash);
      const links = tree.filter(({type}) => type === 'link').map(({path, target}) => [path, target]);
      expect(links).toEqual([
        ['dangling "\n', 'nowhere'],
        ['inside', '1/4'],
      ]);
      expect(tree).toContainEqual({path: 'empty', type: 'dir', exec: false, size: 0, hash: ''});
      expect(tree.find(({path}) => path === '1/4')?.exec).toBe(true);
    }
  });

  it('is read again in whole when it shall be, whatever is remembered', async () => {
    const {newRun, counts, host} = filled();
    const first = await newRun().one('data');
    counts();
    const store = openProjectStore(host);
    const paranoid = new Contents(host, store, {paranoid: true});
    expect(await paranoid.one('data')).toEqual(first);
    expect(counts()).toEqual({read: count, stat: 0});
    store.close();
  });
});

it('a memo of a folder that is broken in any byte costs a look and gives no other answer', async () => {
  const {write, newRun, counts, host} = project();
  for (let file = 0; file < 40; file++) write(`data/${file}`, `content ${file}`);
  const first = await newRun().one('data');
  counts();
  const [memo = ''] = host.files.list('.mlp/folders').map(({name}) => `.mlp/folders/${name}`);
  const whole = fs.readFileSync(join(host.root, memo));
  for (let at = 0; at < whole.length; at += 97) {
    const broken = Buffer.from(whole);
    broken[at] = (broken[at] ?? 0) ^ 0x11;
    fs.writeFileSync(join(host.root, memo), broken);
    expect((await newRun().one('data')).hash).toBe(first.hash);
  }
  for (const length of [0, 10, whole.length - 1]) {
    fs.writeFileSync(join(host.root, memo), whole.subarray(0, length));
    expect(await newRun().one('data')).toEqual(first);
  }
});

it('a single file that was hashed as part of a folder is not read again', async () => {
  const {write, newRun, counts} = project();
  for (let file = 0; file < 40; file++) write(`data/${file}`, `content ${file}`);
  const run = newRun();
  await run.one('data');
  counts();
  expect((await run.one('data/7')).hash).not.toBe('');
  expect(counts()).toEqual({read: 0, stat: 1});
});
