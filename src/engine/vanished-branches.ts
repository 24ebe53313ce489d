/**
 * Branches that are gone: an element was taken out of a `matrix` or `foreach`, and what its branch wrote still lies there.
 * A stage that reads all branches by a glob or a folder would read it too, which in a fresh clone it would not. So such
 * outputs are removed before any reader is looked at. Which branches there were stands in mlp.lock. Only what is still
 * exactly as the branch wrote it goes, and only where the stage itself is still in the pipeline: what a whole removed stage
 * wrote may be wanted, and is `mlp clean`'s business.
 */
import {compileGlob} from '../base/glob.ts';
import type {Host} from '../host/host.ts';
import type {OutputEntry} from '../model/artifact.ts';
import type {Graph} from '../model/graph.ts';
import {isInside} from '../model/ids.ts';
import {parseLock, type LockStage} from '../model/lock-file.ts';
import type {StageSpec} from '../model/stage.ts';
import type {Contents} from './contents.ts';
import {LOCK_FILE} from './locked-results.ts';
import {sameContent} from './staleness.ts';

/** Titles of branches in mlp.lock: found so because parsing all of a large one would be felt in every run. */
const BRANCH_TITLE = /^ {2}(?:\? )?"?(([^\s"@]+)@[^\s"]*?)"?:?$/gm;

export class VanishedBranches {
  readonly #graph: Graph;
  readonly #host: Host;
  readonly #contents: Contents;
  #lockText: string | undefined;
  /** Group -> names of its branches in mlp.lock. */
  #names: ReadonlyMap<string, readonly string[]> | undefined;
  #locked: ReadonlyMap<string, readonly LockStage[]> | undefined;

  constructor(graph: Graph, {host, contents}: {readonly host: Host; readonly contents: Contents}) {
    this.#graph = graph;
    this.#host = host;
    this.#contents = contents;
  }

  /** What gone branches of all stages whose branches stand in the file have left. @throws NotAFile, FileTrouble */
  async ofStatic(): Promise<readonly OutputEntry[]> {
    const groups = new Map<string, StageSpec[]>();
    for (const node of this.#graph.nodes) {
      if (node.kind !== 'stage' || node.name === node.group) continue;
      const branches = groups.get(node.group);
      if (branches === undefined) groups.set(node.group, [node]);
      else branches.push(node);
    }
    const found: OutputEntry[] = [];
    for (const [group, branches] of groups) found.push(...(await this.of(group, branches)));
    return found;
  }

  /** @param branches all that the stage has now. @throws NotAFile, FileTrouble */
  async of(group: string, branches: readonly StageSpec[]): Promise<readonly OutputEntry[]> {
    const present = new Set<string>(branches.map((branch) => branch.name));
    if ((this.#lockedNames().get(group) ?? []).every((name) => present.has(name))) return [];
    const gone = (this.#lockedBranches().get(group) ?? []).filter((stage) => !present.has(stage.name));
    const isUsed = this.#users(branches, group);
    const outputs = gone.flatMap((stage) => stage.outs).filter((output) => output.type !== 'absent');
    const free = outputs.filter((output) => !isUsed(output.path));
    const now = await this.#contents.of(free.map((output) => output.path));
    return free.filter((output, index) => sameContent(output, now[index]));
  }

  /** Removes outputs that were found, and folders that are empty then, as a fresh clone has none. */
  remove(outputs: readonly OutputEntry[]): void {
    const {files} = this.#host;
    for (const {path} of outputs) {
      files.remove(path);
      this.#contents.forget(path);
      for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
        const folder = path.slice(0, cut);
        if (files.lstat(folder)?.type !== 'dir' || files.list(folder).length > 0) break;
        files.remove(folder);
      }
    }
  }

  #lockedNames(): ReadonlyMap<string, readonly string[]> {
    if (this.#names === undefined) {
      this.#lockText = this.#host.files.readTextIfThere(LOCK_FILE) ?? '';
      const names = new Map<string, string[]>();
      for (const [, name = '', group = ''] of this.#lockText.matchAll(BRANCH_TITLE)) {
        const branches = names.get(group);
        if (branches === undefined) names.set(group, [name]);
        else branches.push(name);
      }
      this.#names = names;
    }
    return this.#names;
  }

  #lockedBranches(): ReadonlyMap<string, readonly LockStage[]> {
    if (this.#locked === undefined) {
      const byGroup = new Map<string, LockStage[]>();
      for (const lock of parseLock(this.#lockText ?? '').candidates) {
        for (const stage of lock.stages) {
          const group = stage.name.split('@')[0] ?? '';
          if (group === stage.name) continue;
          const branches = byGroup.get(group);
          if (branches === undefined) byGroup.set(group, [stage]);
          else branches.push(stage);
        }
      }
      this.#locked = byGroup;
    }
    return this.#locked;
  }

  /** Whether a path is an output or a named input of what is in the pipeline now, lies in one or holds one. */
  #users(branches: readonly StageSpec[], group: string): (path: string) => boolean {
    const paths: string[] = [];
    const globs: ReturnType<typeof compileGlob>[] = [];
    for (const node of [...this.#graph.nodes, ...branches]) {
      for (const dep of node.deps) if (dep.kind === 'path' && !this.#isFolder(dep.path)) paths.push(dep.path);
      if (node.kind === 'stage') paths.push(...node.outs.map((out) => out.path), ...node.code);
      else if (node.group !== group) globs.push(...node.outGlobs.map(compileGlob));
    }
    return (path) =>
      paths.some((other) => isInside(path, other) || isInside(other, path)) || globs.some((glob) => glob.matches(path));
  }

  /** A folder above outputs of several branches is read as a whole: it does not make what is left there a source. */
  #isFolder(path: string): boolean {
    return this.#host.files.stat(path)?.type === 'dir';
  }
}
