/** Two stages with params, a folder, a table, metrics with odd names and a curve; run twice with a change of everything. */
import {expect} from 'vitest';
import {GitRig} from '../safety/git-rig.ts';
import type {Rig} from '../rig/rig.ts';
import {edit} from '../rules/project.ts';

export const PIPELINE = `mlp: 1
params: [params.yaml]
stages:
  prepare:
    cmd: mkdir -p out/parts && cp raw.csv out/clean.csv && cp parts/* out/parts/
    deps: [raw.csv, parts]
    outs: [out/clean.csv, out/parts]
  train:
    cmd: cp scores.json metrics.json && cat curve.jsonl >> "$MLP_METRICS" && cp out/clean.csv model
    deps: [out/clean.csv, scores.json, curve.jsonl]
    params: [lr, model]
    metrics: [metrics.json]
    outs: [model]
`;

const SCORES =
  '{"f1": 0.91, "latency_ms": 10, "a \\"b\\"\\n|c": 3, "went": 1, "broke": 2, "mended": NaN, "deep": {"loss": 1}}';
const OTHER =
  '{"f1": 0.9101, "latency_ms": 11, "a \\"b\\"\\n|c": 4, "came": -Infinity, "broke": NaN, "mended": 2, "deep": {"loss": 1}}';

export function write<T extends Rig>(rig: T): T {
  rig.write('pipeline.yaml', PIPELINE);
  rig.write('params.yaml', 'lr: 0.1\nmodel: {trees: 3, depths: [1, 2]}\n');
  rig.write('raw.csv', 'a,b\n1,2\n3,"x\ny"\n');
  rig.write('parts/one', '1');
  rig.write('parts/two', '2');
  rig.write('scores.json', SCORES);
  rig.write('curve.jsonl', '{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.25}\n');
  return rig;
}

export function change(rig: Rig): void {
  edit(rig, 'params.yaml', '0.1', '0.2');
  edit(rig, 'params.yaml', '[1, 2]', '[1, 2, 3]');
  edit(rig, 'raw.csv', '1,2', '1,2\n5,6');
  rig.remove('parts/one');
  rig.write('parts/three', '3');
  rig.write('scores.json', OTHER);
  rig.write('curve.jsonl', '{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.125}\n');
}

/** Two runs, the first of them committed on main. */
export async function twoRuns(): Promise<GitRig> {
  const rig = write(new GitRig());
  rig.git('init', '--quiet', '--initial-branch=main');
  rig.write('.gitignore', '.mlp/\nout/\nmodel\n');
  await rig.run();
  rig.commit('first');
  change(rig);
  await rig.run();
  return rig;
}

export interface Row {
  readonly [key: string]: unknown;
}

export async function rows(rig: Rig, ...argv: readonly string[]): Promise<Record<string, readonly Row[]>> {
  const result = await rig.mlp('diff', ...argv, '--json');
  expect(result.talk).toBe('');
  return JSON.parse(result.out) as Record<string, readonly Row[]>;
}
