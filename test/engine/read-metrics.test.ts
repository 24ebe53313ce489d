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
});
