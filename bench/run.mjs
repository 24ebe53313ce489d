/** `npm run bench [-- SUITE...] [--quick] [--no-peers] [--peers-only] [--keep]`: see README.md. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {commitOf, machineFacts} from './facts.mjs';
import {createMeter, Interrupted} from './measure.mjs';
import {print, Report} from './report.mjs';
import {cold} from './suites/cold.mjs';
import {cutoff} from './suites/cutoff.mjs';
import {drift} from './suites/drift.mjs';
import {evaluation} from './suites/evaluation.mjs';
import {features} from './suites/features.mjs';
import {functions} from './suites/functions.mjs';
import {hashing} from './suites/hashing.mjs';
import {history} from './suites/history.mjs';
import {historyDiff} from './suites/history-diff.mjs';
import {ingest} from './suites/ingest.mjs';
import {lifeCycle} from './suites/life-cycle.mjs';
import {models} from './suites/models.mjs';
import {noop} from './suites/noop.mjs';
import {passing} from './suites/passing.mjs';
import {steps} from './suites/steps.mjs';
import {tables} from './suites/tables.mjs';
import {validate} from './suites/validate.mjs';
import {findMlp, findPeers, jobs} from './tools.mjs';

/** @typedef {import('./tools.mjs').Tool} Tool */

const suites = [
  noop,
  cold,
  hashing,
  cutoff,
  passing,
  functions,
  steps,
  history,
  historyDiff,
  ingest,
  drift,
  tables,
  evaluation,
  validate,
  features,
  models,
  lifeCycle,
];
const names = suites.map((suite) => suite.name);
const usage = `npm run bench [-- SUITE...] [--quick] [--no-peers] [--peers-only] [--keep]

  SUITE          ${names.join(', ')} (all)
  --quick        small sizes, few repeats, only the peers that start fast: about a minute
  --no-peers     mlp alone
  --peers-only   the peers without mlp
  --keep         leave the folders that were made and say where
`;

/** The peers that --quick has time for. */
const fastPeers = new Set(['make', 'ninja']);

/** @param {string[]} args */
async function main(args) {
  const {values, positionals} = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: {type: 'boolean', default: false},
      'no-peers': {type: 'boolean', default: false},
      'peers-only': {type: 'boolean', default: false},
      keep: {type: 'boolean', default: false},
      help: {type: 'boolean', default: false},
    },
  });
  const unknown = positionals.filter((name) => !names.includes(name));
  if (values.help || unknown.length > 0) {
    print(unknown.length > 0 ? `There is no suite \`${unknown.join('`, `')}\`.\n\n${usage}` : usage);
    return unknown.length > 0 ? 2 : 0;
  }

  /** @type {Map<string, string>} */
  const absent = new Map();
  /** @type {Tool[]} */
  const peers = [];
  for (const peer of findPeers()) {
    if (!('argv' in peer)) absent.set(peer.name, `not found; ${peer.hint}`);
    else if (values['no-peers']) absent.set(peer.name, 'left out by --no-peers');
    else if (values.quick && !fastPeers.has(peer.name)) absent.set(peer.name, 'left out by --quick');
    else peers.push(peer);
  }
  const found = findMlp();
  const mlp = values['peers-only'] || !('argv' in found) ? undefined : found;
  if (mlp === undefined && !values['peers-only']) {
    print(`mlp cannot be measured: ${'hint' in found ? found.hint : ''}.`);
    return 2;
  }

  const temp = mkdtempSync(path.join(process.env['MLP_BENCH_TMP'] ?? os.tmpdir(), 'mlp-bench-'));
  const report = new Report();
  const meter = createMeter(temp);
  const machine = machineFacts(temp);
  const tools = [...(mlp === undefined ? [] : [mlp]), ...peers];
  const versions = Object.fromEntries(tools.map((tool) => [tool.name, tool.version]));
  print(`${machine.cpu}, ${machine.cores} cores, ${Math.round(machine.memoryBytes / 2 ** 30)} GiB, ${machine.system}`);
  print(
    `node ${machine.node}, ${Object.entries(versions)
      .map((pair) => pair.join(' '))
      .join(', ')}, -j ${jobs}`,
  );
  print(`measured by ${meter.how}; load ${machine.loadAtStart}; files on ${machine.folder.fileSystem}`);
  if (machine.loadAtStart > machine.cores / 2) {
    print('The machine is busy: read CPU times; wall times and rates say little, and CPU times are somewhat high.');
  }
  for (const [name, why] of absent) print(`absent: ${name} (${why})`);

  const started = new Date();
  try {
    for (const suite of suites) {
      if (positionals.length > 0 && !positionals.includes(suite.name)) continue;
      report.beginSuite(suite.name, suite.about);
      try {
        await suite.run({meter, temp, report, quick: values.quick, mlp, peers, absent});
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        report.failSuite(error);
      }
      report.endSuite();
    }
  } finally {
    if (values.keep) print(`kept: ${temp}`);
    else rmSync(temp, {recursive: true, force: true});
  }

  const here = fileURLToPath(new URL('.', import.meta.url));
  const results = path.join(here, 'results');
  const file = path.join(results, `${started.toISOString().replace(/[:.]/g, '-')}.json`);
  const failed = report.failures();
  const seconds = Math.round((Date.now() - started.getTime()) / 1000);
  mkdirSync(results, {recursive: true});
  const document = {
    schema_version: 1,
    startedAt: started.toISOString(),
    seconds,
    quick: values.quick,
    commit: commitOf(here),
    machine: {...machine, loadAtEnd: os.loadavg()[0]},
    measuring: meter.how,
    versions,
    absent: Object.fromEntries(absent),
    checks: report.checks,
    failed,
    suites: report.suites,
  };
  writeFileSync(file, `${JSON.stringify(document, null, 1)}\n`);
  const passed = report.checks.filter((check) => check.status === 'pass').length;
  const missing = report.checks.filter((check) => check.status === 'absent').length;
  print(`\n${passed} limits hold, ${failed.length} do not, ${missing} could not be looked at (${seconds} s)`);
  for (const line of failed) print(line);
  print(`written: ${path.relative(process.cwd(), file)}`);
  return failed.length > 0 ? 1 : 0;
}

// The wrapper that measures gets the same signal, kills what it runs and says so: that is how the bench stops, so that
// its folders are removed.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Interrupted)) throw error;
  print(error.message);
  process.exitCode = 130;
}
