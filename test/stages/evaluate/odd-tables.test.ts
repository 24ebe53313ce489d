/** Random small tables, with all there is to ask: no crash, no NaN in what is written. */
import * as fc from 'fast-check';
import {expect, it} from 'vitest';
import {gatesOf, hostWith, OUTS, run} from './rig.ts';

const row = fc.record({
  truth: fc.constantFrom('a', 'b', 'c,"1"', '0'),
  prediction: fc.constantFrom('a', 'b', '0'),
  weight: fc.constantFrom(0, 1, 2.5),
  slice: fc.constantFrom('x', '', '-1', 'ü|<'),
  amount: fc.constantFrom('', '0', '1e300', '-7.25'),
});

it('classes of any sort, weights, groups, slices, a baseline', async () => {
  const tables = fc.array(row, {minLength: 1, maxLength: 12});
  await fc.assert(
    fc.asyncProperty(tables, fc.boolean(), fc.boolean(), async (rows, isWeighted, isGrouped) => {
      fc.pre(!isWeighted || rows.some(({weight}) => weight > 0));
      const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
      const csv = (shift: number): string =>
        ['y_true,y_pred,slice,amount,weight']
          .concat(
            rows.map(({truth, prediction, slice, amount, weight}, at) =>
              [truth, at < shift ? truth : prediction, slice]
                .map(quoted)
                .concat(amount, isWeighted ? String(weight) : '1')
                .join(),
            ),
          )
          .join('\n');
      const host = hostWith(`${csv(0)}\n`);
      host.files.writeAtomic('base.csv', `${csv(3)}\n`);
      const settings = {
        task: 'classification',
        slices: ['slice', {column: 'amount', bins: 2}, ['slice', 'amount']],
        min_rows: 2,
        ...(isGrouped ? {group: 'slice'} : {}),
        gates: [
          {metric: 'accuracy', min: 0.5, drop_max: 0.1, slices: 'all'},
          {metric: 'f1_macro', gain_max: '5%'},
        ],
        on_fail: 'continue',
      };
      await run(host, settings, {predictions: 'p.csv', baseline: 'base.csv'});
      expect(['pass', 'fail', 'inconclusive', 'unjudged']).toContain(gatesOf(host).state);
      for (const path of [OUTS.metrics, OUTS.gates, OUTS.details, OUTS.markdown]) {
        expect(host.files.readText(path), path).not.toMatch(/NaN|undefined/);
      }
    }),
    {numRuns: 20, seed: 1},
  );
});

it('numbers of any size', async () => {
  const number = fc.constantFrom(0, 1, -3.5, 1e-300, 1e150, 12345.678);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(number, number), {minLength: 1, maxLength: 8}), async (rows) => {
      const host = hostWith(`y_true,y_pred\n${rows.map((pair) => pair.join()).join('\n')}\n`);
      await run(host, {task: 'regression'});
      for (const path of [OUTS.metrics, OUTS.details]) expect(host.files.readText(path), path).not.toMatch(/NaN/);
    }),
    {numRuns: 20, seed: 1},
  );
});
