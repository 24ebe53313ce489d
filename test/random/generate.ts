/** Makes random projects of up to twelve stages, and random stages on top of what is there. */
import type {Random} from '../fakes/random.ts';
import {outsOf, type Content, type Operation, type Project, type Read, type Stage} from './project.ts';

const WORDS = ['ab', 'bee', 'cat', 'dog', 'eel', 'fox', 'gnu', 'hen', 'ibis', 'jay'];
/** Names that other tools read as counters, and plain ones. */
export const PARAMS = ['size', 'nfiles', 'alpha', 'beta'];
const ODD_SOURCES = [
  'in put.txt',
  '-dash.txt',
  "it's.txt",
  'ünï.txt',
  'data/a "b".txt',
  'new\nline.txt',
  '#hash: x.txt',
];
const ODD_FOLDERS = ["out/it's ", 'out/ü ', '-o', 'out/a "b" ', 'out/#'];
const OPERATIONS: readonly Operation[] = ['cat', 'sort', 'cut', 'hash', 'count', 'first'];

export const randomLine = (random: Random): string =>
  `${Array.from({length: 1 + random.below(3)}, () => random.pick(WORDS)).join(' ')}\n`;

export const randomText = (random: Random): string =>
  Array.from({length: 1 + random.below(4)}, () => randomLine(random)).join('');

const source = (random: Random): Content => ({text: randomText(random), exec: random.chance(0.1)});

export function randomProject(random: Random): Project {
  const project: Project = {sources: {}, params: {}, stages: []};
  for (const name of PARAMS) project.params[name] = random.chance(0.5) ? random.below(10) : `${random.pick(WORDS)} x`;
  for (const name of ['a.txt', 'b.txt', 'data/g1.txt', 'data/g2.txt']) project.sources[name] = source(random);
  if (random.chance(0.5)) project.sources[random.pick(ODD_SOURCES)] = source(random);
  const stages = 2 + random.below(random.chance(0.15) ? 11 : 4);
  while (project.stages.length < stages) addStage(project, random);
  return project;
}

/** Adds one stage at the end. */
export function addStage(project: Project, random: Random): void {
  const id = 1 + Math.max(0, ...project.stages.map((stage) => stage.id));
  const shape = random.pick(['files', 'files', 'files', 'folder', 'list'] as const);
  const lists = project.stages.filter((stage) => stage.shape === 'list' && stage.branches.kind === 'none');
  const folders = project.stages.filter((stage) => stage.shape === 'folder');
  const branches = shape === 'files' ? randomBranches(lists, folders, random) : ({kind: 'none'} as const);
  const single = branches.kind === 'none';
  project.stages.push({
    id,
    name: `s${id}`,
    shape,
    operation: random.pick(OPERATIONS),
    folder: `${random.chance(0.15) ? random.pick(ODD_FOLDERS) : 'out/'}${id}`,
    reads: randomReads(project, random),
    params: single || random.chance(0.3) ? PARAMS.filter(() => random.chance(0.2)) : [],
    variant: 0,
    count: 1 + random.below(3),
    exec: random.chance(0.2),
    optional: single && random.chance(0.25),
    metrics: single && random.chance(0.25),
    cached: !random.chance(0.1),
    persist: single && random.chance(0.1),
    branches,
  });
}

function randomBranches(lists: readonly Stage[], folders: readonly Stage[], random: Random): Stage['branches'] {
  const roll = random.below(10);
  if (roll < 2) return {kind: 'matrix', values: WORDS.filter(() => random.chance(0.3)).concat('zed')};
  if (roll < 5 && lists.length > 0) return {kind: 'json', path: `${random.pick(lists).folder}/list.json`};
  if (roll < 7 && folders.length > 0) return {kind: 'files', path: random.pick(folders).folder};
  return {kind: 'none'};
}

/** One to three different inputs, earlier stages preferred. */
function randomReads(project: Project, random: Random): Read[] {
  const reads = new Map<string, Read>();
  for (let more = 1 + random.below(3); more > 0; more--) {
    const read = randomRead(project, random);
    reads.set(read.kind === 'glob' ? read.folder : read.path, read);
  }
  return [...reads.values()];
}

function randomRead(project: Project, random: Random): Read {
  if (project.stages.length === 0 || random.chance(0.3)) {
    if (random.chance(0.25)) return {kind: 'glob', folder: 'data', prefix: 'g'};
    return {kind: 'file', path: random.pick(Object.keys(project.sources)), optional: random.chance(0.2)};
  }
  const stage = random.pick(project.stages.slice(-4));
  if (stage.shape === 'folder') {
    if (random.chance(0.3)) return {kind: 'glob', folder: stage.folder, prefix: ''};
    return {kind: 'folder', path: stage.folder};
  }
  if (stage.branches.kind !== 'none') return {kind: 'glob', folder: stage.folder, prefix: ''};
  const out = random.pick(outsOf(stage, ''));
  return {kind: 'file', path: out.path, optional: out.path.endsWith('/odd.txt')};
}
