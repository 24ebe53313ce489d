/**
 * A random project as plain data, and the model: what every output must hold. Stages are pure functions of their inputs,
 * so a few lines say what a from-scratch run in a clean clone leaves. Texts are ASCII.
 */
import {createHash} from 'node:crypto';

/** A file's text and whether it is executable. */
export interface Content {
  readonly text: string;
  readonly exec: boolean;
}

/** What a stage reads. `glob`: the `.txt` files of a folder that begin with `prefix`. */
export type Read =
  | {readonly kind: 'file'; readonly path: string; readonly optional: boolean}
  | {readonly kind: 'folder'; readonly path: string}
  | {readonly kind: 'glob'; readonly folder: string; readonly prefix: string};

export type Operation = 'cat' | 'sort' | 'cut' | 'hash' | 'count' | 'first';

export interface Stage {
  /** Never changes; `name` may. */
  readonly id: number;
  name: string;
  /** files: one to three files. folder: one folder. list: a JSON list of words. */
  readonly shape: 'files' | 'folder' | 'list';
  operation: Operation;
  /** Where its outputs lie; of no other stage. */
  readonly folder: string;
  reads: Read[];
  readonly params: readonly string[];
  /** A number in the command. */
  variant: number;
  readonly count: number;
  readonly exec: boolean;
  readonly optional: boolean;
  readonly metrics: boolean;
  /** false: the first output is not kept in the cache. */
  readonly cached: boolean;
  readonly persist: boolean;
  readonly branches:
    | {readonly kind: 'none'}
    | {readonly kind: 'matrix'; values: string[]}
    | {readonly kind: 'json'; readonly path: string}
    | {readonly kind: 'files'; readonly path: string};
}

export interface Project {
  /** Path -> content of files that no stage makes. */
  sources: Record<string, Content>;
  params: Record<string, string | number>;
  /** In an order in which they can run. */
  stages: Stage[];
}

/** A stage, or one branch of it. */
export interface Work {
  readonly stage: Stage;
  readonly name: string;
  /** Value of the branch, '' without. */
  readonly branch: string;
  /** How the command calls itself in the log of what ran. */
  readonly label: string;
  /** Everything that its result depends on, as text. */
  readonly key: string;
  /** Path of a file, or of a folder, as declared. */
  readonly outs: readonly {readonly path: string; readonly folder: boolean; readonly cached: boolean}[];
  readonly made: Files;
}

/** Path -> content; `undefined` is an empty folder. */
export type Files = ReadonlyMap<string, Content | undefined>;

/** What a from-scratch run leaves: the works in order, and every file. */
export function build(project: Project): {readonly works: readonly Work[]; readonly files: Files} {
  const files = new Map<string, Content | undefined>(Object.entries(project.sources));
  const works: Work[] = [];
  for (const stage of project.stages) {
    for (const work of branchesOf(stage, files).map((branch) => workOf(stage, branch, files, project.params))) {
      works.push(work);
      for (const [path, content] of work.made) files.set(path, content);
    }
  }
  return {works, files};
}

export const textFiles = (files: Files, folder: string, prefix: string): readonly string[] =>
  [...files.keys()]
    .filter((path) => path.startsWith(`${folder}/${prefix}`) && path.endsWith('.txt'))
    .filter((path) => !path.slice(folder.length + 1).includes('/'))
    .sort();

function branchesOf(stage: Stage, files: Files): readonly string[] {
  if (stage.branches.kind === 'none') return [''];
  if (stage.branches.kind === 'matrix') return stage.branches.values;
  if (stage.branches.kind === 'json') return JSON.parse(files.get(stage.branches.path)?.text ?? '[]') as string[];
  return textFiles(files, stage.branches.path, '').map((path) => path.slice(path.lastIndexOf('/') + 1, -'.txt'.length));
}

/** The part of `${item}` in a text of pipeline.yaml, for the branch's own value. */
export const STEM = {none: '', matrix: '${matrix.m}', json: '${item}', files: '${item.stem}'} as const;

export function readsOf(stage: Stage, branch: string): readonly Read[] {
  if (stage.branches.kind !== 'files') return stage.reads;
  return [{kind: 'file', path: `${stage.branches.path}/${branch}.txt`, optional: false}, ...stage.reads];
}

