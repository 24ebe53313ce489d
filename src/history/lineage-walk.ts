/**
 * Follows contents to the results that made them and on to what those read, or the other way, breadth first. Every file
 * and every result is one node, however often it is come to, so that a graph of any shape ends.
 */
import type {InputEntry, OutputEntry} from '../model/artifact.ts';
import type {Digest, RunId} from '../model/ids.ts';
import type {KeyDocument} from '../model/key-document.ts';
import type {LineageFile, LineageResult} from '../model/lineage.ts';
import type {RunRow, Trace} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import type {LineageFinder, Place} from './lineage-finder.ts';

type Draft<T> = {-readonly [Key in keyof T]: T[Key]};

export interface WalkOptions {
  /** How many results to follow from where the graph begins; absent: all. */
  readonly depth?: number;
}

type Step =
  | {readonly kind: 'file'; readonly file: number; readonly place: Place; readonly near?: Trace; readonly depth: number}
  | {readonly kind: 'result'; readonly trace: Trace; readonly depth: number};

/** A graph with more nodes helps nobody, and a wrong turn must end. */
const MOST_NODES = 100_000;

export class LineageWalk {
  readonly #store: Store;
  readonly #finder: LineageFinder;
  readonly #depth: number;
  readonly #files: Draft<LineageFile>[] = [];
  readonly #fileIds = new Map<string, number>();
  readonly #results = new Map<number, Draft<LineageResult>>();
  readonly #runs = new Map<RunId, RunRow | undefined>();

  constructor(store: Store, finder: LineageFinder, {depth}: WalkOptions) {
    this.#store = store;
    this.#finder = finder;
    this.#depth = depth ?? Number.POSITIVE_INFINITY;
  }

  get files(): readonly LineageFile[] {
    return this.#files;
  }

