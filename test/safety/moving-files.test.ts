/** Files that come, go and change while mlp looks at them or a stage runs. */
import {expect, it, describe} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {pipelineText} from './spawned-cli.ts';

/** A stage that reads `in`, whatever it is. */
function reading(cmd: string): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: {cmd, deps: ['in'], outs: ['out.txt']}}));
  return rig;
}

describe('files that do not hold still', () => {
  it('an input that comes, goes and changes while it is looked at never breaks a run', async () => {
    await using rig = reading('ls in | wc -l > out.txt');
    for (let at = 0; at < 300; at++) rig.write(`in/f${at}`, 'x'.repeat(5000));
    const churn = new Churn(
      rig,
      'i=0; while :; do i=$((i+1)); n=$((i % 300)); rm -f in/f$n; echo $i > in/f$n; mv in/f$n in/g$n; mv in/g$n in/f$n; done',
    );
    try {
      for (let round = 0; round < 5; round++) {
        const {code, talk} = await rig.run('--paranoid');
        expect({code, bug: talk.includes('bug')}).toEqual({code: 0, bug: false});
      }
    } finally {
      await churn.stop();
    }
    const settled = await rig.run();
    expect(settled.code).toBe(0);
    expect((await rig.run()).outcomes).toEqual({a: 'skipped'});
  });

  it('an input that its stage edits is told, and its result is not kept for those inputs', async () => {
    await using rig = reading('cat in > out.txt; [ -e once ] || echo changed > in; touch once');
    rig.write('in', 'first\n');
    const {code, talk} = await rig.mlp('run');
    expect(code).toBe(0);
    expect(talk).toMatch(/`?in`? .*changed|changed while/);
    expect(rig.read('out.txt')).toBe('first\n');
    expect((await rig.run()).outcomes).toEqual({a: 'ran'});
    expect(rig.read('out.txt')).toBe('changed\n');
  });
});

class Churn {
  readonly #stop: () => Promise<void>;
  constructor(rig: Rig, script: string) {
    const {spawn} = process.getBuiltinModule('node:child_process');
    const child = spawn('sh', ['-c', script], {cwd: rig.folder, stdio: 'ignore'});
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    this.#stop = async () => {
      child.kill('SIGKILL');
      await ended;
    };
  }
  stop(): Promise<void> {
    return this.#stop();
  }
}
