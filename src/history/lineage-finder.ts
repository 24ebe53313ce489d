/**
 * Who made a content at a path, and who read it. Contents decide, paths only say which of equal contents is meant: a
 * copy of a file has its own history. A file inside a folder that a stage wrote as one output, or read as one input, is
 * found through the folder's listing; where that is no longer in the cache, the order of results decides.
 */
import type {TreeEntry} from '../model/artifact.ts';
import type {Digest} from '../model/ids.ts';
import type {Trace} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import type {Touch} from '../store/lineage.ts';

/** One content at one path; '' where the content is not known. */
export interface Place {
  readonly path: string;
  readonly hash: Digest | '';
  readonly type: 'file' | 'dir' | 'url' | 'absent';
  readonly size?: number;
  readonly files?: number;
}

export interface Makers {
  readonly traces: readonly number[];
  /** Other results with the same bytes at the path. */
  readonly also: number;
  readonly inFolder?: string;
  readonly assumed?: boolean;
}

export interface Readers {
  /** The newest of each stage, newest first. */
  readonly traces: readonly number[];
  /** Older results of the same stages. */
  readonly also: number;
  /** Not all readings were looked at. */
  readonly limited: boolean;
}

export interface FinderWorld {
  readonly store: Store;
  readonly readTree: (hash: Digest) => readonly TreeEntry[] | undefined;
  /** Contents of folders as they are now, for those whose listing was never kept. */
  readonly foldersNow: ReadonlyMap<string, Digest | ''>;
  /** Of several results with the same bytes, those that are meant. */
  readonly preferred: ReadonlySet<number>;
}

const NONE: Makers = {traces: [], also: 0};
/** How many readings of one content are looked through: there may be one for every run that ever was. */
const MOST_READINGS = 1000;
const MOST_WRITINGS = 50;
const MOST_PARTS = 1000;

type Tree = ReadonlyMap<string, TreeEntry>;

export class LineageFinder {
  readonly #world: FinderWorld;
  readonly #trees = new Map<string, Tree | undefined>();

  constructor(world: FinderWorld) {
    this.#world = world;
  }

  /** @param reader the result that read the place: what made it was there before. */
  makersOf(place: Place, reader?: Trace): Makers {
    if (place.type === 'url' || place.type === 'absent') return NONE;
    const before = reader === undefined ? {} : {before: reader.id};
    const found = this.#makers(place, before);
    if (found.traces.length > 0 || reader === undefined) return found;
    // What came from mlp.lock or a remote was written down in any order.
    const later = this.#makers(place, {});
    const isForeign = (trace: Trace | undefined): boolean => trace?.origin === 'lock' || trace?.origin === 'remote';
    const {store} = this.#world;
    return isForeign(reader) || later.traces.some((id) => isForeign(store.trace(id)))
      ? {...later, traces: later.traces.filter((id) => id !== reader.id)}
      : NONE;
  }

  /** @param maker the result that wrote the place, if one did. */
  readersOf(place: Place, maker?: number): Readers {
    const {lineage} = this.#world.store;
    const touches: Touch[] = [];
    if (place.hash !== '')
      touches.push(...lineage.readersOfObject(place.hash, {path: place.path, limit: MOST_READINGS}));
    for (const folder of foldersAbove(place.path)) {
      const within = place.path.slice(folder.length + 1);
      for (const touch of lineage.readersOfPath(folder, {limit: MOST_READINGS})) {
        if (this.#wasInside(touch, within, place, maker)) touches.push(touch);
      }
    }
    if (place.type === 'dir') touches.push(...this.#readersInside(place, maker));
    return {...newestOfStages(touches), limited: touches.length >= MOST_READINGS};
  }

  /** Whether this content was ever written or read at its path, by itself or inside a folder whose listing is known. */
  isRecorded(place: Place): boolean {
    const {lineage} = this.#world.store;
    if (place.hash === '') return false;
    const query = {path: place.path, limit: 1};
    if (lineage.writersOfObject(place.hash, query).length + lineage.readersOfObject(place.hash, query).length > 0)
      return true;
    return (
      this.#folderMaker(place, {})?.assumed === false ||
      foldersAbove(place.path).some((folder) => {
        const now = this.#world.foldersNow.get(folder);
        return lineage.readersOfPath(folder, {limit: MOST_READINGS}).some(({hash}) => hash !== '' && hash === now);
      })
    );
  }

  /** The entry of a path in the newest folder, written as one output, that has it. */
  entryInFolder(path: string): (Pick<Touch, 'trace' | 'stage'> & {readonly entry: TreeEntry}) | undefined {
    for (const folder of foldersAbove(path)) {
      for (const {hash, trace, stage} of this.#world.store.lineage.writersOfPath(folder, {limit: 1})) {
        const entry = this.#tree(hash)?.get(path.slice(folder.length + 1));
        if (entry !== undefined) return {entry, trace, stage};
      }
    }
    return undefined;
  }

  #makers(place: Place, before: {readonly before?: number}): Makers {
    const {store, preferred} = this.#world;
    if (place.hash !== '') {
      const query = {...before, path: place.path, limit: MOST_WRITINGS};
      const touches = store.lineage.writersOfObject(place.hash, query);
      const chosen = touches.find(({trace}) => preferred.has(trace)) ?? touches[0];
      if (chosen !== undefined)
        return {traces: [chosen.trace], also: store.lineage.countWriters(place.hash, place.path) - 1};
    }
    const folder = this.#folderMaker(place, before);
    if (folder !== undefined) return folder;
    return place.type === 'dir' ? this.#makersInside(place, before) : NONE;
  }

  #folderMaker(place: Place, before: {readonly before?: number}): Makers | undefined {
    let assumed: Makers | undefined;
    for (const folder of foldersAbove(place.path)) {
      const within = place.path.slice(folder.length + 1);
      const looked = new Set<string>();
      const touches = this.#world.store.lineage.writersOfPath(folder, {...before, limit: MOST_WRITINGS});
      for (const {trace, hash} of touches) {
        if (hash === '' || looked.has(hash)) continue;
        looked.add(hash);
        const tree = this.#tree(hash);
        if (tree === undefined) assumed ??= {traces: [trace], also: 0, inFolder: folder, assumed: true};
        else if (has(tree, within, place)) return {traces: [trace], also: 0, inFolder: folder, assumed: false};
      }
    }
    return assumed;
  }

