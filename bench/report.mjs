/** Figures, limits and tables: collected while the suites run, printed at once, written as JSON at the end. */

/** @typedef {{min: number, median: number, max: number, runs: number[]}} Spread */
/** @typedef {'pass' | 'fail' | 'absent'} Status */
/** @typedef {'<=' | '==' | '>='} Operator */

/**
 * @typedef {object} Check
 * @property {string} suite
 * @property {string} name
 * @property {number | null} value null when it could not be measured here
 * @property {Operator} operator
 * @property {number} limit
 * @property {string} unit
 * @property {Status} status
 * @property {string} [why] of an absent check
 */

/** @param {readonly number[]} values @returns {Spread} */
export function spreadOf(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
  return {min: sorted[0] ?? NaN, median, max: sorted.at(-1) ?? NaN, runs: [...values]};
}

export class Report {
  /** @type {Record<string, {tables: object[], figures: object[], notes: string[], seconds: number, error?: string}>} */
  suites = {};
  /** @type {Check[]} */
  checks = [];
  #current = '';
  #started = 0;

  /** @param {string} name @param {string} about */
  beginSuite(name, about) {
    this.#current = name;
    this.#started = performance.now();
    this.suites[name] = {tables: [], figures: [], notes: [], seconds: 0};
    print(`\n== ${name}: ${about}`);
  }

  endSuite() {
    const suite = this.#suite();
    suite.seconds = Math.round((performance.now() - this.#started) / 100) / 10;
    for (const check of this.checks.filter((one) => one.suite === this.#current)) print(checkLine(check));
    print(`(${suite.seconds} s)`);
  }

  /** A suite that could not finish: counts as failed. @param {unknown} error */
  failSuite(error) {
    const text = error instanceof Error ? error.message : String(error);
    this.#suite().error = text;
    print(`FAILED  ${this.#current} did not finish: ${text}`);
  }

  /** A measured quantity, kept with every repeat. @param {string} name @param {readonly number[]} values @param {string} unit */
  figure(name, values, unit) {
    const spread = spreadOf(values);
    this.#suite().figures.push({name, unit, ...spread});
    return spread;
  }

  /** @param {string} title @param {readonly string[]} columns @param {readonly (readonly (string | number)[])[]} rows */
  table(title, columns, rows) {
    this.#suite().tables.push({title, columns, rows});
    print(tableText(title, columns, rows));
  }

  /** @param {string} text */
  note(text) {
    this.#suite().notes.push(text);
    print(`  ${text}`);
  }

  /**
   * Holds a value to a limit. Repeats are judged by the smallest CPU time: other work on the machine only ever adds.
   * @param {string} name @param {number} value @param {Operator} operator @param {number} limit @param {string} unit
   */
  check(name, value, operator, limit, unit) {
    const holds = operator === '<=' ? value <= limit : operator === '>=' ? value >= limit : value === limit;
    /** @type {Status} */
    const status = holds ? 'pass' : 'fail';
    this.checks.push({suite: this.#current, name, value, operator, limit, unit, status});
  }

  /**
   * A limit that cannot be looked at here, e.g. because a peer is not installed.
   * @param {string} name @param {Operator} operator @param {number} limit @param {string} unit @param {string} why
   */
  skipCheck(name, operator, limit, unit, why) {
    this.checks.push({suite: this.#current, name, value: null, operator, limit, unit, status: 'absent', why});
  }

  /** Names of all that failed. */
  failures() {
    const broken = Object.entries(this.suites).filter(([, suite]) => suite.error !== undefined);
    return [
      ...this.checks.filter((check) => check.status === 'fail').map(checkLine),
      ...broken.map(([name]) => `FAILED  ${name} did not finish`),
    ];
  }

  #suite() {
    const suite = this.suites[this.#current];
    if (suite === undefined) throw new Error('No suite has begun.');
    return suite;
  }
}

/** @param {Check} check */
function checkLine(check) {
  const word = {pass: 'ok    ', fail: 'FAILED', absent: 'absent'}[check.status];
  const sign = {'<=': 'at most', '==': 'exactly', '>=': 'at least'}[check.operator];
  const value = check.value === null ? (check.why ?? '') : `${number(check.value)} ${check.unit}`.trimEnd();
  return `${word}  ${check.suite}: ${check.name}: ${value} (limit: ${sign} ${number(check.limit)}${check.unit === '' ? '' : ` ${check.unit}`})`;
}

/** @param {string} text */
export function print(text) {
  process.stdout.write(`${text}\n`);
}

/** Says on a terminal what is being measured now. @param {string} text */
export function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`  ... ${text}\n`);
}

/** Three significant digits, never an exponent. @param {number | null} value */
export function number(value) {
  if (value === null || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 100) return String(value);
  if (size >= 100) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** `min / median / max`. @param {Spread} spread */
export function spreadText(spread) {
  if (spread.runs.length === 1) return number(spread.min);
  return `${number(spread.min)} / ${number(spread.median)} / ${number(spread.max)}`;
}

/** @param {number | null} bytes */
export const megabytes = (bytes) => (bytes === null ? null : bytes / 1e6);

/** @param {string} title @param {readonly string[]} columns @param {readonly (readonly (string | number)[])[]} rows */
function tableText(title, columns, rows) {
  const cells = [columns, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? number(cell) : cell)));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const lines = cells.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('   '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('   ');
  return ['', `  ${title}`, `  ${lines[0]}`, `  ${rule}`, ...lines.slice(1).map((line) => `  ${line}`)].join('\n');
}
