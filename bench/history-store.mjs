/**
 * Fills a project's database with a long history, through mlp's own store: `node history-store.mjs DB RUNS STAGES METRICS`.
 * Two stages are attempted a run, one of the first ones in turn and the last one, which has all metrics; the others are
 * left as they are. Prints, as JSON, the attempts and the hashes of all outputs.
 */
import {createHash} from 'node:crypto';
import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {deflateRawSync, inflateRawSync} from 'node:zlib';
import {build} from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} text */
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** The store of the sources, bundled for this process. */
async function loadStore() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mlp-history-'));
  const outfile = path.join(folder, 'store.mjs');
  const sqlite = path.join(root, 'node_modules/better-sqlite3/lib/index.js');
  await build({
    entryPoints: [path.join(root, 'src/store/open-store.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    alias: {'better-sqlite3': sqlite},
    external: [sqlite],
  });
  try {
    return /** @type {typeof import('../src/store/open-store.ts')} */ (await import(pathToFileURL(outfile).href));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

/** @param {string} file @param {number} runs @param {number} stages @param {number} metrics */
async function fill(file, runs, stages, metrics) {
  const {openStore} = await loadStore();
  const store = openStore(file, {
    networkFileSystem: false,
    now: Date.now,
    sha256: /** @type {any} */ (sha256),
    deflate: (text) => deflateRawSync(text),
    inflate: (bytes) => inflateRawSync(bytes).toString(),
    setAside: () => {
      throw new Error('The database is new and yet broken.');
    },
  });
  const owner = {bootId: 'bench', pid: 1, startTime: '1'};
  const names = Array.from({length: stages}, (_, index) =>
    index === stages - 1 ? 'evaluate' : `featurize@part-${String(index).padStart(3, '0')}`,
  );
  /** @type {Map<string, number>} stage -> its trace */
  const current = new Map();
  /** @type {Map<string, string>} stage -> the hash of its output */
  const outputs = new Map();
  /** @type {string[]} */
  const hashes = [];
  let attempts = 0;
  const begin = Date.now() - runs * 3_600_000;

  /** @param {any} run @param {string} stage @param {number} atMs */
  const attempt = (run, stage, atMs) => {
    const key = sha256(`${stage} ${run}`);
    const id = `${run}-${stage.replace('@', '-')}-${key.slice(0, 8)}`;
    const places = {logFile: `.mlp/logs/${id}.log`, workFolder: `.mlp/work/${id}`};
    const lr = (run % 7) / 10;
    const reason = {kind: 'changed', changes: [{part: 'params', path: 'train.lr', before: lr / 2, after: lr}]};
    const start = {id, run, stage, key, number: 1, startedAtMs: atMs, executor: 'local', reason, ...places};
    store.claim(/** @type {any} */ (start), owner, () => true);
    const inputs = [names[0] ?? '', names[run % (stages - 1)] ?? ''].map((other) => ({
      name: other,
      path: `data/${other}.csv`,
      type: 'file',
      exec: false,
      hash: outputs.get(other) ?? sha256('raw'),
      size: 1000,
    }));
    const hash = sha256(`output ${stage} ${run}`);
    const output = {path: `data/${stage}.csv`, role: 'out', type: 'file', exec: false, hash, size: 1000, cached: true};
    const document = {
      scheme: 1,
      salt: '',
      action: {kind: 'command', argv: ['python3', 'featurize.py', '--part', stage]},
      cwd: '.',
      code: {python: sha256(`code ${run % 20}`)},
      params: {'train.lr': lr, 'train.trees': 100 + (run % 5), seed: 7},
      env: {},
      runtime: {python: '3.11', numpy: '1.26.4', pandas: '2.2.1'},
      seed: 7,
      deps: inputs.map((input) => [input.path, 'file', false, input.hash]),
      outs: [[output.path, 'out', 'file', '']],
    };
    const values = stage === 'evaluate' ? Array.from({length: metrics}, (_, index) => index) : [];
    const made = {
      stage,
      key,
      document,
      createdAtMs: atMs + 900,
      run,
      attempt: id,
      origin: 'ran',
      durationMs: 900,
      inputs,
      outputs: [output],
      metrics: values.map((index) => ({
        name: `metric ${index}`,
        value: ((run * 7919 + index * 104_729) % 10_007) / 10_007,
        source: 'metrics.json',
      })),
      pieces: {'featurize.py': sha256(`code ${run % 20}`)},
    };
    const end = {state: 'committed', endedAtMs: atMs + 900, wallMs: 900, cpuMs: 850, peakRssBytes: 1e8, logBytes: 5000};
    const trace = store.commit(/** @type {any} */ (made), /** @type {any} */ ({attempt: id, end}));
    current.set(stage, trace.id);
    outputs.set(stage, hash);
    hashes.push(hash);
    attempts += 1;
    return reason;
  };

  for (let number = 1; number <= runs; number += 1) {
    const startedAtMs = begin + number * 3_600_000;
    const commit = sha256(`commit ${Math.floor(number / 3)}`).slice(0, 40);
    const start = {
      startedAtMs,
      argv: ['run'],
      git: {commit, branch: 'main', dirty: number % 3 === 0},
      facts: {mlp: '0.1.0', node: '20.0.0', os: 'linux', arch: 'x64', cores: 8, memory_bytes: 16e9, host: 'bench'},
    };
    const run = store.startRun(start, owner);
    // The first run makes all.
    const wanted = new Set(number === 1 ? names : [names[number % (stages - 1)] ?? '', 'evaluate']);
    const reasons = new Map([...wanted].map((stage) => [stage, attempt(run, stage, startedAtMs)]));
    const results = names.map((stage) => {
      const reason = reasons.get(stage) ?? {kind: 'fresh'};
      return {stage, outcome: wanted.has(stage) ? 'ran' : 'skipped', reason, trace: current.get(stage)};
    });
    const counts = {ran: wanted.size, skipped: stages - wanted.size};
    const end = {endedAtMs: startedAtMs + 2000, status: 'done', counts, results};
    store.finishRun(run, /** @type {any} */ (end));
    if (number % 10 === 0) store.labelRun(run, {tag: [`tag-${number % 100}`], atMs: startedAtMs});
  }
  store.close();
  process.stdout.write(JSON.stringify({attempts, hashes}));
}

const [file = '', ...numbers] = process.argv.slice(2);
const [runs = 100, stages = 100, metrics = 50] = numbers.map(Number);
await fill(file, runs, stages, metrics);
