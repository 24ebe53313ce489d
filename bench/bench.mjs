/** What a suite is given, and the few ways in which suites repeat and compare. */
import {mkdtempSync} from 'node:fs';
import path from 'node:path';
import {failureText} from './project.mjs';

/** @typedef {import('./measure.mjs').Sample} Sample */
/** @typedef {import('./tools.mjs').Tool} Tool */

/**
 * @typedef {object} Bench
 * @property {import('./project.mjs').Meter} meter
 * @property {string} temp
 * @property {import('./report.mjs').Report} report
 * @property {boolean} quick
 * @property {Tool | undefined} mlp undefined with --peers-only
 * @property {Tool[]} peers
 * @property {Map<string, string>} absent name of a peer -> why it is not compared
 */

/**
 * A suite: one file under suites/.
 * @typedef {object} Suite
 * @property {string} name
 * @property {string} about
 * @property {(bench: Bench) => void | Promise<void>} run
 */

/**
 * Runs every entry in turn, `times` times over, so that a slow moment of the machine hits all of them.
 * @template Result
 * @param {number} times @param {Record<string, () => Result>} entries
 * @returns {Record<string, Result[]>}
 */
export function interleave(times, entries) {
  /** @type {Record<string, Result[]>} */
  const results = Object.fromEntries(Object.keys(entries).map((name) => [name, []]));
  for (let round = 0; round < times; round += 1) {
    for (const [name, entry] of Object.entries(entries)) results[name]?.push(entry());
  }
  return results;
}

/** The smallest CPU time of some samples. @param {readonly {cpuMs: number}[] | undefined} samples */
export const leastCpu = (samples) => Math.min(...(samples ?? []).map((sample) => sample.cpuMs));

/** The smallest wall time. @param {readonly {wallMs: number}[] | undefined} samples */
export const leastWall = (samples) => Math.min(...(samples ?? []).map((sample) => sample.wallMs));

/** The largest peak memory in MB; null where it is not measured. @param {readonly Sample[]} samples */
export function mostMemoryMb(samples) {
  const bytes = samples.map((sample) => sample.rssBytes).filter((value) => value !== null);
  return bytes.length === 0 ? null : Math.max(...bytes) / 1e6;
}

/** Starting Node and nothing else: what a command line in Node cannot get below. @param {Bench} bench */
export const runNodeAlone = (bench) => mustRun(bench, [process.execPath, '-e', '0'], bench.temp);

/** @param {Bench} bench @param {string[]} argv @param {string} cwd @param {Record<string, string>} [env] */
export function mustRun(bench, argv, cwd, env = {}) {
  const sample = bench.meter.measure(argv, {cwd, env});
  if (sample.exitCode !== 0) throw new Error(failureText(argv[0] ?? '', argv, sample));
  return sample;
}

/** A new folder for one measurement. @param {Bench} bench @param {string} name */
export const newFolder = (bench, name) => mkdtempSync(path.join(bench.temp, `${name}-`));

/** Holds a peak of memory to a limit, where it is measured. @param {Bench} bench @param {string} name @param {number | null} value @param {number} limitMb */
export function checkMemory(bench, name, value, limitMb) {
  if (value === null) bench.report.skipCheck(name, '<=', limitMb, 'MB', 'peak memory is not measured here');
  else bench.report.check(name, value, '<=', limitMb, 'MB');
}

/**
 * A peer that does not work here is named and left out; mlp must work.
 * @template Result
 * @param {Bench} bench @param {Tool} tool @param {() => Result} measure
 * @returns {Result[]} one or none
 */
export function skipBroken(bench, tool, measure) {
  try {
    return [measure()];
  } catch (error) {
    if (tool.name === 'mlp') throw error;
    bench.absent.set(tool.name, 'did not work here');
    bench.report.note(`${tool.name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** Time that a file must have rested before a tool may trust its modification time, with some room. */
export const settleMs = 2200;
