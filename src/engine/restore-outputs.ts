/** Brings outputs back from the cache, or takes what a person made of them as the result. */
import type {FileContent, OutputEntry} from '../model/artifact.ts';
import {FileTrouble} from '../host/host.ts';
import type {ProjectPath, RunId} from '../model/ids.ts';
import type {Failure} from '../model/job.ts';
import type {PipelineSettings} from '../model/pipeline.ts';
import type {Trace} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import {byCodeUnits} from '../base/compare.ts';
import {troubleFailure} from './failures.ts';
import {sameContent, type Known, type StalenessWorld} from './staleness.ts';

export type Restored = {readonly notices: readonly {readonly code: string; readonly message: string}[]} & (
  | {readonly kind: 'restored'; readonly trace: Trace}
  /** No candidate could be restored whole. */
  | {readonly kind: 'none'; readonly paths: readonly string[]}
  | {readonly kind: 'failed'; readonly failure: Failure}
);

/** Tries the candidates in order. An object whose bytes are wrong is set aside by the cache and named in a notice. */
export function restoreOutputs(
  candidates: readonly Trace[],
  world: StalenessWorld,
  link: PipelineSettings['link'],
): Restored {
  const notices: {code: string; message: string}[] = [];
  const paths = new Set<string>();
  try {
    for (const trace of candidates) {
      const bad = trace.outputs.filter((output) => !restoreOne(output, world, link));
      if (bad.length === 0) return {kind: 'restored', trace, notices};
      for (const {path, hash} of bad) {
        paths.add(path);
        notices.push({
          code: 'corrupt-object',
          message: `the cached copy of \`${path}\` is damaged or incomplete (${hash.slice(0, 12)}); it was set aside and is made again`,
        });
      }
    }
  } catch (error) {
    if (error instanceof FileTrouble) return {kind: 'failed', failure: troubleFailure(error), notices};
    throw error;
  }
  return {kind: 'none', paths: [...paths], notices};
}

/** @returns false when the cache does not have it whole. @throws FileTrouble */
export function restoreOne(
  output: FileContent & {readonly path: ProjectPath},
  {cache, contents, host, store}: Pick<StalenessWorld, 'cache' | 'contents' | 'host' | 'store'>,
  link: PipelineSettings['link'],
): boolean {
  if (output.type === 'absent') {
    host.files.remove(output.path);
    contents.forget(output.path);
    return true;
  }
  // Outputs that are as they should be need no object: one that is not kept in the cache has none.
  if (sameContent(output, contents.known(output.path))) return true;
  const reply = cache.restore(output, output.path, link);
  contents.forget(output.path);
  if (reply.kind !== 'restored') return false;
  const stat = output.type === 'file' ? host.files.stat(output.path) : undefined;
  const memo = store.fileMemo(output.path);
  // The cache has checked the bytes: what is there need not be hashed again, unless the quick hash is not known.
  if (stat !== undefined && memo !== undefined && memo.sha256 === output.hash)
    store.setFileMemo(output.path, {...memo, signature: stat.signature, hashedAtMs: host.clock.now()});
  return true;
}

/** The outputs on disk become a known result of the present key, as with `--keep`. @returns undefined when one is missing. */
export function adoptEdits(
  spec: StageSpec,
  known: Known,
  how: {
    readonly world: StalenessWorld;
    readonly publish: boolean;
    readonly run: RunId;
    readonly nowMs: number;
    readonly origin: 'adopted' | 'ran';
  },
): Trace | undefined {
  const {contents, cache, store} = how.world;
  const outputs: OutputEntry[] = [];
  for (const out of spec.outs) {
    const content = contents.known(out.path);
    if (content === undefined || (content.type === 'absent' && !out.optional)) return undefined;
    const cached = how.publish && out.cache && content.type !== 'absent';
    if (cached && content.hash !== '') {
      if (content.type === 'dir') cache.putTree(out.path, contents.tree(out.path) ?? [], content.hash);
      else cache.putFile(out.path, content.hash, content.size);
    }
    outputs.push({...content, path: out.path, role: out.role, cached});
  }
  const {key, document, inputs, code} = known;
  outputs.sort((a, b) => byCodeUnits(a.path, b.path));
  return store.commit({
    stage: spec.name,
    key,
    document,
    createdAtMs: how.nowMs,
    run: how.run,
    origin: how.origin,
    inputs: inputs.entries,
    outputs,
    metrics: [],
    pieces: code.pieces,
  });
}

/** Whether two results have the same bytes. */
export function sameOutputs(a: readonly OutputEntry[], b: readonly OutputEntry[]): boolean {
  const byPath = new Map(b.map((output) => [output.path, output]));
  return a.length === b.length && a.every((output) => sameContent(output, byPath.get(output.path)));
}
