/** What is kept of pipeline.yaml between runs never stands in for the file itself. */
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {pipelineText} from './spawned-cli.ts';

it('every edit of pipeline.yaml counts in the next command, in every command', async () => {
  await using rig = new Rig();
  for (const text of ['one', 'two', 'six']) {
    rig.write('pipeline.yaml', pipelineText({a: {cmd: `echo ${text} > a.txt`, outs: ['a.txt']}}));
    expect((await rig.mlp('status', '--check')).code).toBe(3);
    expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
    expect(rig.read('a.txt')).toBe(`${text}\n`);
    expect((await rig.mlp('status', '--check')).code).toBe(0);
  }
});

it('a mistake that is written into a pipeline.yaml that ran before is shown', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: {cmd: 'echo a > a.txt', outs: ['a.txt']}}));
  await rig.run();
  rig.write('pipeline.yaml', pipelineText({a: {cmd: 'echo a > a.txt', outs: ['a.txt'], wrong: 1}}));
  const {code, talk} = await rig.mlp('run');
  expect({code, talk}).toMatchObject({code: 2, talk: expect.stringContaining('unknown-key')});
});

it('so do edits of a params file, and a params file that is removed', async () => {
  await using rig = new Rig();
  const stages = {a: {cmd: 'echo ${params.n} > a.txt', outs: ['a.txt']}};
  rig.write('pipeline.yaml', pipelineText(stages, {params: ['params.yaml']}));
  for (const n of [1, 2, 3]) {
    rig.write('params.yaml', `n: ${n}\n`);
    expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
    expect(rig.read('a.txt')).toBe(`${n}\n`);
  }
  rig.remove('params.yaml');
  expect((await rig.mlp('run')).talk).toContain('params-file-missing');
});

it.each(['plan.json', 'plan-stages.json'])('a damaged %s is made anew', async (file) => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: {cmd: 'echo a > a.txt', outs: ['a.txt']}}));
  await rig.run();
  const whole = rig.read(`.mlp/${file}`);
  const damaged = [
    whole.slice(0, whole.length / 2),
    '',
    'null',
    '[]',
    '{}',
    '\u0000\u0001',
    '"text"',
    whole.replace('"a"', '"b"'),
  ];
  for (const text of damaged) {
    rig.write(`.mlp/${file}`, text);
    expect(await rig.run()).toMatchObject({code: 0, outcomes: {a: 'skipped'}});
  }
  rig.remove(`.mlp/${file}`);
  rig.write(`.mlp/${file}/inner`, '');
  // Something to do: a run without, of files that have been still for two seconds, has no need of the stages.
  const {code, talk} = await rig.mlp('run', '--force');
  expect({code, talk}).toMatchObject({code: 1, talk: expect.stringContaining(`.mlp/${file}`)});
});
