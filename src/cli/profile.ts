/** A trace of a run in the format of chrome://tracing, Perfetto and speedscope. */
import type {RunEvent} from '../model/event.ts';

/** @param events with the time at which each was seen, in ms. One lane for every stage that ran at the same time. */
export function chromeTrace(events: readonly (readonly [number, RunEvent])[]): string {
  const open = new Map<string, {startMs: number; lane: number}>();
  const traced: object[] = [];
  const firstMs = events[0]?.[0] ?? 0;
  for (const [atMs, event] of events) {
    if (event.type === 'stage.start') {
      const taken = new Set([...open.values()].map(({lane}) => lane));
      let lane = 1;
      while (taken.has(lane)) lane++;
      open.set(event.stage, {startMs: atMs, lane});
    } else if (event.type === 'stage.end') {
      const started = open.get(event.stage);
      open.delete(event.stage);
      const args = {outcome: event.outcome, cpu_ms: event.cpuMs, peak_rss_bytes: event.peakRssBytes};
      const startMs = started?.startMs ?? atMs;
      traced.push({
        name: event.stage,
        cat: event.outcome,
        ph: 'X',
        pid: 1,
        tid: started?.lane ?? 0,
        ts: (startMs - firstMs) * 1000,
        dur: (atMs - startMs) * 1000,
        args,
      });
    }
  }
  return JSON.stringify({traceEvents: traced, displayTimeUnit: 'ms'});
}
