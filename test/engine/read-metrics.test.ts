import {describe, expect, it} from 'vitest';
import {readMetricsFile} from '../../src/engine/read-metrics.ts';

async function read(value: unknown): Promise<Readonly<Record<string, number>>> {
  const reply = await readMetricsFile('m.json', JSON.stringify(value), async () => undefined);
  if (!reply.ok) throw new Error(reply.message);
  return Object.fromEntries(reply.metrics.map((metric) => [metric.name, metric.value]));
}

describe('a metrics file', () => {
  it('joins nested names with dots, and takes numbers only', async () => {
    expect(await read({a: 1, b: {c: 2, d: {e: true}}, f: 'text', g: null, h: [3, {i: 4}], j: 'NaN'})).toEqual({
      a: 1,
      'b.c': 2,
      'b.d.e': 1,
      'h[0]': 3,
      'h[1].i': 4,
      j: Number.NaN,
    });
  });
  it('has a measurement with its interval as one metric', async () => {
    const files = {
      accuracy: {value: 0.9, lo: 0.8, hi: 0.95, n: 100},
      deep: {'f1.a': {value: 1, lo: null, hi: 2}},
      // No interval: three numbers.
      range: {value: 1, lo: 2},
    };
    expect(await read(files)).toEqual({accuracy: 0.9, 'deep.f1.a': 1, 'range.value': 1, 'range.lo': 2});
  });
  it('may hold a text of any length', async () => {
    const image = 'iVBORw0KGgo"\\'.repeat(1_000_000);
    expect(await read({image, f1: 'NaN', auc: 0.5})).toEqual({f1: Number.NaN, auc: 0.5});
  });

  it.each([
    ['with a header', 'metric,value\nf1,0.8\nauc,0.7\n', ['f1 0.8', 'auc 0.7']],
    ['without a header', 'f1,0.8\nauc,0.7\n', ['f1 0.8', 'auc 0.7']],
    ['of one line', 'f1,0.8', ['f1 0.8']],
    ['of steps', 'step,loss\n1,0.8\n2,0.7\n', ['loss 0.8 1', 'loss 0.7 2']],
    ['of a column with a number as its name', 'step,0\n1,0.8\n', ['0 0.8 1']],
  ])('may be a table of names and values: %s', async (_, text, expected) => {
    const reply = await readMetricsFile('m.csv', text, async () => undefined);
    const told = reply.ok ? reply.metrics.map(({name, value, step}) => [name, value, step].join(' ').trim()) : [];
    expect(told).toEqual(expected);
  });
});