  get results(): readonly LineageResult[] {
    return [...this.#results.values()];
  }

  /** @returns the id of its node. */
  addFile(place: Place): number {
    const key = `${place.hash}\0${place.path}`;
    const known = this.#fileIds.get(key);
    if (known !== undefined) return known;
    const id = this.#files.length;
    const {path, type, hash, size, files} = place;
    this.#files.push({
      id,
      path,
      type,
      ...(hash === '' ? {} : {sha256: hash}),
      ...(size === undefined ? {} : {size}),
      ...(files === undefined ? {} : {files}),
    });
    this.#fileIds.set(key, id);
    return id;
  }

  markSource(file: number, marks: Pick<LineageFile, 'inGit' | 'added'>): void {
    const node = this.#files[file];
    if (node !== undefined) Object.assign(node, marks);
  }

  /** To what the places and the traces were made of. */
  up(places: readonly Place[], traces: readonly number[]): void {
    const queue: Step[] = this.#starts(places, traces);
    const seen = new Set<number>();
    for (let at = 0; at < queue.length && this.#hasRoom(); at++) {
      const step = queue[at] as Step;
      if (step.kind === 'file') queue.push(...this.#makers(step));
      else if (!seen.has(step.trace.id)) {
        seen.add(step.trace.id);
        queue.push(...this.#inputs(step.trace, step.depth));
      }
    }
  }

  /** To what was made of the places and the traces. */
  down(places: readonly Place[], traces: readonly number[]): void {
    const queue: Step[] = this.#starts(places, traces);
    const seen = new Set<number>();
    for (let at = 0; at < queue.length && this.#hasRoom(); at++) {
      const step = queue[at] as Step;
      if (step.kind === 'file') queue.push(...this.#readers(step));
      else if (!seen.has(step.trace.id)) {
        seen.add(step.trace.id);
        queue.push(...this.#outputs(step.trace, step.depth));
      }
    }
  }

  #hasRoom(): boolean {
    return this.#files.length + this.#results.size < MOST_NODES;
  }

  #starts(places: readonly Place[], traces: readonly number[]): Step[] {
    return [
      ...places.map((place): Step => ({kind: 'file', file: this.addFile(place), place, depth: 0})),
      ...traces.flatMap((id): readonly Step[] => {
        const trace = this.#add(id);
        return trace === undefined ? [] : [{kind: 'result', trace, depth: 1}];
      }),
    ];
  }

  #makers({file, place, near, depth}: Extract<Step, {kind: 'file'}>): readonly Step[] {
    const node = this.#files[file];
    if (node === undefined || node.origin !== undefined) return [];
    const makers = this.#finder.makersOf(place, near);
    node.origin = makers.traces.length > 0 ? 'made' : 'source';
    if (makers.traces.length === 0) return [];
    if (makers.also > 0) node.alsoMade = makers.also;
    if (makers.inFolder !== undefined) node.inFolder = makers.inFolder;
    if (makers.assumed === true) node.assumed = true;
    if (depth >= this.#depth) return [];
    const traces = makers.traces.flatMap((id) => this.#add(id) ?? []);
    node.madeBy = traces.map(({id}) => id);
    return traces.map((trace): Step => ({kind: 'result', trace, depth: depth + 1}));
  }

  #readers({file, place, near, depth}: Extract<Step, {kind: 'file'}>): readonly Step[] {
    const node = this.#files[file];
    if (node === undefined || node.readBy !== undefined || depth >= this.#depth) return [];
    const maker = near?.id ?? node.madeBy?.[0];
    const readers = this.#finder.readersOf(place, maker);
    const traces = readers.traces.filter((id) => id !== maker).flatMap((id) => this.#add(id) ?? []);
    node.readBy = traces.map(({id}) => id);
    if (readers.also > 0) node.alsoRead = readers.also;
    if (readers.limited) node.alsoReadAtLeast = true;
    return traces.map((trace): Step => ({kind: 'result', trace, depth: depth + 1}));
  }

  #inputs(trace: Trace, depth: number): readonly Step[] {
    const node = this.#results.get(trace.id);
    if (node === undefined) return [];
    const document = this.#store.document(trace.id);
    const places = [...this.#store.inputs(trace.id).map(placeOf), ...urlsOf(document), ...this.#modelsOf(document)];
    const steps = places.map((place): Step => ({kind: 'file', file: this.addFile(place), place, near: trace, depth}));
    node.inputs = steps.flatMap((step) => (step.kind === 'file' ? [step.file] : []));
    return steps;
  }

  /** Packaged models that a stage compared with, and profiles out of them, where they were made. */
  #modelsOf(document: KeyDocument | undefined): readonly Place[] {
    return (document?.deps ?? []).flatMap(([, type, , content]): readonly Place[] => {
      const [, of, hash] = type === 'model' ? (/^(.*) ([0-9a-f]{64})$/.exec(content) ?? []) : [];
      if (hash === undefined) return [];
      const [made] = this.#store.lineage.writersOfObject(hash as Digest, {limit: 1});
      return made === undefined
        ? []
        : [{path: made.path, hash: hash as Digest, type: of === 'profile' ? 'file' : 'dir'}];
    });
  }

  #outputs(trace: Trace, depth: number): readonly Step[] {
    const node = this.#results.get(trace.id);
    if (node === undefined) return [];
    const steps = trace.outputs.map((output): Step => {
      const place = placeOf(output);
      const file = this.addFile(place);
      const made = this.#files[file];
      if (made !== undefined) made.origin ??= 'made';
      return {kind: 'file', file, place, near: trace, depth};
    });
    node.outputs = steps.flatMap((step) => (step.kind === 'file' ? [step.file] : []));
    return steps;
  }

  #add(id: number): Trace | undefined {
    const trace = this.#store.trace(id);
    if (trace !== undefined && !this.#results.has(id)) this.#results.set(id, this.#resultOf(trace));
    return trace;
  }

  #resultOf(trace: Trace): LineageResult {
    const document = this.#store.document(trace.id);
    const run = trace.run === undefined ? undefined : this.#run(trace.run);
    const action = document === undefined ? undefined : actionText(document.action);
    const because = trace.origin === 'accepted' ? this.#store.because(trace.id) : undefined;
    return {
      id: trace.id,
      stage: trace.stage,
      ...(trace.run === undefined ? {} : {run: trace.run}),
      ...(trace.run !== undefined && run === undefined ? {runDeleted: true} : {}),
      ...(trace.attempt === undefined ? {} : {attempt: trace.attempt}),
      origin: trace.origin,
      ...(because === undefined ? {} : {because}),
      madeAtMs: trace.createdAtMs,
      ...(trace.durationMs === undefined ? {} : {durationMs: trace.durationMs}),
      ...(run?.git === undefined ? {} : {git: run.git}),
      ...(action === undefined ? {} : {action}),
      params: document?.params ?? {},
      code: document?.code ?? {},
      env: document?.env ?? {},
      runtime: document?.runtime ?? {},
    };
  }

  #run(id: RunId): RunRow | undefined {
    if (!this.#runs.has(id)) this.#runs.set(id, this.#store.run(id));
    return this.#runs.get(id);
  }
}

export function placeOf({path, hash, type, size, files}: InputEntry | OutputEntry): Place {
  return {path, hash, type, size, ...(files === undefined ? {} : {files})};
}

/** URLs enter a key by what their server says of them; that is no sha256 unless the user gave one. */
function urlsOf(document: KeyDocument | undefined): readonly Place[] {
  return (document?.deps ?? []).flatMap(([path, type, , validator]): readonly Place[] =>
    type === 'url' ? [{path, type: 'url', hash: /^[0-9a-f]{64}$/.test(validator) ? (validator as Digest) : ''}] : [],
  );
}

function actionText(action: KeyDocument['action']): string | undefined {
  const {text, argv, function: name, uses} = action as {readonly [key: string]: unknown};
  if (typeof text === 'string') return text;
  if (Array.isArray(argv)) return argv.join(' ');
  return typeof name === 'string' ? name : typeof uses === 'string' ? uses : undefined;
}
