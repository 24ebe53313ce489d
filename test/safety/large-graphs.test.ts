/** Pipelines far larger than anybody writes by hand. */
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {pipelineText} from './spawned-cli.ts';

const chain = (length: number): Record<string, object> =>
  Object.fromEntries(
    Array.from({length}, (_, at) => {
      const before = at === 0 ? 'in.txt' : `o/${at - 1}`;
      return [`c${at}`, {cmd: `cat ${before} > o/${at}`, deps: [before], outs: [`o/${at}`]}];
    }),
  );

const wide = (width: number): Record<string, object> => ({
  ...Object.fromEntries(
    Array.from({length: width}, (_, at) => [
      `w${at}`,
      {cmd: `cat in.txt > w/${at}`, deps: ['in.txt'], outs: [`w/${at}`]},
    ]),
  ),
  last: {
    cmd: 'cat w/* | wc -c > last.txt',
    deps: Array.from({length: width}, (_, at) => `w/${at}`),
    outs: ['last.txt'],
  },
});

it.each([
  ['a chain', chain(10_000), 10_000],
  ['a fan', wide(10_000), 10_001],
])(
  '%s of 10,000 stages is planned and told',
  async (_, stages, count) => {
    await using rig = new Rig();
    rig.write('in.txt', 'x');
    rig.write('pipeline.yaml', pipelineText(stages));
    for (const command of ['plan', 'status']) {
      const {code, out, talk} = await rig.mlp(command, '--json');
      expect({code, talk}).toEqual({code: 0, talk: ''});
      expect(out.match(/"stage":"[cwl]/g)?.length).toBeGreaterThanOrEqual(count);
    }
    expect((await rig.mlp('status', '--check')).code).toBe(3);
  },
  600_000,
);

it('a chain and a fan of 1,000 stages each run, are skipped, and heal where something is missing', async () => {
  await using rig = new Rig();
  rig.write('in.txt', 'x');
  rig.write('pipeline.yaml', pipelineText({...chain(1000), ...wide(1000)}));
  const first = await rig.run();
  expect({code: first.code, ran: first.ran.length}).toEqual({code: 0, ran: 2001});
  expect(rig.read('last.txt').trim()).toBe('1000');
  expect(first.ran.filter((name) => name.startsWith('c'))).toEqual(Array.from({length: 1000}, (_, at) => `c${at}`));
  const second = await rig.mlp('run');
  expect(second).toMatchObject({code: 0, talk: expect.stringMatching(/2,001 stages up to date/)});
  rig.remove('o/500');
  rig.remove('w');
  const healed = await rig.run();
  const restored = Object.values(healed.outcomes).filter((outcome) => outcome === 'restored').length;
  expect({code: healed.code, ran: healed.ran.length, restored}).toEqual({code: 0, ran: 0, restored: 1001});
}, 900_000);

it('a foreach over 5,000 elements of another stage expands while it runs; one more runs one more', async () => {
  await using rig = new Rig();
  rig.write(
    'pipeline.yaml',
    pipelineText({
      list: {cmd: 'cp in.json list.json', deps: ['in.json'], outs: ['list.json']},
      each: {foreach: {json: 'list.json'}, cmd: ['touch', 'e/${item}'], outs: ['e/${item}']},
    }),
  );
  const items = Array.from({length: 5000}, (_, at) => `item ${at}`);
  rig.write('in.json', JSON.stringify(items));
  const planned = await rig.mlp('plan');
  expect(planned.code).toBe(0);
  rig.write('in.json', JSON.stringify(items.slice(0, 60)));
  const first = await rig.run();
  expect({code: first.code, ran: first.ran.length}).toEqual({code: 0, ran: 61});
  rig.write('in.json', JSON.stringify([...items.slice(0, 20), 'inserted', ...items.slice(20, 60)]));
  const second = await rig.run();
  expect({code: second.code, ran: second.ran}).toEqual({code: 0, ran: ['list', 'each@inserted']});
});

it('a foreach over 5,000 values that are written in the file is planned', async () => {
  await using rig = new Rig();
  const items = Array.from({length: 5000}, (_, at) => at);
  rig.write(
    'pipeline.yaml',
    pipelineText({each: {foreach: items, cmd: 'echo ${item} > e/${item}', outs: ['e/${item}']}}),
  );
  const {code, talk, out} = await rig.mlp('plan');
  expect({code, end: (out + talk).trimEnd().split('\n').at(-1)}).toEqual({
    code: 0,
    end: expect.stringContaining('5,000 to run'),
  });
});
