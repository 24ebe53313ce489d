/** The implementation of the typed API; imported on the first `openProject`. */
import {leavesOf} from '../base/json.ts';
import {openCache} from '../cache/open-cache.ts';
import type {Cache} from '../cache/cache.ts';
import {lineageOf} from '../history/lineage.ts';
import {resolveRef} from '../history/refs.ts';
import {snapshotOfRun} from '../history/run-snapshot.ts';
import {compileWhere} from '../history/where-runs.ts';
import type {Host, Signals} from '../host/host.ts';
import {openHost} from '../host/open-host.ts';
import {createSignals} from '../host/signals.ts';
import {thisBuild} from '../host/this-build.ts';
import type {Lineage} from '../model/lineage.ts';
import {runId} from '../model/ids.ts';
import type {RunRow} from '../model/run.ts';
import {findProject, loadProject} from '../project/load-project.ts';
import {openProjectStore} from '../project/open-project-store.ts';
import type {Outside} from '../project/outside.ts';
import type {Store} from '../store/store.ts';
import {execute, silentOutput} from './execute.ts';
import {MlpError} from './mlp-error.ts';
import {Outputs} from './outputs.ts';
import {configError, metricsOf, runOf, stageOf, translated} from './translate.ts';
import type {
  ExecuteOptions,
  Execution,
  JsonValue,
  LineageOptions,
  Metric,
  Project,
  Run,
  RunDetails,
  RunRef,
  RunsOptions,
} from './types.ts';

const USUAL_LIMIT = 100;

export function openProjectFolder(folder: string): Promise<Project> {
  return translating(() => {
    const outside = outsideOf(folder);
    const host = findProject(outside, outside.openHost(folder));
    return new OpenProject(host, openProjectStore(host));
  });
}

function outsideOf(folder: string, signals: Signals = createSignals()): Outside {
  return {
    argv: [],
    cwd: folder,
    ...thisBuild,
    openHost: (at) => openHost(at, {output: silentOutput, signals}),
  };
}

/** Whatever goes wrong inside comes out as MlpError, also what is thrown before the first await. */
async function translating<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(error);
  }
}

class OpenProject implements Project {
  readonly folder: string;
  readonly mlp = thisBuild.version;
  readonly #host: Host;
  readonly #store: Store;
  /** The execution before, so that one follows the other. */
  #running: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(host: Host, store: Store) {
    this.folder = host.root;
    this.#host = host;
    this.#store = store;
  }

  runs({where, limit = USUAL_LIMIT}: RunsOptions = {}): Promise<readonly Run[]> {
    return this.#ask(() => {
      const search = this.#store.searchRuns();
      if (where === undefined) return search.heads(Number.isFinite(limit) ? limit : undefined).map(runOf);
      const matches = compileWhere(where, search, this.#host.clock.now());
      if (!matches.ok) throw new MlpError('usage', matches.error.message, matches.error.hint);
      return search
        .heads()
        .filter((head) => matches.value(head))
        .slice(0, limit)
        .map(runOf);
    });
  }

  run(ref: RunRef): Promise<RunDetails> {
    return this.#ask(async () => {
      const row = await this.#row(ref);
      const stages = snapshotOfRun(this.#store, row).stages.map(stageOf);
      return {...runOf(row), command: row.argv, facts: row.facts, stages};
    });
  }

  metrics(ref: RunRef): Promise<readonly Metric[]> {
    return this.#ask(async () =>
      this.#store
        .runStages((await this.#row(ref)).id)
        .flatMap(({stage, trace}) => (trace === undefined ? [] : metricsOf(stage, this.#store.metrics(trace))))
        .filter(({step}) => step === undefined),
    );
  }

  params(ref: RunRef): Promise<{readonly [path: string]: JsonValue}> {
    return this.#ask(async () => {
      const traces = this.#store.runStages((await this.#row(ref)).id).flatMap(({trace}) => trace ?? []);
      return Object.fromEntries(traces.flatMap((trace) => leavesOf(this.#store.document(trace)?.params ?? {})));
    });
  }

  lineage(what: string, {up = true, down = true, depth}: LineageOptions = {}): Promise<Lineage> {
    return this.#ask(async () => {
      const request = {word: what, from: '.', up, down, ...(depth === undefined ? {} : {depth})};
      const found = await lineageOf(request, {host: this.#host, store: this.#store, cache: await this.#cache()});
      if (!found.ok) throw new MlpError('not-found', found.error.message, found.error.hint);
      return found.value;
    });
  }

  readOutput(ref: RunRef, path: string): Promise<Uint8Array> {
    return this.#ask(async () => (await this.#outputs()).read(await this.#row(ref), path));
  }

  async readOutputText(ref: RunRef, path: string): Promise<string> {
    return new TextDecoder().decode(await this.readOutput(ref, path));
  }

  writeOutput(ref: RunRef, path: string, folder: string): Promise<string> {
    return this.#ask(async () => (await this.#outputs()).write(await this.#row(ref), path, folder));
  }

  execute(options: ExecuteOptions = {}): Promise<Execution> {
    return this.#ask(() => {
      const next = this.#running.then(() =>
        execute(options, {
          store: this.#store,
          version: this.mlp,
          load: (set, signals) => {
            const outside = outsideOf(this.folder, signals);
            return loadProject(outside, outside.openHost(this.folder), set);
          },
        }),
      );
      this.#running = next.catch(() => undefined);
      return next;
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#running;
    this.#store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask<T>(work: () => T | Promise<T>): Promise<T> {
    return translating(() => {
      if (this.#closed) throw new MlpError('closed', 'the project was closed');
      return work();
    });
  }

  async #row(ref: RunRef): Promise<RunRow> {
    if (typeof ref === 'number') {
      const row = this.#store.run(runId(ref));
      if (row === undefined) throw new MlpError('not-found', `there is no run ${String(ref)}`, '`runs()` lists them');
      return row;
    }
    const found = await resolveRef(`run:${ref}`, {host: this.#host, store: this.#store, cwd: this.folder});
    if (!found.ok) throw new MlpError('not-found', found.error.message, found.error.hint);
    if (found.value.kind !== 'run') throw new MlpError('not-found', `\`${ref}\` is no run`);
    return found.value.run;
  }

  async #outputs(): Promise<Outputs> {
    return new Outputs(this.#host, this.#store, await this.#cache());
  }

  /** Where pipeline.yaml says that it is. */
  async #cache(): Promise<Cache> {
    const outside = outsideOf(this.folder);
    const loaded = await loadProject(outside, this.#host, []);
    if (!loaded.ok) throw configError(loaded.diagnostics);
    return openCache(this.#host, loaded.project.pipeline.settings.cacheFolder ?? '.mlp/cache');
  }
}
