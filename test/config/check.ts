/** `check(yaml)`: what the loader says about a pipeline.yaml, as text for inline snapshots. */
import * as z from 'zod';
import {loadPipeline} from '../../src/config/load-pipeline.ts';
import type {LoadOutput} from '../../src/config/load.ts';
import type {Diagnostic, Place} from '../../src/model/diagnostic.ts';
import type {NodeSpec, StageSpec, DynamicSpec} from '../../src/model/stage.ts';
import type {StageKind} from '../../src/stages/kind.ts';

export interface CheckOptions {
  /** Files beside pipeline.yaml. */
  readonly files?: Readonly<Record<string, string>>;
  readonly set?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** In place of two small ones. */
  readonly kinds?: readonly StageKind[];
}

const copyKind: StageKind = {
  name: 'copy',
  summary: 'Copies its inputs to its outputs.',
  version: 3,
  settings: async () => ({
    schema: z.strictObject({
      times: z.int({error: 'a whole number'}).default(1).describe('How often.'),
      header: z.string({error: 'a text'}).optional().describe('A line to begin with.'),
    }),
  }),
  run: () => undefined,
};

/** Its settings name a file. */
const lookupKind: StageKind = {
  name: 'lookup',
  summary: 'Looks words up in a table.',
  version: 1,
  settings: async () => ({schema: z.strictObject({table: z.string().describe('The table.')})}),
  reads: (settings) => {
    const {table} = settings as {readonly table: string};
    return {deps: {table: {path: table.trim()}}};
  },
  run: () => undefined,
};

export const testKinds: readonly StageKind[] = [copyKind, lookupKind];

export function load(yaml: string, options: CheckOptions = {}): Promise<LoadOutput> {
  return loadPipeline({
    file: 'pipeline.yaml',
    text: yaml,
    readFile: (path) => options.files?.[path],
    set: options.set ?? [],
    env: (name) => options.env?.[name],
    kinds: options.kinds ?? testKinds,
    executors: ['local'],
  });
}

/** All diagnostics; `fine` when there are none. */
export async function check(yaml: string, options: CheckOptions = {}): Promise<string> {
  const {diagnostics} = await load(yaml, options);
  return diagnostics.length === 0 ? 'fine' : `\n${diagnostics.map(textOf).join('\n')}\n`;
}

/** The same for stages alone, with `mlp: 1` and `stages:` before them, which take two lines. */
export const checkStages = (stages: string, options: CheckOptions = {}): Promise<string> =>
  check(withHead(stages), options);

export const withHead = (stages: string): string =>
  `mlp: 1\nstages:\n${stages.replace(/^\n/, '').replaceAll(/^(?=.)/gm, '  ')}`;

/** The nodes of a file that must load without an error. */
export async function nodesOf(yaml: string, options: CheckOptions = {}): Promise<readonly NodeSpec[]> {
  const {pipeline, diagnostics} = await load(yaml, options);
  if (pipeline === undefined) throw new Error(diagnostics.map(textOf).join('\n'));
  return pipeline.nodes;
}

export async function stagesOf(
  stages: string,
  options: CheckOptions & {readonly head?: string} = {},
): Promise<readonly StageSpec[]> {
  const nodes = await nodesOf(withHead(stages).replace('mlp: 1\n', `mlp: 1\n${options.head ?? ''}`), options);
  return nodes.map((node) => {
    if (node.kind !== 'stage') throw new Error(`${node.name} is dynamic`);
    return node;
  });
}

export async function stageOf(
  stages: string,
  options: CheckOptions & {readonly head?: string} = {},
): Promise<StageSpec> {
  const [stage] = await stagesOf(stages, options);
  if (stage === undefined) throw new Error('no stage');
  return stage;
}

export async function dynamicOf(
  stages: string,
  name: string,
  options: CheckOptions & {readonly head?: string} = {},
): Promise<DynamicSpec> {
  const nodes = await nodesOf(withHead(stages).replace('mlp: 1\n', `mlp: 1\n${options.head ?? ''}`), options);
  const node = nodes.find((candidate) => candidate.name === name);
  if (node?.kind !== 'dynamic') throw new Error(`${name} is not dynamic`);
  return node;
}

/** The script or the words of each stage. */
export const commandOf = (stage: StageSpec): string | readonly string[] =>
  stage.action.kind === 'script'
    ? stage.action.text
    : stage.action.kind === 'argv'
      ? stage.action.argv
      : stage.action.kind;

function textOf({severity, code, message, place, related, hint}: Diagnostic): string {
  const lines = [`${where(place)}${severity} ${code}: ${message}`];
  if (place !== undefined)
    lines.push(`    ${place.lineText}`, `    ${' '.repeat(place.column - 1)}${'~'.repeat(place.length)}`);
  for (const other of related ?? []) lines.push(`  ${where(other.place)}${other.message}`);
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines.join('\n');
}

const where = (place: Place | undefined): string =>
  place === undefined ? '' : `${place.file}:${place.line}:${place.column}: `;
