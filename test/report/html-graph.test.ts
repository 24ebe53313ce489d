/** Graph, timeline and critical path of the HTML report. */
import {describe, expect, it} from 'vitest';
import {stageGraph} from '../../src/report/html/graph.ts';
import {layeredLayout} from '../../src/report/html/layered-layout.ts';
import {timeline, timeTicks} from '../../src/report/html/timeline.ts';
import {attemptId, digest, runId, stageName} from '../../src/model/ids.ts';
import type {AttemptRow} from '../../src/model/run.ts';
import {criticalPathOf, timelineOf} from '../../src/report/views/report-timeline.ts';

const layout = (needs: readonly (readonly number[])[]) =>
  layeredLayout(
    needs.map((one) => ({needs: one, breadth: 40})),
    10,
  );

describe('layeredLayout', () => {
  it('puts each node one layer after the last it needs', () => {
    expect(layout([[], [0], [1], [0, 2]]).nodes.map(({layer}) => layer)).toEqual([0, 1, 2, 3]);
  });

  it('draws a chain as a straight line', () => {
    const {nodes} = layout([[], [0], [1]]);
    expect(new Set(nodes.map(({at}) => at)).size).toBe(1);
  });

  it('keeps neighbours apart, passing edges too', () => {
    const needs = [[], [], ...Array.from({length: 30}, (_, index) => [index % 2, Math.max(0, index - 5)])];
    const placed = layout(needs);
    const layers = new Map<number, number[]>();
    for (const {layer, at} of placed.nodes) layers.set(layer, [...(layers.get(layer) ?? []), at]);
    for (const places of layers.values()) {
      const sorted = places.toSorted((a, b) => a - b);
      sorted.slice(1).forEach((at, index) => expect(at - (sorted[index] ?? 0)).toBeGreaterThanOrEqual(50 - 1e-6));
      expect(sorted[0]).toBeGreaterThanOrEqual(20 - 1e-6);
      expect(sorted.at(-1)).toBeLessThanOrEqual(placed.breadth - 20 + 1e-6);
    }
  });

  it('has no crossing where none is needed', () => {
    // Two chains, named crosswise.
    const {nodes} = layout([[], [], [1], [0]]);
    expect(nodes[2]?.at).toBe(nodes[1]?.at);
    expect(nodes[3]?.at).toBe(nodes[0]?.at);
  });

  it('stands straight again behind a fan of unequal boxes', () => {
    const widths = [100, 120, 90, 250, 100, 100];
    const {nodes} = layeredLayout(
      [[], [0], [0], [0], [1, 2, 3], [4]].map((needs, id) => ({needs, breadth: widths[id] ?? 0})),
      18,
    );
    expect(nodes[5]?.at).toBeCloseTo(nodes[4]?.at ?? 0);
    expect(nodes[4]?.at).toBeCloseTo(((nodes[1]?.at ?? 0) + (nodes[2]?.at ?? 0) + (nodes[3]?.at ?? 0)) / 3);
  });

  it('leads a long edge past the layers between', () => {
    expect(layout([[], [0], [1], [0, 2]]).edges.find(({from, to}) => from === 0 && to === 3)?.via).toHaveLength(2);
  });

  it.each([
    ['nothing', []],
    ['a cycle', [[1], [0]]],
    ['itself and what is not there', [[0, 7, -1]]],
    ['one need twice', [[], [0, 0]]],
  ])('survives %s', (_what, needs) => {
    const placed = layout(needs);
    expect(placed.nodes).toHaveLength(needs.length);
    expect(placed.edges.length).toBeLessThanOrEqual(1);
    expect(placed.nodes.every(({at}) => Number.isFinite(at))).toBe(true);
  });
});

describe('stageGraph', () => {
  const node = (label: string, needs: readonly number[] = []) =>
    ({label, state: '✓ ran', tone: 'good', tip: label, target: 's1', needs}) as const;

  it('escapes names and cuts long ones, with the whole as a tooltip', () => {
    const long = 'x'.repeat(300);
    const text = stageGraph([node('<script>"&'), node(long, [0])], 'graph').toString();
    expect(text).not.toContain('<script>');
    expect(text).toContain('&lt;script&gt;&quot;&amp;');
    expect(text).toContain(`<title>${long}</title>`);
    expect(text.split(long)).toHaveLength(2);
  });

  it('runs from top to bottom when only that fits a page', () => {
    const size = (count: number): readonly number[] => {
      const nodes = Array.from({length: count}, (_, index) =>
        node(`stage ${String(index)}`, index === 0 ? [] : [index - 1]),
      );
      const found = /width="([\d.]+)" height="([\d.]+)"/.exec(stageGraph(nodes, 'graph').toString());
      return [Number(found?.[1]), Number(found?.[2])];
    };
    const [shortWidth = 0, shortHeight = 0] = size(4);
    expect(shortWidth).toBeGreaterThan(shortHeight);
    const [longWidth = 0, longHeight = 0] = size(20);
    expect(longWidth).toBeLessThan(longHeight);
  });

  it('draws 1,000 stages in less than half a megabyte', () => {
    const nodes = Array.from({length: 1000}, (_, index) =>
      node(`stage-${String(index)}`, index < 10 ? [] : [index - 10, index - 7, index % 10]),
    );
    const text = stageGraph(nodes, 'graph').toString();
    expect(text.length).toBeLessThan(500_000);
    expect(text).not.toMatch(/NaN|Infinity/);
  });
});

