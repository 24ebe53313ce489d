/** A bundle whose command predicts: what somebody has been at, what answers too little, and names that it cannot have. */
import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';

const PREDICT = '#!/bin/sh\nawk \'NR == 1 {print "y_pred"} NR > 1 {print "B2B"}\'\n';

/** A project whose stage `bundle` writes the folder `bundle`, and an archive beside it. */
function project(more = ''): Rig {
  const rig = new Rig();
  rig.write(
    'pipeline.yaml',
    `
mlp: 1
stages:
  bundle:
    uses: package
    with: {name: shell, command: [./predict.sh], files: [predict.sh], parity: false${more}}
    outs: {bundle: bundle, archive: bundle.tar.gz}
`,
  );
  rig.write('predict.sh', PREDICT);
  execFileSync('chmod', ['+x', rig.path('predict.sh')]);
  rig.write('rows.csv', 'name\na\nb\n');
  return rig;
}

describe('a bundle with a program', () => {
  it('is what `mlp verify --allowed-signers` looks at, also when its manifest was taken away', async () => {
    await using rig = project();
    expect((await rig.mlp('run')).code).toBe(0);
    rig.write('allowed', '');
    rig.remove('bundle/MANIFEST.json');
    const verified = await rig.mlp('verify', 'bundle', '--allowed-signers', 'allowed');
    expect(verified.code).toBe(2);
    expect(verified.talk).toContain('it has no `MANIFEST.json`');
    expect((await rig.mlp('verify', '--allowed-signers', 'allowed')).talk).toContain('is of one bundle');
  });
});
