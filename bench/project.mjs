/** A pipeline of one tool in a folder of its own: run it, edit it, count what ran. */
import {existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {planPipeline, takeRanCount} from './pipelines.mjs';

/** @typedef {import('./measure.mjs').Sample} Sample */
/** @typedef {import('./tools.mjs').Tool} Tool */
/** @typedef {import('./pipelines.mjs').Shape} Shape */
/** @typedef {ReturnType<typeof import('./measure.mjs').createMeter>} Meter */
/** @typedef {Sample & {ran: number}} Run a measured run and the number of stages that logged during it */

export class Project {
  #meter;
  #plan;

  /** @param {Meter} meter @param {string} temp @param {Tool} tool @param {Shape} shape @param {number} stages */
  constructor(meter, temp, tool, shape, stages) {
    this.#meter = meter;
    this.tool = tool;
    this.root = mkdtempSync(path.join(temp, `${tool.name}-${shape}-${stages}-`));
    this.folder = path.join(this.root, 'project');
    this.#plan = planPipeline(shape, stages, path.join(this.root, 'ran.log'));
    writeFileSync(this.#plan.log, '');
    tool.prepare(this.folder, this.#plan);
  }

  /**
   * Brings everything up to date.
   * @param {{argv?: string[], timeoutMs?: number}} [options]
   * @returns {Run}
   */
  run(options = {}) {
    const argv = options.argv ?? this.tool.argv;
    const timeout = options.timeoutMs === undefined ? {} : {timeoutMs: options.timeoutMs};
    const sample = this.#meter.measure(argv, {cwd: this.folder, env: this.tool.env, name: this.tool.name, ...timeout});
    if (sample.timedOut) throw new Error(`${this.tool.name} did not end in time: \`${argv.join(' ')}\``);
    if (sample.exitCode !== 0) throw new Error(failureText(this.tool.name, argv, sample));
    return {...sample, ran: takeRanCount(this.#plan)};
  }

  /** New modification time, same bytes. @param {number} index stage whose source is touched */
  touchSource(index) {
    this.#setTime(path.join(this.folder, this.tool.source(index)));
  }

  /** @param {number} index @param {string} text */
  writeSource(index, text) {
    const file = path.join(this.folder, this.tool.source(index));
    writeFileSync(file, text);
    this.#setTime(file);
  }

  /** @param {number} index */
  readSource(index) {
    return readFileSync(path.join(this.folder, this.tool.source(index)), 'utf8');
  }

  /** @param {number} index */
  removeOutput(index) {
    rmSync(path.join(this.folder, this.tool.output(index)));
  }

  /** @param {number} index */
  hasOutput(index) {
    return existsSync(path.join(this.folder, this.tool.output(index)));
  }

  remove() {
    rmSync(this.root, {recursive: true, force: true});
  }

  /** Now, and not the old time of the other sources: some tools only see a newer file. @param {string} file */
  #setTime(file) {
    const now = new Date();
    utimesSync(file, now, now);
  }
}

/** @param {string} name @param {string[]} argv @param {Sample} sample */
export function failureText(name, argv, sample) {
  const said = [sample.stdout, sample.stderr].map((file) => readFileSync(file, 'utf8').slice(-2000)).join('\n');
  return `${name} exited with ${sample.exitCode}: \`${argv.join(' ')}\`\n${said}`;
}

/**
 * Outcomes by stage from the `--json` events of a run of mlp.
 * @param {Sample} sample
 * @returns {{ran: string[], counts: Record<string, number>}}
 */
export function readOutcomes(sample) {
  /** @type {string[]} */
  const ran = [];
  /** @type {Record<string, number>} */
  const counts = {};
  for (const line of readFileSync(sample.stdout, 'utf8').split('\n')) {
    if (!line.startsWith('{')) continue;
    const event = JSON.parse(line);
    if (event.type !== 'stage.end') continue;
    counts[event.outcome] = (counts[event.outcome] ?? 0) + 1;
    if (event.outcome === 'ran') ran.push(event.stage);
  }
  return {ran, counts};
}
