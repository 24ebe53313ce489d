/** Opens real databases in a temp folder, and makes what goes into them. */
import {createHash} from 'node:crypto';
import {existsSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {deflateRawSync, inflateRawSync} from 'node:zlib';
import {onTestFinished} from 'vitest';
import type {OutputEntry} from '../../src/model/artifact.ts';
import {attemptId, digest, stageName} from '../../src/model/ids.ts';
import type {Digest, ProjectPath, RunId} from '../../src/model/ids.ts';
import type {KeyDocument} from '../../src/model/key-document.ts';
import type {AttemptEnd, AttemptStart} from '../../src/model/run.ts';
import type {StoreOptions} from '../../src/store/database.ts';
import {openStore} from '../../src/store/open-store.ts';
import type {NewTrace, Owner, Store} from '../../src/store/store.ts';

export const sha256 = (text: string): Digest => digest(createHash('sha256').update(text).digest('hex'));

export const owner: Owner = {bootId: 'boot-1', pid: 100, startTime: '7'};
export const otherOwner: Owner = {bootId: 'boot-1', pid: 200, startTime: '8'};

export const options: StoreOptions = {
  networkFileSystem: false,
  now: () => 5_000,
  sha256,
  deflate: (text) => deflateRawSync(text),
  inflate: (bytes) => inflateRawSync(bytes).toString(),
  setAside: (file) => {
    let number = 1;
    while (existsSync(`${file}.broken-${number}`)) number++;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, `${file}.broken-${number}${suffix}`);
    }
    return `${file}.broken-${number}`;
  },
  remove: (file) => {
    rmSync(file, {force: true});
  },
};

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-store-'));
  onTestFinished(() => {
    rmSync(folder, {recursive: true, force: true});
  });
  return folder;
}

/** A store that is closed when the test ends. */
export function open(file: string = join(tempFolder(), 'mlp.db'), changes: Partial<StoreOptions> = {}): Store {
  const store = openStore(file, {...options, ...changes});
  onTestFinished(() => {
    store.close();
  });
  return store;
}

export const begin = (store: Store, startedAtMs = 1_000, who: Owner = owner): RunId =>
  store.startRun({startedAtMs, argv: ['mlp', 'run'], facts: {os: 'linux', cores: 2}}, who);

export function attemptStart(run: RunId, stage: string, changes: Partial<AttemptStart> = {}): AttemptStart {
  return {
    id: attemptId(`${run}-${stage}-1`),
    run,
    stage: stageName(stage),
    key: sha256(`key of ${stage}`),
    number: 1,
    startedAtMs: 1_100,
    executor: 'local',
    logFile: `.mlp/logs/${run}-${stage}.log`,
    workFolder: `.mlp/work/${run}-${stage}`,
    reason: {kind: 'new'},
    ...changes,
  };
}

export const committed: AttemptEnd = {state: 'committed', endedAtMs: 1_200, wallMs: 100, logBytes: 5};

export function output(path: string, text: string, changes: Partial<OutputEntry> = {}): OutputEntry {
  const content = {type: 'file', exec: false, hash: sha256(text), size: text.length} as const;
  return {...content, path: path as ProjectPath, role: 'out', cached: true, ...changes};
}

export const keyDocument: KeyDocument = {
  scheme: 1,
  salt: '',
  action: {kind: 'script', text: 'python train.py', shell: ['sh', '-eu', '-c']},
  cwd: '.',
  code: {python: sha256('code')},
  params: {'train.lr': 0.1},
  env: {},
  runtime: {python: '3.11'},
  seed: 7,
  deps: [['data/x.csv', 'file', false, sha256('x')]],
  outs: [['model.bin', 'out', 'file', '']],
};

export function newTrace(stage: string, changes: Partial<NewTrace> = {}): NewTrace {
  return {
    stage: stageName(stage),
    key: sha256(`key of ${stage}`),
    document: keyDocument,
    createdAtMs: 1_200,
    origin: 'ran',
    inputs: [{name: 'x', path: 'data/x.csv', type: 'file', exec: false, hash: sha256('x'), size: 1}],
    outputs: [output(`models/${stage}.bin`, `bytes of ${stage}`)],
    metrics: [],
    ...changes,
  };
}
