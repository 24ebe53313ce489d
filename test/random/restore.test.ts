/** Property: whatever was done to a workspace, `mlp restore RUN` gives the bytes back that the run left, or refuses whole. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import type {Stats} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, it} from 'vitest';
import {Random} from '../fakes/random.ts';
import {Rig} from '../rig/rig.ts';

const OUTPUTS = ['one.txt', 'two words/x', 'tree', 'maybe'] as const;
const PIPELINE = `mlp: 1
stages:
  first:
    cmd: sh make.sh
    deps: [make.sh, in.txt]
    outs: [one.txt, two words/x]
  second:
    cmd: |
      mkdir -p tree && cp -R seed/. tree/ && cat one.txt > tree/one && ln -s one tree/link
      if grep -q maybe in.txt; then cp in.txt maybe; fi
    deps: [one.txt, seed, in.txt]
    outs: [tree, {path: maybe, optional: true}]
`;

/** undefined also below a file. */
function statOf(path: string): Stats | undefined {
  return lstatSync(dirname(path), {throwIfNoEntry: false})?.isDirectory()
    ? lstatSync(path, {throwIfNoEntry: false})
    : undefined;
}

/** Everything at and below a path: type, mode, bytes. */
function imageOf(path: string): unknown {
  const stat = statOf(path);
  if (stat === undefined) return 'absent';
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (stat.isFile()) return `${(stat.mode & 0o100) === 0 ? 'file' : 'program'} ${readFileSync(path, 'latin1')}`;
  return Object.fromEntries(readdirSync(path).map((name) => [name, imageOf(join(path, name))]));
}

const workspace = (rig: Rig): unknown => OUTPUTS.map((path) => imageOf(rig.path(path)));

function writeInputs(rig: Rig, random: Random): void {
  rig.write('in.txt', `${random.pick(['a', 'b', 'maybe'])} ${String(random.below(3))}\n`);
  rig.write('make.sh', 'cat in.txt > one.txt; mkdir -p "two words"; wc -c < in.txt > "two words/x"\n');
  rig.remove('seed');
  mkdirSync(rig.path('seed/empty'), {recursive: true});
  for (let files = random.below(4); files >= 0; files--)
    rig.write(
      `seed/${random.pick(['a', 'b/c', 'ü x', 'deep/er/f'])}`,
      String(random.below(5)),
      random.pick([0o644, 0o755]),
    );
}

/** One thing that a person may do to outputs. */
function disturb(rig: Rig, random: Random): void {
  const path = random.pick([...OUTPUTS, 'tree/one', 'tree/a', 'tree/new', 'tree/empty', 'tree/link', 'two words']);
  const stat = lstatSync(rig.path(path), {throwIfNoEntry: false});
  switch (random.below(6)) {
    case 0:
      return rig.remove(path);
    case 1:
      if (stat?.isFile()) chmodSync(rig.path(path), random.pick([0o644, 0o755]));
      return;
    case 2:
      // Whatever stands above it steps aside first.
      if (!lstatSync(rig.path(path.split('/')[0] ?? ''), {throwIfNoEntry: false})?.isDirectory()) return;
      rig.remove(path);
      return rig.write(path, `edit ${String(random.below(1000))}`);
    case 3:
      rig.remove(path);
      if (!path.includes('/')) symlinkSync('in.txt', rig.path(path));
      return;
    case 4:
      rig.remove(path);
      return rig.write(`${path}/inner`, 'x');
    default:
      if (stat === undefined || path === 'one.txt') return;
      rig.remove('one.txt');
      return renameSync(rig.path(path), rig.path('one.txt'));
  }
}

it.each(Array.from({length: 8}, (_, seed) => [seed]))(
  'restore after any edits gives byte-identical outputs (seed %i)',
  async (seed) => {
    await using rig = new Rig();
    const random = new Random(seed * 7919 + 5);
    rig.write('pipeline.yaml', PIPELINE);
    const images: unknown[] = [];
    for (let runs = 0; runs < 3; runs++) {
      writeInputs(rig, random);
      expect((await rig.run()).code).toBe(0);
      images.push(workspace(rig));
    }
    for (let round = 0; round < 6; round++) {
      for (let edits = random.below(4); edits >= 0; edits--) {
        // An edit may fail where an earlier one put a file in the place of a folder: then there is one less.
        try {
          disturb(rig, random);
        } catch (error) {
          expect((error as NodeJS.ErrnoException).code).toMatch(/ENOTDIR|EEXIST|EISDIR|ENOTEMPTY|EINVAL/);
        }
      }
      const run = random.below(images.length);
      const before = workspace(rig);
      const gentle = await rig.mlp('restore', String(run + 1));
      if (gentle.code === 0) expect(workspace(rig)).toEqual(images[run]);
      else {
        expect(gentle.code).toBe(1);
        expect(workspace(rig)).toEqual(before);
        // Where a file stands in the place of a folder it has to be moved away by hand.
        if (gentle.talk.includes('a file stands where')) rig.remove('two words');
        expect((await rig.mlp('restore', String(run + 1), '--force')).talk).toBe('');
        expect(workspace(rig)).toEqual(images[run]);
      }
    }
    // What was restored is no surprise to a run: the present inputs have their own results, all of them known.
    expect((await rig.run()).ran).toEqual([]);
    expect(workspace(rig)).toEqual(images.at(-1));
  },
);
