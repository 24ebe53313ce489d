/** A disk that is full: it is named, nothing is lost, and the next run after freeing space is right. */
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {inShell, namespace} from './small-disk.ts';
import {pipelineText, temporaryFiles} from './spawned-cli.ts';

const STAGES = {
  big: {cmd: 'head -c ${params.bytes} /dev/zero > big.bin', outs: ['big.bin']},
  after: {cmd: 'wc -c < big.bin > count.txt', deps: ['big.bin'], outs: ['count.txt']},
};

function project(folder: string): Rig {
  const rig = new Rig();
  rig.write(`${folder}/pipeline.yaml`, pipelineText(STAGES, {params: ['params.yaml']}));
  rig.write(`${folder}/params.yaml`, 'bytes: 1000\n');
  return rig;
}

const NAMES_THE_DISK = namespace ? /no space left on the device of `\.mlp\/cache/ : /larger than a file may be/;

it('the cache: the stage fails and names the disk, no object is half written, the old outputs are back', async () => {
  await using rig = project('.');
  const steps = await inShell(
    rig,
    namespace
      ? `mkdir -p .mlp/cache; mount -t tmpfs -o size=2m none .mlp/cache
         step first run
         echo 'bytes: 3000000' > params.yaml
         step full run
         cat count.txt big.bin | wc -c > seen; find .mlp/cache/tmp -type f > temporary
         mount -o remount,size=20m .mlp/cache
         step freed run
         step again run
         rm big.bin; step restored run; cp -r .mlp/cache kept`
      : `step first run
         echo 'bytes: 3000000' > params.yaml
         (trap '' XFSZ; ulimit -f 2000; step full run)
         cat count.txt big.bin | wc -c > seen; find .mlp/cache/tmp -type f > temporary
         step freed run
         step again run
         rm big.bin; step restored run`,
  );
  expect(steps['first']).toMatchObject({code: 0});
  expect(steps['full']).toMatchObject({
    code: 1,
    text: expect.stringMatching(namespace ? NAMES_THE_DISK : /big +failed/),
  });
  expect(rig.read('seen').trim()).toBe('1005');
  expect(rig.read('temporary')).toBe('');
  expect(steps['freed']).toMatchObject({code: 0, text: expect.stringContaining('2 ran')});
  expect(steps['again']).toMatchObject({code: 0, text: expect.stringContaining('2 stages up to date')});
  expect(steps['restored']).toMatchObject({code: 0, text: expect.stringContaining('1 restored')});
  expect(rig.read('count.txt').trim()).toBe('3000000');
});

it('the whole project, filled by a stage: the failure names the disk, and what filled it does not stay', async () => {
  await using rig = project('p');
  const steps = await inShell(
    rig,
    `${namespace ? 'cp -r p source; mount -t tmpfs -o size=2m none p; cp source/* p' : ''}
     cd p
     step first run
     echo 'bytes: 3000000' > params.yaml
     ${namespace ? 'step full run' : "(trap '' XFSZ; ulimit -f 2000; step full run)"}
     cat count.txt big.bin | wc -c > ../seen
     echo 'bytes: 1001' > params.yaml
     step smaller run
     cat count.txt > ../count`,
  );
  expect(steps['first']).toMatchObject({code: 0});
  expect(steps['full']?.code).toBe(1);
  if (namespace) expect(steps['full']?.text).toMatch(/left on the disk of the project: free some/);
  expect(rig.read('seen').trim()).toBe('1005');
  expect(steps['smaller']).toMatchObject({code: 0, text: expect.stringContaining('2 ran')});
  expect(rig.read('count').trim()).toBe('1001');
});

it('the disk of the database, filled by somebody else: one sentence, and all is well once there is space', async () => {
  await using rig = project('p');
  const fill = namespace ? 'head -c 4000000 /dev/zero > filler 2>/dev/null || true' : 'true';
  const limited = (step: string): string => (namespace ? step : `(trap '' XFSZ; ulimit -f 1; ${step})`);
  const steps = await inShell(
    rig,
    `${namespace ? 'cp -r p source; mount -t tmpfs -o size=2m none p; cp source/* p' : ''}
     cd p
     step first run
     echo 'bytes: 1001' > params.yaml
     ${fill}
     ${limited('step full run')}
     ${limited('step status status')}
     rm -f filler
     step freed run
     step again run`,
  );
  expect(steps['full']?.code).toBe(1);
  expect(steps['full']?.text).toMatch(/`\.mlp\//);
  expect(steps['full']?.text).not.toMatch(/bug in mlp|SqliteError/);
  expect(steps['status']?.text).not.toMatch(/bug in mlp|SqliteError/);
  expect(steps['freed']).toMatchObject({code: 0, text: expect.stringContaining('2 ran')});
  expect(steps['again']).toMatchObject({code: 0, text: expect.stringContaining('2 stages up to date')});
  expect(temporaryFiles({folder: rig.path('p')})).toEqual([]);
});
