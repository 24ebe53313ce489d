/** The baseline of `uses: evaluate`, and the stage in a pipeline. */
import {describe, expect, it} from 'vitest';
import {evaluate} from '../../../src/stages/evaluate.ts';
import {Rig} from '../../rig/rig.ts';
import {detailsOf, gatesOf, hostWith, messageOf, predictionsCsv, run} from './rig.ts';

describe('the baseline', () => {
  it.each(['run:12', 'ref:main'])('`%s` is not taken for the name of a file that is not there', async (baseline) => {
    const {schema} = await evaluate.settings();
    expect(schema.safeParse({baseline}).error?.issues.map(({message}) => message)).toEqual([
      'name a file of predictions, or a packaged model: `approved`, `NAME@approved`, `NAME@champion`, `NAME@3`',
    ]);
  });

  it.each([
    ['approved', true],
    ['names@approved', true],
    ['my-names.2@champion', true],
    ['names@3', true],
    ['approved.csv', false],
    ['./approved', false],
    ['data/x@3', false],
    ['p@2026.csv', false],
    ['@approved', false],
    ['names@', false],
    ['a@b@3', false],
  ])('`%s` is a packaged model: %s', (baseline, isModel) => {
    const dep = isModel ? {model: baseline} : {path: baseline, optional: true};
    expect(evaluate.reads?.({baseline})).toEqual({deps: {baseline: dep}, pathFree: {}});
  });

  it('is a dep that need not be there yet', async () => {
    expect(evaluate.reads?.({baseline: 'ok/p.csv', metrics: ['auc']})).toEqual({
      deps: {baseline: {path: 'ok/p.csv', optional: true}},
      pathFree: {metrics: ['auc']},
    });
    const host = hostWith(predictionsCsv());
    await run(host, {gates: [{metric: 'accuracy', min: 0.8, drop_max: 0.01}]});
    expect(gatesOf(host)).toMatchObject({
      state: 'pass',
      baseline: 'none',
      gates: [{state: 'pass'}, {state: 'unjudged'}],
    });
  });
  it('may know a class that the new one does not', async () => {
    const host = hostWith('y_true,y_pred\na,a\nb,b\na,b\n');
    host.files.writeAtomic('base.csv', 'y_true,y_pred\na,a\nb,c\na,b\n');
    await run(host, {}, {predictions: 'p.csv', baseline: 'base.csv'});
    expect(detailsOf(host)).toMatchObject({
      baseline: 'paired',
      changes: {accuracy: {baseline: 1 / 3, difference: 1 / 3}},
    });
  });
  it('with the only row of another class does not turn round which one is positive', async () => {
    const host = hostWith('y_true,y_pred\nyes,yes\nyes,yes\n');
    host.files.writeAtomic('base.csv', 'y_true,y_pred\nyes,no\nyes,yes\n');
    await run(host, {}, {predictions: 'p.csv', baseline: 'base.csv'});
    expect(detailsOf(host)).toMatchObject({classification: {positive: 'yes'}, changes: {recall: {difference: 0.5}}});
  });
  it('of another task is refused by what its columns lack', async () => {
    const host = hostWith('y_true,y_pred\n1.5,2\n2.5,2\n');
    host.files.writeAtomic('base.csv', 'y_true,y_pred\na,a\nb,a\n');
    expect(await messageOf(run(host, {}, {predictions: 'p.csv', baseline: 'base.csv'}))).toBe(
      '`y_true` of `base.csv` is no column of numbers: set `task: classification`, or mend the file',
    );
  });
});

describe('in a pipeline', () => {
  const yaml = (more: string): string => `mlp: 1
stages:
  evaluate:
    uses: evaluate
    deps: {predictions: p.csv}
    with:
      positive: yes
      baseline: approved.csv
      gates: [{metric: accuracy, min: 0.8, drop_max: 0.05}]
${more}    outs: {gates: g.json, html: page.html}
    metrics: {metrics: m.json}
`;
  it('gives metrics under their names, sees a baseline that comes, and stays when nothing changed', async () => {
    await using rig = new Rig();
    rig.write('p.csv', predictionsCsv());
    rig.write('pipeline.yaml', yaml(''));
    expect((await rig.run()).ran).toEqual(['evaluate']);
    const {out} = await rig.mlp('metrics');
    expect(out).toMatch(/accuracy +0\.9/);
    expect(out).toMatch(/f1\.yes/);
    expect(JSON.parse(rig.read('g.json'))).toMatchObject({baseline: 'none'});
    rig.write('approved.csv', predictionsCsv(4));
    expect((await rig.run()).ran).toEqual(['evaluate']);
    expect(JSON.parse(rig.read('g.json'))).toMatchObject({baseline: 'paired', state: 'pass'});
    expect((await rig.run()).ran).toEqual([]);
  });
  it('a gate that fails is told with the run', async () => {
    await using rig = new Rig();
    rig.write('p.csv', predictionsCsv(200));
    rig.write('pipeline.yaml', yaml(''));
    const {code, talk} = await rig.mlp('run');
    expect(code).toBe(1);
    expect(talk).toContain('1 of 2 gates failed: `accuracy min 0.8`: accuracy is 0.4');
    // There is no page then, so the log holds everything.
    expect((await rig.mlp('logs', 'evaluate')).out).toContain('Confusion matrix');
    rig.write('pipeline.yaml', yaml('      on_fail: continue\n'));
    expect((await rig.mlp('run')).code).toBe(0);
    expect((await rig.mlp('logs', 'evaluate')).out).toMatch(/all of it: page.html\n$/);
    expect(JSON.parse(rig.read('g.json'))).toMatchObject({state: 'fail'});
  });
});
