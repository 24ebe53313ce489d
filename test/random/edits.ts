/** What a person, or bad luck, does to a project between two runs. Each edit says in one line what it did. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Random} from '../fakes/random.ts';
import {addStage, PARAMS, randomLine, randomText} from './generate.ts';
import {build, type Content, type Project, type Stage} from './project.ts';

export interface Workplace {
  project: Project;
  /** Earlier states, for undo. */
  readonly history: Project[];
  /** Absolute; changes when the project is moved. */
  root: string;
  readonly random: Random;
  /** Moves the folder. */
  move(): void;
  /** The database is gone: only mlp.lock remembers. */
  forget(): void;
}

/** @returns what was done, undefined when it does not apply. */
type Edit = (place: Workplace) => string | undefined;

/** Writes, or removes when `undefined`. */
export function put(root: string, path: string, content: Content | undefined): void {
  const full = join(root, path);
  if (content === undefined) rmSync(full, {force: true});
  else {
    mkdirSync(dirname(full), {recursive: true});
    writeFileSync(full, content.text);
    chmodSync(full, content.exec ? 0o755 : 0o644);
  }
}

const setSource = (place: Workplace, path: string, content: Content): string => {
  place.project.sources[path] = content;
  put(place.root, path, content);
  return `write ${JSON.stringify(path)}`;
};

const changeSource: Edit = (place) => {
  const {random, project} = place;
  const path = random.pick(Object.keys(project.sources));
  const {text, exec} = project.sources[path] as Content;
  const lines = text.split('\n').slice(0, -1);
  const at = random.below(lines.length + 1);
  const kind = random.below(4);
  if (kind === 0) return `change ${setSource(place, path, {text: randomText(random), exec})}`;
  // A line in the middle: of a list, an element in the middle.
  if (kind === 1)
    return `insert ${setSource(place, path, {text: lines.toSpliced(at, 0, randomLine(random).trim()).join('\n') + '\n', exec})}`;
  if (kind === 2) return `chmod ${setSource(place, path, {text, exec: !exec})}`;
  // Same size and same mtime: only the ctime tells.
  const {atime, mtime} = statSync(join(place.root, path));
  const done = setSource(place, path, {text: text.replaceAll('a', 'o'), exec});
  utimesSync(join(place.root, path), atime, mtime);
  return `quietly ${done}`;
};

const touchSource: Edit = ({random, project, root}) => {
  const path = random.pick(Object.keys(project.sources));
  const now = new Date();
  if (random.chance(0.5)) utimesSync(join(root, path), now, now);
  else put(root, path, project.sources[path]);
  return `touch ${JSON.stringify(path)}`;
};

const globSource: Edit = (place) => {
  const {random, project, root} = place;
  const path = `data/g${random.below(4)}.txt`;
  if (project.sources[path] === undefined) return setSource(place, path, {text: randomText(random), exec: false});
  if (isRead(project, path)) return undefined;
  delete project.sources[path];
  put(root, path, undefined);
  return `delete ${path}`;
};

/** A file that is read by its name and need not be there goes or comes. */
const optionalSource: Edit = (place) => {
  const {random, project, root} = place;
  const paths = project.stages.flatMap((stage) =>
    stage.reads.flatMap((read) =>
      read.kind === 'file' && read.optional && !read.path.startsWith('out/') ? [read.path] : [],
    ),
  );
  const free = [...new Set(paths)].filter((path) => !isRead(project, path) && !path.includes('odd.txt'));
  if (free.length === 0) return undefined;
  const path = random.pick(free);
  if (project.sources[path] === undefined) return setSource(place, path, {text: randomText(random), exec: false});
  delete project.sources[path];
  put(root, path, undefined);
  return `delete ${JSON.stringify(path)}`;
};

const isRead = (project: Project, path: string): boolean =>
  project.stages.some(({reads}) => reads.some((read) => read.kind === 'file' && !read.optional && read.path === path));

const changeParam: Edit = ({random, project}) => {
  const name = random.pick(PARAMS);
  project.params[name] = random.pick([1, 2, 'x y', "it's"]);
  return `set ${name} to ${JSON.stringify(project.params[name])}`;
};

const changeCommand: Edit = ({random, project}) => {
  const stage = random.pick(project.stages);
  stage.variant = random.below(3);
  return `change the command of ${stage.name}`;
};

const rename: Edit = ({random, project}) => {
  const stage = random.pick(project.stages);
  // A branch that goes in the same breath as its stage's name leaves an output that is nobody's until `mlp clean`.
  if (stage.branches.kind !== 'none') return undefined;
  const before = stage.name;
  stage.name = `${random.pick(['r', 't', 'z.'])}${stage.id}`;
  return `rename ${before} to ${stage.name}`;
};

const changeMatrix: Edit = ({random, project}) => {
  const found = project.stages.flatMap(({branches, name}) => (branches.kind === 'matrix' ? [{branches, name}] : []));
  if (found.length === 0) return undefined;
  const {branches, name} = random.pick(found);
  const value = random.pick(['kiwi', 'lark', ...branches.values]);
  const at = branches.values.indexOf(value);
  if (at !== -1 && branches.values.length === 1) return undefined;
  branches.values = at === -1 ? branches.values.toSpliced(1, 0, value) : branches.values.toSpliced(at, 1);
  return `${at === -1 ? 'add' : 'remove'} branch ${value} of ${name}`;
};