  /** Stages that wrote parts of a folder. */
  #makersInside(place: Place, before: {readonly before?: number}): Makers {
    const touches = this.#world.store.lineage.writersBelow(place.path, {...before, limit: MOST_PARTS});
    return {traces: [...new Set(touches.map(({trace}) => trace))], also: 0};
  }

  /** Results that read parts of a folder. */
  #readersInside(place: Place, maker: number | undefined): readonly Touch[] {
    const {lineage} = this.#world.store;
    const tree = this.#tree(place.hash);
    return lineage.readersBelow(place.path, {limit: MOST_PARTS}).flatMap((touch): readonly Touch[] => {
      if (tree === undefined) return maker === undefined || touch.trace > maker ? [touch] : [];
      const entry = tree.get(touch.path.slice(place.path.length + 1));
      if (entry === undefined || entry.hash === '') return [];
      return entry.hash === touch.hash
        ? [touch]
        : lineage.readersOfObject(entry.hash, {path: touch.path, limit: MOST_WRITINGS});
    });
  }

  /** Whether a folder that was read held the file with this content. */
  #wasInside(touch: Touch, within: string, place: Place, maker: number | undefined): boolean {
    const tree = this.#tree(touch.hash);
    if (tree !== undefined) return has(tree, within, place);
    const now = this.#world.foldersNow.get(touch.path);
    if (now !== undefined && now !== '' && now === touch.hash) return true;
    if (maker === undefined || touch.trace <= maker) return false;
    // Nobody wrote the file anew between its maker and the reader.
    const [last] = this.#world.store.lineage.writersOfPath(place.path, {before: touch.trace, limit: 1});
    return last?.trace === maker;
  }

  #tree(hash: Digest | ''): Tree | undefined {
    if (hash === '') return undefined;
    if (!this.#trees.has(hash)) {
      const entries = this.#world.readTree(hash);
      this.#trees.set(hash, entries === undefined ? undefined : new Map(entries.map((entry) => [entry.path, entry])));
    }
    return this.#trees.get(hash);
  }
}

/** `a/b`, `a` for `a/b/c`: the nearest first. */
export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) folders.push(path.slice(0, cut));
  return folders;
}

function has(tree: Tree, within: string, place: Place): boolean {
  const entry = tree.get(within);
  if (entry !== undefined && entry.type !== 'dir') return place.hash === '' || entry.hash === place.hash;
  // A folder inside a folder has no content of its own in the listing.
  return place.type === 'dir' && [...tree.keys()].some((path) => path === within || path.startsWith(`${within}/`));
}

function newestOfStages(touches: readonly Touch[]): Omit<Readers, 'limited'> {
  const newest = new Map<string, number>();
  const all = new Set<number>();
  for (const {stage, trace} of touches) {
    all.add(trace);
    newest.set(stage, Math.max(trace, newest.get(stage) ?? 0));
  }
  return {traces: [...newest.values()].sort((a, b) => b - a), also: all.size - newest.size};
}
