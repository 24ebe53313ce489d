/** R10: no file pays for sha256 twice in a run, and a downstream key waits for its upstream. */
import {utimesSync} from 'node:fs';
import {expect, it} from 'vitest';
import {runCli} from '../../src/cli/run-cli.ts';
import type {Hashing} from '../../src/host/host.ts';
import {openHost} from '../../src/host/open-host.ts';
import {Rig} from '../rig/rig.ts';

/** `mlp ARGS` on a host that writes down which files it reads to hash them: with sha256, and with the quick hash. */
async function hashedBy(
  rig: Rig,
  argv: readonly string[],
): Promise<{sha256: readonly string[]; quick: readonly string[]}> {
  const read: string[] = [];
  const quick: string[] = [];
  const output = {
    out: () => {},
    talk: () => {},
    outIsTerminal: false,
    talkIsTerminal: false,
    width: () => 80,
    height: () => 24,
  };
  const open = (folder: string) => {
    const host = openHost(folder, {output});
    const hashing: Hashing = {
      sha256: (text) => host.hashing.sha256(text),
      quick: (path) => (quick.push(path), host.hashing.quick(path)),
      files: (paths) => (read.push(...paths), host.hashing.files(paths)),
      look: async (request) => {
        const records = await host.hashing.look(request);
        for (const [index, path] of request.paths.entries()) {
          if (!records.isLearned(index)) continue;
          const isKnown = request.known?.isSettled(index) === true;
          (isKnown && request.known.sha256(index) === records.sha256(index) ? quick : read).push(path);
        }
        return records;
      },
      lookPieces: (folder, pieces) => host.hashing.lookPieces(folder, pieces),
      fileSha256: (path) => (read.push(path), host.hashing.fileSha256(path)),
    };
    return {...host, hashing};
  };
  expect(await runCli({argv, cwd: rig.folder, version: 'test', build: 'test', openHost: open})).toBe(0);
  return {sha256: read.filter((path) => !path.includes('.mlp/')).sort(), quick};
}

const pipeline = `mlp: 1
stages:
  a: {cmd: cat in.txt > a.txt, deps: [in.txt], outs: [a.txt]}
  b: {cmd: cat a.txt in.txt > b.txt, deps: [a.txt, in.txt], outs: [b.txt]}
  c: {cmd: cat a.txt b.txt > c.txt, deps: [a.txt, b.txt, in.txt], outs: [c.txt]}
`;

const ALL = ['a.txt', 'b.txt', 'c.txt', 'in.txt'];

it('R10 nothing is hashed twice in a run, though several stages read it', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline);
  rig.write('in.txt', 'x');
  expect((await hashedBy(rig, ['run'])).sha256).toEqual(ALL);
});

it('R10 a run with nothing to do reads no file that was written long enough ago, and sha256 of none', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline);
  rig.write('in.txt', 'x');
  await hashedBy(rig, ['run']);
  expect((await hashedBy(rig, ['run'])).sha256).toEqual([]);
  for (const file of ALL) utimesSync(rig.path(file), 1000, 1000);
  const touched = await hashedBy(rig, ['run']);
  expect(touched.sha256).toEqual([]);
  expect([...touched.quick].sort()).toEqual(ALL);
  expect(await hashedBy(rig, ['run'])).toEqual({sha256: [], quick: []});
  expect((await hashedBy(rig, ['run', '--paranoid'])).sha256).toEqual(ALL);
});

it('R10 a downstream key is computed only when its upstream has settled', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline);
  rig.write('in.txt', 'x');
  const {events} = await rig.run();
  const order = events.flatMap((event) =>
    event.type === 'stage.start' || event.type === 'stage.end' ? [`${event.type} ${event.stage}`] : [],
  );
  expect(order).toEqual(['a', 'b', 'c'].flatMap((stage) => [`stage.start ${stage}`, `stage.end ${stage}`]));
});
