/** Stages with branches that are known only during a run. */
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

function rigWith(pipeline: string, files: Readonly<Record<string, string>> = {}): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', `mlp: 1\n${pipeline}`);
  for (const [name, text] of Object.entries(files)) rig.write(name, text);
  return rig;
}

describe('branches', () => {
  const each = `stages:
  split: {cmd: cat list.json > parts.json, deps: [list.json], outs: {parts: parts.json}}
  work: {foreach: '\${stages.split.outs.parts}', cmd: 'echo \${item} > out/\${item}.txt', outs: ['out/\${item}.txt']}
  all: {cmd: cat out/*.txt > all.txt, deps: ['out/*.txt'], outs: [all.txt]}
`;

  it('over a JSON output: an element inserted in the middle runs one branch, one removed none', async () => {
    await using rig = rigWith(each, {'list.json': '["a", "c"]'});
    const first = await rig.run();
    expect(first.ran).toEqual(expect.arrayContaining(['split', 'work@a', 'work@c', 'all']));
    expect(first.ran.at(-1)).toBe('all');
    expect(rig.read('all.txt')).toBe('a\nc\n');
    rig.write('list.json', '["a", "b", "c"]');
    expect((await rig.run()).ran).toEqual(['split', 'work@b', 'all']);
    expect(rig.read('all.txt')).toBe('a\nb\nc\n');
    rig.write('list.json', '["c", "a"]');
    const fewer = await rig.run();
    expect(fewer.ran.filter((stage) => stage.startsWith('work'))).toEqual([]);
    expect((await rig.run('work@a')).outcomes).toMatchObject({'work@a': 'skipped'});
  });

  it('over an empty list: nothing to do, and what follows runs on nothing', async () => {
    await using rig = rigWith(
      each.replace('cat out/*.txt', 'echo none').replace("deps: ['out/*.txt']", 'after: [work]'),
      {
        'list.json': '[]',
      },
    );
    const result = await rig.run();
    expect(result.code).toBe(0);
    expect(result.ran).toEqual(['split', 'all']);
  });

  it('over a JSON output that is no list: the stage fails and says why', async () => {
    await using rig = rigWith(each, {'list.json': '{"a": 1'});
    const result = await rig.mlp('run');
    expect(result.code).toBe(1);
    expect(result.talk).toContain('parts.json');
  });

  it('over a list of the params', async () => {
    await using rig = rigWith(
      "params: [p.yaml]\nstages:\n  w: {foreach: '${params.models}', cmd: 'echo ${item} > ${item}.txt', outs: ['${item}.txt']}\n",
      {'p.yaml': 'models: [x, z]\n'},
    );
    expect([...(await rig.run()).ran].sort()).toEqual(['w@x', 'w@z']);
    rig.write('p.yaml', 'models: [x, y, z]\n');
    expect((await rig.run()).ran).toEqual(['w@y']);
  });

  it('over the files of a folder output', async () => {
    await using rig = rigWith(
      "stages:\n  make: {cmd: 'mkdir raw; for n in $(cat in); do echo $n > raw/$n.csv; done', deps: [in], outs: [raw]}\n  use: {foreach: {files: raw, pattern: '*.csv'}, cmd: 'cat ${item} > ${item}.out', deps: ['${item}'], outs: ['out/${item}']}\n".replace(
        'cat ${item} > ${item}.out',
        'mkdir -p out/raw; cat ${item} > out/${item}',
      ),
      {in: 'a b'},
    );
    const first = await rig.run();
    expect(first.talk).toBe('');
    expect(first.ran).toHaveLength(3);
    rig.write('in', 'a b c');
    const second = await rig.run();
    expect(second.ran).toHaveLength(2);
    expect(second.ran[0]).toBe('make');
  });
});