function workOf(stage: Stage, branch: string, files: Files, params: Project['params']): Work {
  const reads = readsOf(stage, branch);
  const input = reads
    .flatMap((read) => (read.kind === 'file' ? [read.path] : textFiles(files, folderOf(read), prefixOf(read))))
    .map((path) => files.get(path)?.text ?? '')
    .join('');
  const named = stage.params.map((name) => String(params[name]));
  const deps = reads.map((read) => {
    const paths =
      read.kind === 'glob'
        ? textFiles(files, read.folder, read.prefix)
        : [...files.keys()].filter((path) => path === read.path || path.startsWith(`${read.path}/`)).sort();
    return [read, paths.map((path) => [path, files.get(path) ?? null])];
  });
  const {id, name, shape, operation, folder, variant, count, exec, optional, metrics, cached, persist} = stage;
  const branchName = stage.branches.kind === 'files' ? `${branch}.txt` : branch;
  const made = makeFiles(stage, branch, (k) => header(stage, named, branch, k), input);
  return {
    stage,
    name: branch === '' ? name : `${name}@${branchName}`,
    branch,
    label: branch === '' ? `s${id}` : `s${id}-${branch}`,
    key: JSON.stringify([
      [id, shape, operation, folder, variant, count, exec, optional, metrics, cached, persist],
      [branch, named, stage.params],
      deps,
    ]),
    outs: outsOf(stage, branch),
    made,
  };
}

const folderOf = (read: Read & {kind: 'folder' | 'glob'}): string => (read.kind === 'folder' ? read.path : read.folder);
const prefixOf = (read: Read): string => (read.kind === 'glob' ? read.prefix : '');

export function outsOf(stage: Stage, branch: string): Work['outs'] {
  if (stage.shape === 'folder') return [{path: stage.folder, folder: true, cached: stage.cached}];
  const file = (name: string, cached = true): Work['outs'][number] => ({
    path: `${stage.folder}/${name}`,
    folder: false,
    cached,
  });
  if (stage.shape === 'list') return [file('list.json', stage.cached)];
  if (stage.branches.kind !== 'none') return [file(`${branch}.txt`, stage.cached)];
  return [
    ...Array.from({length: stage.count}, (_, k) => file(`${k}.txt`, k > 0 || stage.cached)),
    ...(stage.optional ? [file('odd.txt')] : []),
    ...(stage.metrics ? [file('metrics.json')] : []),
  ];
}

const header = (stage: Stage, named: readonly string[], branch: string, k: number): string =>
  [`h${stage.id}`, `v${stage.variant}`, ...named, ...(branch === '' ? [] : [branch]), `k${k}`].join(' ');

function makeFiles(stage: Stage, branch: string, head: (k: number) => string, input: string): Files {
  const apply = (k: number): string =>
    operate(stage.operation, stage.operation === 'first' ? input : `${head(k)}\n${input}`);
  const {folder, exec} = stage;
  if (stage.shape === 'list')
    return new Map([[`${folder}/list.json`, {text: `${JSON.stringify(words(input))}\n`, exec: false}]]);
  if (stage.shape === 'folder') {
    return new Map<string, Content | undefined>([
      [`${folder}/a.txt`, {text: apply(0), exec: false}],
      [`${folder}/bin/tool`, {text: `${head(1)}\n`, exec: true}],
      [`${folder}/empty`, undefined],
      ...words(input).map((word): [string, Content] => [
        `${folder}/w-${word}.txt`,
        {text: `h${stage.id} ${word}\n`, exec: false},
      ]),
    ]);
  }
  if (stage.branches.kind !== 'none') return new Map([[`${folder}/${branch}.txt`, {text: apply(0), exec}]]);
  const first = apply(0);
  return new Map([
    ...Array.from({length: stage.count}, (_, k): [string, Content] => [
      `${folder}/${k}.txt`,
      {text: apply(k), exec: exec && k === 0},
    ]),
    ...(stage.optional && first.length % 2 === 1
      ? [[`${folder}/odd.txt`, {text: first, exec: false}] as [string, Content]]
      : []),
    ...(stage.metrics
      ? [[`${folder}/metrics.json`, {text: `{"size": ${first.length}}\n`, exec: false}] as [string, Content]]
      : []),
  ]);
}

const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);
const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
/** First words of the lines without signs, each once, sorted. */
const words = (text: string): string[] =>
  [...new Set(linesOf(text.replaceAll(/[^a-z0-9 \n]/g, '')).map((line) => line.split(' ')[0] ?? ''))]
    .filter((word) => word !== '')
    .sort();

function operate(operation: Operation, text: string): string {
  switch (operation) {
    case 'cat':
      return text;
    case 'sort':
      return joined(linesOf(text).sort());
    case 'cut':
      return joined(linesOf(text).map((line) => line.slice(0, 4)));
    case 'hash':
      return `${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n`;
    case 'count':
      return `${text.length}\n`;
    case 'first':
      return joined(
        linesOf(text)
          .slice(0, 1)
          .map((line) => line.split(' ')[0] ?? ''),
      );
  }
}
