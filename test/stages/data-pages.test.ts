/** The pages of ingest, split and sql: every setting is explained, and their examples load. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {ingest} from '../../src/stages/ingest.ts';
import {split} from '../../src/stages/split.ts';
import {sql} from '../../src/stages/sql.ts';
import {Rig} from '../rig/rig.ts';

describe.each([ingest, split, sql].map((kind) => [kind.name, kind] as const))('the page of %s', (name, kind) => {
  const page = readFileSync(join(import.meta.dirname, `../../src/stages/${name}.md`), 'utf8');

  it('explains every setting', async () => {
    const {schema} = await kind.settings();
    const settings = Object.keys((schema as unknown as {shape: object}).shape);
    expect(settings.filter((setting) => !page.includes(`\`${setting}\``))).toEqual([]);
  });

  it('has examples that load', async () => {
    const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      await using rig = new Rig();
      const stages = example.replace(/^mlp: 1\n/, '').replace(/^stages:\n/, '');
      rig.write('pipeline.yaml', `mlp: 1\nstages:\n${stages}`);
      const {code, talk} = await rig.mlp('dag');
      expect(code, talk).toBe(0);
    }
  });
});
