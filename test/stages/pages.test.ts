/** README and the pages of built-in stages: their examples load as they stand there. (That they explain every setting: docs.test.ts.) */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {stageKinds} from '../../src/stages/index.ts';
import {Rig} from '../rig/rig.ts';

const root = join(import.meta.dirname, '../..');
const pages = [
  ['README', join(root, 'README.md')] as const,
  ['approval', join(root, 'src/stages/approval.md')] as const,
  ...stageKinds.map(({name}) => [name, join(root, `src/stages/${name}.md`)] as const),
].filter(([, path]) => existsSync(path));

it.each(pages)('the examples of %s load', async (_, path) => {
  const blocks = [...readFileSync(path, 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
  // Others are schemas and the like.
  const examples = blocks.filter((block) => block.includes('uses:'));
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    await using rig = new Rig();
    // A part of a pipeline is shown without what goes around it.
    const around = /^stages:/m.test(example) ? '' : 'stages:\n';
    rig.write('pipeline.yaml', `${/^mlp:/m.test(example) ? '' : 'mlp: 1\n'}${around}${example}`);
    const {code, talk} = await rig.mlp('dag');
    expect(code, talk).toBe(0);
  }
});
