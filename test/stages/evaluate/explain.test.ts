/** Permutation importance and partial dependence of `uses: evaluate`. */
import {describe, expect, it} from 'vitest';
import type {Host} from '../../../src/host/host.ts';
import {encodeModel} from '../../../src/ml/model-file.ts';
import {writeFeatures} from '../../../src/stages/shared/feature-files.ts';
import {Random} from '../../../src/stats/random.ts';
import {tempHost} from '../../host/rig.ts';
import {detailsOf, messageOf, OUTS, run} from './rig.ts';

describe('what the model looks at', () => {
  /** Rows whose class is the sign of `use`; `noise` is nothing to the model, `twin` is `use` again. */
  async function project(): Promise<Host> {
    const random = new Random('features');
    const use = Float32Array.from({length: 300}, () => random.normal());
    const noise = Float32Array.from({length: 300}, () => random.normal());
    const host = tempHost();
    const lines = [...use].map((value, row) => {
      const p = 1 / (1 + Math.exp(-3 * value));
      return `r${row},${value > 0 ? 'yes' : 'no'},${p >= 0.5 ? 'yes' : 'no'},${p}`;
    });
    host.files.writeAtomic('p.csv', `row_id,y_true,y_pred,p_yes\n${lines.join('\n')}\n`);
    const ids = Array.from({length: 300}, (_, row) => `r${row}`);
    await writeFeatures(host, 'features', {
      matrix: {rows: 300, names: ['use', 'noise', 'twin'], dense: [use, noise, use]},
      kept: {
        rowCount: 300,
        columns: [{name: 'row_id', type: 'string', words: ids, codes: Int32Array.from(ids.keys())}],
      },
    });
    const model = encodeModel({
      features: ['use', 'noise', 'twin'],
      task: {kind: 'classification', classes: ['no', 'yes']},
      settings: {},
      predictor: {kind: 'linear', link: 'logistic', weights: Float64Array.of(2, 0, 1), intercepts: Float64Array.of(0)},
    });
    host.files.writeAtomic('model.bin', model);
    return host;
  }
  const inputs = {predictions: 'p.csv', model: 'model.bin', features: 'features'};

  it('a feature that counts, one that does not, and two that hang together', async () => {
    const host = await project();
    await run(host, {importance: {}, partial_dependence: ['use']}, inputs);
    const details = detailsOf(host);
    expect(details.importance.groups.map(({name}) => name)).toEqual(['use', 'twin', 'noise']);
    expect(details.importance.groups[2]).toMatchObject({mean: 0, deviation: 0});
    expect(details.importance.notices).toEqual([
      '`use` and `twin` hang together (rank correlation 1.00) and were shuffled apart: put them into one group.',
    ]);
    const [dependence] = details.partial_dependence;
    const points = dependence?.points ?? [];
    expect([dependence?.feature, dependence?.of, points.length]).toEqual(['use', 'probability of yes', 20]);
    expect(points[19]?.prediction).toBeGreaterThan((points[0]?.prediction ?? 1) + 0.5);
    expect(host.files.readText(OUTS.html)).toContain('Permutation importance');
    await run(host, {importance: {groups: {both: ['use', 'twin']}, metric: 'log_loss'}}, inputs);
    const grouped = detailsOf(host).importance;
    expect(grouped).toMatchObject({metric: 'log_loss', notices: []});
    expect(grouped.groups.map(({name}) => name)).toEqual(['both', 'noise']);
    expect(grouped.groups[0]?.mean).toBeGreaterThan(0.5);
  });
  it('says what is missing or does not fit', async () => {
    const host = await project();
    expect(await messageOf(run(host, {importance: {}}))).toContain('name the deps `model`');
    expect(await messageOf(run(host, {partial_dependence: ['usee']}, inputs))).toBe(
      '`partial_dependence`: there is no feature `usee`; did you mean `use`?',
    );
    expect(await messageOf(run(host, {importance: {groups: {g: ['nois']}}}, inputs))).toBe(
      '`importance`: the group `g` has `nois`, which is no feature; did you mean `noise`?',
    );
    host.files.writeAtomic('p.csv', host.files.readText('p.csv').replace('r7,', 'other,'));
    expect(await messageOf(run(host, {importance: {}}, inputs))).toContain(
      'row 8 of the dep `features` is not that of `p.csv` by its `row_id`',
    );
    host.files.writeAtomic('p.csv', 'y_true,y_pred\nyes,no\n');
    expect(await messageOf(run(host, {importance: {}}, inputs))).toContain('has 300 rows, but `p.csv` has 1');
  });
});