const attempt = (
  stage: string,
  startMs: number,
  endMs: number | undefined,
  more: Partial<AttemptRow> = {},
): AttemptRow => ({
  id: attemptId(`1-${stage}-${String(more.number ?? 1)}`),
  run: runId(1),
  stage: stageName(stage),
  key: digest('0'.repeat(64)),
  number: 1,
  startedAtMs: 1000 + startMs,
  executor: 'local',
  logFile: '',
  workFolder: '',
  reason: {kind: 'new'},
  state: endMs === undefined ? 'running' : 'committed',
  ...(endMs === undefined ? {} : {endedAtMs: 1000 + endMs, wallMs: endMs - startMs}),
  ...more,
});

describe('the critical path', () => {
  const path = (
    times: Readonly<Record<string, readonly [number, number]>>,
    needs: Readonly<Record<string, readonly string[]>>,
  ) =>
    criticalPathOf(
      new Map(Object.entries(times).map(([stage, [startMs, endMs]]) => [stage, {startMs, endMs}])),
      new Map(Object.entries(needs)),
    );

  it('goes back from the last end through what ended last before it', () => {
    const links = path(
      {a: [0, 10], b: [10, 40], c: [10, 20], d: [45, 60], other: [0, 55]},
      {b: ['a'], c: ['a'], d: ['b', 'c']},
    );
    expect(links.map(({stage, waitMs}) => [stage, waitMs])).toEqual([
      ['a', 0],
      ['b', 0],
      ['d', 5],
    ]);
  });

  it('counts a late start of the first link as waiting', () => {
    expect(path({a: [7, 9]}, {})).toEqual([{stage: 'a', startMs: 7, endMs: 9, waitMs: 7}]);
  });

  it('goes through stages that were skipped', () => {
    expect(path({a: [0, 5], c: [5, 9]}, {c: ['b'], b: ['a']}).map(({stage}) => stage)).toEqual(['a', 'c']);
  });

  it('chooses by name among equal ends, and ends on a cycle', () => {
    expect(path({b: [0, 5], a: [0, 5]}, {}).map(({stage}) => stage)).toEqual(['a']);
    expect(path({b: [0, 5], a: [0, 4]}, {a: ['b'], b: ['a']}).map(({stage}) => stage)).toEqual(['a', 'b']);
    expect(path({}, {})).toEqual([]);
  });
});

describe('the timeline', () => {
  it('has retries in one row, says what was waited for, and marks the critical path', () => {
    const view = timelineOf({
      startedAtMs: 1000,
      endedAtMs: 1100,
      nowMs: 9999,
      attempts: [
        attempt('b', 40, 60, {number: 2}),
        attempt('a', 0, 20),
        attempt('b', 30, 35, {state: 'failed'}),
        attempt('c', 0, 5),
      ],
      needs: new Map([['b', ['a']]]),
    });
    expect(view.lengthMs).toBe(100);
    expect(
      view.rows.map(({stage, readyMs, critical, spans}) => [stage, readyMs, critical, spans.map(({state}) => state)]),
    ).toEqual([
      ['a', 0, true, ['done']],
      ['c', 0, false, ['done']],
      ['b', 20, true, ['failed', 'done']],
    ]);
  });

  it('ends what has no end at the end of the run, or now', () => {
    const facts = {startedAtMs: 1000, nowMs: 1500, attempts: [attempt('a', 10, undefined)], needs: new Map()};
    expect(timelineOf(facts).rows[0]?.spans[0]).toMatchObject({startMs: 10, endMs: 500, state: 'running'});
    expect(timelineOf({...facts, endedAtMs: 1100}).rows[0]?.spans[0]?.endMs).toBe(100);
  });

  it('survives a clock that jumped back', () => {
    const view = timelineOf({
      startedAtMs: 1000,
      endedAtMs: 900,
      nowMs: 0,
      attempts: [attempt('a', -50, -40)],
      needs: new Map(),
    });
    expect(view.rows[0]?.spans[0]).toMatchObject({startMs: 0, endMs: 10});
    expect(view.lengthMs).toBe(10);
  });

  it('is drawn with an axis of round times, and without a number that is none', () => {
    expect(timeTicks(95_000)).toEqual([0, 30_000, 60_000, 90_000]);
    expect(timeTicks(900)).toEqual([0, 200, 400, 600, 800]);
    const bar = {startMs: 0, endMs: 0, tone: 'good', tip: '<b>', isCritical: true} as const;
    const text = timeline([{label: '<i>', bars: [bar]}], 0).toString();
    expect(text).not.toMatch(/NaN|Infinity|<i>|<b>/);
  });
});
