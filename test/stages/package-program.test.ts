/** A bundle whose command predicts: what somebody has been at, what answers too little, and names that it cannot have. */
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {readFileSync, rmSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {encodeModel} from '../../src/ml/model-file.ts';
import type {Model} from '../../src/ml/model.ts';
import {openHost} from '../../src/host/open-host.ts';
import {openProjectStore} from '../../src/project/open-project-store.ts';
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

  it('answers a row for each row, or it is a mistake', async () => {
    await using rig = project();
    rig.write('predict.sh', 'printf "y_pred\\nB2B\\n"\n');
    rig.write('pipeline.yaml', rig.read('pipeline.yaml').replace('[./predict.sh]', '[sh, predict.sh]'));
    await rig.mlp('run');
    const answered = await rig.mlp('predict', './bundle', 'rows.csv');
    expect(answered.code).toBe(1);
    expect(answered.talk).toContain('`sh predict.sh` answered 1 row to 2 rows');
  });

  it.each(['MANIFEST.json', 'provenance.json'])('cannot have a file `%s` of the project', async (name) => {
    await using rig = project();
    rig.write(name, '{}');
    rig.write(
      'pipeline.yaml',
      rig.read('pipeline.yaml').replace('files: [predict.sh]', `files: [predict.sh, ${name}]`),
    );
    const run = await rig.mlp('run');
    expect(run.code).toBe(1);
    expect(run.talk + run.out).toContain(`\`${name}\` in the bundle is written by \`package\` itself: rename yours`);
  });

  it('is run from its archive, too, once that is unpacked', async () => {
    await using rig = project();
    await rig.mlp('run');
    execFileSync('tar', ['-xzf', rig.path('bundle.tar.gz'), '-C', rig.path('.')]);
    expect((await rig.mlp('predict', './shell', 'rows.csv')).out).toBe('y_pred\nB2B\nB2B\n');
  });

  it('does not tell where the key lay that signed it', async () => {
    await using keys = new Rig();
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keys.path('key of anna')]);
    await using rig = project(', sign: {key: "~/key of anna"}');
    rig.env = {...rig.env, HOME: keys.folder};
    expect((await rig.mlp('run')).code).toBe(0);
    const {payload, signatures} = JSON.parse(rig.read('bundle/provenance.json')) as {payload: string; signatures: []};
    expect(signatures).toHaveLength(1);
    expect(Buffer.from(payload, 'base64').toString()).not.toContain('key of anna');
  });

  it('that loses an alias tells who took it away', async () => {
    await using rig = project();
    execFileSync('git', ['init', '-q'], {cwd: rig.folder});
    execFileSync('git', ['config', 'user.email', 'anna@firm.lt'], {cwd: rig.folder});
    await rig.mlp('run');
    await rig.mlp('promote', 'shell');
    await rig.mlp('promote', 'shell', '--remove');
    const store = openProjectStore(openHost(rig.folder));
    expect(store.models.moves('shell').map(({by, version}) => [by, version])).toEqual([
      ['anna@firm.lt', undefined],
      ['anna@firm.lt', 1],
    ]);
    store.close();
  });

  it('is listed among the others without its model being read', async () => {
    await using rig = project();
    const model: Model = {
      features: ['x'],
      task: {kind: 'regression'},
      settings: {},
      predictor: {kind: 'linear', link: 'identity', weights: Float64Array.of(1), intercepts: Float64Array.of(0)},
    };
    rig.write('model.bin', encodeModel(model));
    rig.write(
      'pipeline.yaml',
      `
mlp: 1
stages:
  bundle: {uses: package, deps: {model: model.bin}, with: {name: line, parity: false}, outs: [bundle]}
`,
    );
    await rig.mlp('run');
    // Whoever read it would find that its bytes are others, and set it aside.
    const hash = createHash('sha256')
      .update(readFileSync(rig.path('model.bin')))
      .digest('hex');
    const object = `.mlp/cache/objects/${hash.slice(0, 2)}/${hash.slice(2)}`;
    rmSync(rig.path(object));
    rig.write(object, 'damaged');
    expect((await rig.mlp('models')).out).toMatch(/line +1 /);
    expect(rig.exists(object)).toBe(true);
  });
});
