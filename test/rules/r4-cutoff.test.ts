/** R4: an unchanged output stops the wave. */
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {edit, project} from './project.ts';

it('R4 a stage that ran but wrote the same bytes stops the wave, and the line says so', async () => {
  await using rig = project();
  await rig.run();
  edit(rig, 'raw.txt', '# a comment', '# another comment');
  const result = await rig.mlp('run');
  expect(result.talk).toMatch(/prepare +ran .*raw\.txt changed.*→ same bytes as before/);
  expect(result.talk).toMatch(/train +skipped +prepare wrote the same bytes/);
  expect(result.talk).toMatch(/1 ran, 1 skipped/);
});

it('R4 on a chain of 100 stages exactly 1 runs after a change without effect, and 0 after its undo', async () => {
  await using rig = new Rig();
  const stages = Array.from({length: 100}, (_, index) => {
    const from = index === 0 ? 'raw.txt' : `out/${index - 1}.txt`;
    return `  s${index}:\n    cmd: [grep, -v, '^#', ${from}]\n    deps: [${from}]\n    outs: [out/${index}.txt]\n`;
  });
  // A list is one argv without a shell: the output goes through a tiny script instead.
  const text = stages.join('').replaceAll(/cmd: \[grep, -v, '\^#', (\S+)\]/g, "cmd: grep -v '^#' $1 > ${stages.self}");
  rig.write(
    'pipeline.yaml',
    `mlp: 1\nstages:\n${text.replaceAll(/> \$\{stages\.self\}\n( {4}deps: .*\n {4}outs: \[(\S+)\])/g, '> $2\n$1')}`,
  );
  rig.write('raw.txt', '# a\none\n');
  expect((await rig.run()).ran).toHaveLength(100);
  rig.write('raw.txt', '# b\none\n');
  expect((await rig.run()).ran).toEqual(['s0']);
  rig.write('raw.txt', '# a\none\n');
  expect((await rig.run()).ran).toEqual([]);
}, 60_000);
