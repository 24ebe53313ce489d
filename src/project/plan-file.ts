/**
 * The loaded pipeline, kept so that a run with nothing to do needs neither yaml nor zod. Two files: a header that says
 * when they hold and names the stages, which is all that such a run reads, and the stages themselves. A cache: another
 * version, a damaged or missing file are read as none.
 */
import {canonicalJson} from '../base/json.ts';
import {FileTrouble, type Host} from '../host/host.ts';
import type {LoadOutput} from '../config/load.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import {buildGraph} from '../model/graph.ts';
import type {StageName} from '../model/ids.ts';
import type {Pipeline} from '../model/pipeline.ts';
import type {NodeSpec} from '../model/stage.ts';

const HEADER_FILE = '.mlp/plan.json';
const NODES_FILE = '.mlp/plan-stages.json';
const VERSION = 3;

export interface PlanHeader {
  readonly plan_version: number;
  /** See `Outside.build`. */
  readonly build: string;
  /** The texts of `--set`. */
  readonly set: readonly string[];
  /** Path -> sha256 of the text, '' for a file that was not there. */
  readonly read: {readonly [path: string]: string};
  /** Variables that templates read, with the values used. */
  readonly env: {readonly [name: string]: string | null};
  /** Declared variables whose value comes from the caller. */
  readonly inherited: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly pipeline: Omit<Pipeline, 'nodes'>;
  /** All stages in topological order; undefined when some are known only during a run. */
  readonly stages?: readonly StageName[];
  /** sha256 of the other file. */
  readonly nodes: string;
}

export function planHeader(
  pipeline: Pipeline,
  loaded: LoadOutput,
  build: string,
  set: readonly string[],
  host: Host,
): PlanHeader {
  const {nodes, ...rest} = pipeline;
  const {graph} = buildGraph(nodes);
  const inherited = new Set<string>();
  for (const node of nodes) {
    if (node.kind === 'stage')
      for (const [name, value] of Object.entries(node.env)) if (value === null) inherited.add(name);
  }
  return {
    plan_version: VERSION,
    build,
    set,
    read: Object.fromEntries(
      loaded.read.map(({path, text}) => [path, text === undefined ? '' : host.hashing.sha256(text)]),
    ),
    env: loaded.envRead,
    inherited: [...inherited].sort(),
    diagnostics: loaded.diagnostics,
    pipeline: rest,
    ...(nodes.every((node) => node.kind === 'stage')
      ? {stages: graph.order.map((id) => (nodes[id] as NodeSpec).name)}
      : {}),
    nodes: host.hashing.sha256(JSON.stringify(nodes)),
  };
}

/** Quiet on a disk that is full or read-only: whoever has to write more than a cache will say so. */
export function writePlan(host: Host, header: PlanHeader, nodes: readonly NodeSpec[]): void {
  try {
    host.files.writeAtomic(NODES_FILE, JSON.stringify(nodes));
    host.files.writeAtomic(HEADER_FILE, JSON.stringify(header));
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
  }
}

/** @returns undefined when there is none that holds for these `--set`, and the files and the environment as they are now. */
export function readPlanHeader(host: Host, build: string, set: readonly string[]): PlanHeader | undefined {
  const header = parse(host.files.readTextIfThere(HEADER_FILE)) as PlanHeader | undefined;
  if (header?.plan_version !== VERSION || header.build !== build || canonicalJson(header.set) !== canonicalJson(set))
    return undefined;
  const sameFiles = Object.entries(header.read).every(([path, hash]) => {
    const now = host.files.stat(path)?.type === 'file' ? host.files.readTextIfThere(path) : undefined;
    return (now === undefined ? '' : host.hashing.sha256(now)) === hash;
  });
  const sameEnv = Object.entries(header.env).every(([name, value]) => (host.env.get(name) ?? null) === value);
  return sameFiles && sameEnv ? header : undefined;
}

export function readPlanNodes(host: Host, header: PlanHeader): readonly NodeSpec[] | undefined {
  const text = host.files.readTextIfThere(NODES_FILE);
  if (text === undefined || host.hashing.sha256(text) !== header.nodes) return undefined;
  return parse(text) as readonly NodeSpec[] | undefined;
}

/**
 * Equal digests: every stage is defined the same, sees the same environment and the same Node. What is left to decide
 * whether a stage is fresh are the bytes of its files and the results that are known.
 */
export function planDigest(header: PlanHeader, {hashing, env, machine}: Host): string {
  const inherited = Object.fromEntries(header.inherited.map((name) => [name, env.get(name) ?? null]));
  const {build, set, read, nodes} = header;
  const {nodeVersion, os, arch} = machine;
  return hashing.sha256(canonicalJson({build, read, nodes, set, env: header.env, inherited, nodeVersion, os, arch}));
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