/** What others read of it becomes a source. */
const removeStage: Edit = (place) => {
  const {project, random} = place;
  if (project.stages.length < 2) return undefined;
  const stage = random.pick(project.stages);
  const readers = project.stages.filter((other) => readsFrom(other, stage));
  const plain = stage.shape === 'files' && stage.branches.kind === 'none';
  if (readers.length > 0 && !plain) return undefined;
  const {files} = build(project);
  project.stages = project.stages.filter((other) => other !== stage);
  const read = new Set(
    readers.flatMap((reader) => reader.reads.flatMap((one) => (one.kind === 'file' ? [one.path] : []))),
  );
  for (const path of read) {
    const content = files.get(path);
    if (path.startsWith(`${stage.folder}/`)) {
      if (content === undefined) put(place.root, path, undefined);
      else setSource(place, path, content);
    }
  }
  return `remove ${stage.name}`;
};

const readsFrom = (reader: Stage, writer: Stage): boolean =>
  reader.reads.some((read) =>
    (read.kind === 'glob' ? read.folder : `${read.path}/`).startsWith(
      `${writer.folder}${read.kind === 'glob' ? '' : '/'}`,
    ),
  ) ||
  (reader.branches.kind !== 'none' &&
    reader.branches.kind !== 'matrix' &&
    `${reader.branches.path}/`.startsWith(`${writer.folder}/`));

const newStage: Edit = ({project, random}) => {
  if (project.stages.length >= 12) return undefined;
  addStage(project, random);
  return `add ${project.stages.at(-1)?.name ?? ''}`;
};

const undo: Edit = (place) => {
  if (place.history.length === 0) return undefined;
  const before = place.random.pick(place.history.slice(-3));
  const {project, root} = place;
  for (const path of Object.keys(project.sources)) if (before.sources[path] === undefined) put(root, path, undefined);
  for (const [path, content] of Object.entries(before.sources)) put(root, path, content);
  place.project = structuredClone(before);
  return `go back to an earlier state`;
};

const editOutput: Edit = ({project, random, root}) => {
  const outputs = [...build(project).files.keys()].filter(
    (path) =>
      project.sources[path] === undefined && existsSync(join(root, path)) && statSync(join(root, path)).isFile(),
  );
  if (outputs.length === 0) return undefined;
  const path = random.pick(outputs);
  const full = join(root, path);
  const kind = random.pick(['edit', 'delete', 'chmod', 'delete folder', 'replace by a folder', 'add beside'] as const);
  if (kind === 'edit') writeFileSync(full, `${readFileSync(full, 'latin1').replace(/h/g, 'j')}by hand\n`);
  else if (kind === 'delete') rmSync(full);
  else if (kind === 'chmod') chmodSync(full, statSync(full).mode ^ 0o111);
  else if (kind === 'delete folder') rmSync(dirname(full), {recursive: true});
  else if (kind === 'replace by a folder') {
    rmSync(full);
    mkdirSync(full);
    writeFileSync(join(full, 'x.txt'), 'x\n');
  } else {
    const stage = project.stages.find((one) => one.shape === 'folder' && path.startsWith(`${one.folder}/`));
    if (stage === undefined) return undefined;
    writeFileSync(join(root, stage.folder, 'more.txt'), 'more\n');
  }
  return `output ${JSON.stringify(path)}: ${kind}`;
};

const deleteDatabase: Edit = (place) => {
  for (const ending of ['', '-wal', '-shm']) rmSync(join(place.root, `.mlp/mlp.db${ending}`), {force: true});
  place.forget();
  return 'delete the database';
};

const spoilObject: Edit = ({root, random}) => {
  const objects = join(root, '.mlp/cache/objects');
  if (!existsSync(objects)) return undefined;
  const paths = readdirSync(objects).flatMap((shard) =>
    readdirSync(join(objects, shard)).map((name) => join(objects, shard, name)),
  );
  if (paths.length === 0) return undefined;
  const path = random.pick(paths.sort());
  const kind = random.pick(['delete', 'corrupt', 'truncate'] as const);
  const {atime, mtime, size} = statSync(path);
  if (kind === 'delete' || size === 0) rmSync(path);
  else {
    chmodSync(path, 0o644);
    if (kind === 'truncate') truncateSync(path, size - 1);
    else writeFileSync(path, `${readFileSync(path, 'latin1').slice(0, -1)}#`);
    utimesSync(path, atime, mtime);
    chmodSync(path, 0o444);
  }
  return `${kind} the object ${path.slice(-8)}`;
};

const move: Edit = (place) => {
  place.move();
  return 'move the project';
};

const EDITS: readonly (readonly [number, Edit])[] = [
  [6, changeSource],
  [2, touchSource],
  [2, globSource],
  [1, optionalSource],
  [3, changeParam],
  [2, changeCommand],
  [2, rename],
  [2, changeMatrix],
  [2, removeStage],
  [1, newStage],
  [3, undo],
  [5, editOutput],
  [1, deleteDatabase],
  [4, spoilObject],
  [1, move],
];

/** Does one random edit that applies. */
export function edit(place: Workplace): string {
  const total = EDITS.reduce((sum, [weight]) => sum + weight, 0);
  for (;;) {
    let at = place.random.below(total);
    const [, chosen] = EDITS.find(([weight]) => (at -= weight) < 0) as (typeof EDITS)[number];
    const done = chosen(place);
    if (done !== undefined) return done;
  }
}
