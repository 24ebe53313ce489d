/** The two-stage project that the rules are shown on: `prepare` cleans a file, `train` makes a model of it. */
import {cpSync} from 'node:fs';
import {Rig} from '../rig/rig.ts';

export const PIPELINE = `mlp: 1
params: [params.yaml]
stages:
  prepare:
    cmd: grep -v '^#' raw.txt > clean.txt
    deps: [raw.txt]
    outs: [clean.txt]
  train:
    cmd: cat clean.txt > model.txt && cat "$MLP_PARAMS" >> model.txt
    deps: [clean.txt]
    params: [train.trees]
    outs: [model.txt]
`;

export const PARAMS = 'train: {trees: 200, depth: 3}\nother: 1\n';

/** The project, not run yet. */
export function project(pipeline: string = PIPELINE): Rig {
  const rig = new Rig();
  rig.write('pipeline.yaml', pipeline);
  rig.write('params.yaml', PARAMS);
  rig.write('raw.txt', '# a comment\none\ntwo\n');
  return rig;
}

/** The same folder under another path, without the entries named. */
export function copyOf(rig: Rig, without: readonly string[] = []): Rig {
  const copy = new Rig();
  cpSync(rig.folder, copy.folder, {
    recursive: true,
    filter: (source) => !without.includes(source.slice(rig.folder.length + 1)),
  });
  return copy;
}

/** Replaces a part of a file, which must be there. */
export function edit(rig: Rig, file: string, from: string, to: string): void {
  const text = rig.read(file);
  if (!text.includes(from)) throw new Error(`\`${from}\` is not in ${file}`);
  rig.write(
    file,
    text.replace(from, () => to),
  );
}
