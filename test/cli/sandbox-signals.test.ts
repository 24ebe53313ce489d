/** A stage in its sandbox is stopped like any other, and leaves nothing behind. */
import {expect, it} from 'vitest';
import {canTestSandbox} from '../rig/needs.ts';
import {Rig} from '../rig/rig.ts';
import {pipelineText, SpawnedCli} from '../safety/spawned-cli.ts';

const FUNCTION = `import fs from 'node:fs';
export default ({outputs, signal}) => new Promise((resolve) => {
  fs.writeFileSync(outputs.o, 'half');
  fs.appendFileSync(process.env.MLP_METRICS, '');
  signal.addEventListener('abort', () => { console.log('told to stop'); resolve(undefined); });
  setInterval(() => undefined, 1000);
});
`;

it.runIf(canTestSandbox).each([
  ['a process', {cmd: 'echo half > o; touch "$MLP_METRICS"; sleep 600 & sleep 600', outs: ['o']}],
  ['a function', {run: 's.ts', outs: {o: 'o'}}],
])('%s', async (_, stage) => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({s: {...stage, sandbox: 'strict'}}));
  rig.write('s.ts', FUNCTION);
  await using cli = new SpawnedCli(rig, ['run', '--json', '--grace', '5']);
  await cli.event('its start', ({type}) => type === 'stage.start');
  const start = cli.events().find((event) => event.type === 'stage.start');
  if (start?.type !== 'stage.start') throw new Error('no start');
  await cli.file(rig.path(`.mlp/work/${start.attempt}/metrics.jsonl`));
  cli.kill('SIGINT');
  expect((await cli.ended).code).toBe(130);
  expect(cli.outcomes()).toEqual({s: 'stopped'});
  await cli.marker.allGone();
  expect(rig.exists('o')).toBe(false);
});
