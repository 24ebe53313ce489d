/**
 * mlp.lock as a memory: results that it names become traces when their key is asked for, so that a fresh clone with the
 * cache at hand, or a project whose database was deleted, runs nothing again. The file is read on the first miss only.
 */
import type {Host} from '../host/host.ts';
import {parseLock, type Lock} from '../model/lock-file.ts';
import type {KeyedDocument} from '../model/key-document.ts';
import type {Trace} from '../model/run.ts';
import type {StageSpec} from '../model/stage.ts';
import type {Store} from '../store/store.ts';

export const LOCK_FILE = 'mlp.lock';

export class LockedResults {
  readonly #host: Host;
  readonly #store: Store;
  #locks: readonly Lock[] | undefined;

  constructor(host: Host, store: Store) {
    this.#host = host;
    this.#store = store;
  }

  /** By key, not by name: a stage that was renamed keeps its result. */
  trace(stage: StageSpec, {key, document}: KeyedDocument): Trace | undefined {
    for (const lock of this.#read()) {
      const locked =
        lock.stages.find((candidate) => candidate.name === stage.name && candidate.key === key) ??
        lock.stages.find((candidate) => candidate.key === key);
      if (locked === undefined) continue;
      return this.#store.commit({
        stage: stage.name,
        key,
        document,
        createdAtMs: this.#host.clock.now(),
        origin: 'lock',
        inputs: locked.deps.map((dep) => ({...dep, name: dep.path})),
        outputs: locked.outs,
        metrics: locked.metrics,
      });
    }
    return undefined;
  }

  #read(): readonly Lock[] {
    if (this.#locks === undefined) {
      const text = this.#host.files.readTextIfThere(LOCK_FILE);
      this.#locks = text === undefined ? [] : parseLock(text).candidates;
    }
    return this.#locks;
  }
}
