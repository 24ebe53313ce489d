/** What `mlp why`, `diff` and `report` say where a built-in stage has other settings, beside an approval. */
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

const pipeline = (text: string, by: string): string => `mlp: 1
stages:
  made: {uses: write, with: {text: ${text}}, outs: [a.txt]}
  gates: {uses: write, with: {json: {version: 1, state: pass}}, outs: [gates.json]}
  review: {approval: true, shows: [a.txt, gates.json], gates: gates.json, when: never, by: [${by}]}
`;

it('the setting that changed is named, before and after', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipeline('one', 'a@firm.lt'));
  expect(await rig.mlp('run')).toMatchObject({code: 0});
  rig.write('pipeline.yaml', pipeline('two', 'b@firm.lt'));
  expect((await rig.mlp('plan')).out).toContain('setting text one → two');
  expect((await rig.mlp('why', 'made')).out).toMatch(/setting text +one → two/);
  expect(await rig.mlp('run')).toMatchObject({code: 0});
  const diff = await rig.mlp('diff', 'last~1', 'last');
  expect(diff).toMatchObject({code: 0});
  expect(diff.out).toMatch(/write \{"text":"one"\} +write \{"text":"two"\}/);
  expect(diff.out).toMatch(/approval \{.* review$/m);
  expect(await rig.mlp('report', '--baseline', 'last~1', '-o', 'r.html')).toMatchObject({code: 0});
});
