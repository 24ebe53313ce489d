/** `manifest.json`: what came from where, so that a table can be told by its sources. The same for the same inputs. */
import type {ColumnType} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import type {TableSource} from './sources.ts';
import type {WrittenFile} from './table-output.ts';

interface ManifestColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** What was read of a source, before rows were chosen. */
export interface SourceCount {
  readonly rows: number;
  readonly bad: number;
  /** As they stand in the source. */
  readonly columns: readonly ManifestColumn[];
}

export interface Manifest {
  readonly version: 1;
  /** Of the table. */
  readonly rows: number;
  readonly bad_rows: number;
  readonly columns: readonly ManifestColumn[];
  readonly sources: readonly {
    readonly source: string;
    /** Stored, compressed when it is. Of a query: of its result as CSV. */
    readonly bytes: number;
    readonly sha256: string;
    readonly rows: number;
    readonly bad_rows: number;
    readonly columns: readonly ManifestColumn[];
    /** What the server says of when its content changed; only of a URL without `sha256`. */
    readonly etag?: string;
    readonly last_modified?: string;
    readonly query?: string;
  }[];
  /** `path` is below the out; '' is the out itself. */
  readonly files: readonly {
    readonly path: string;
    readonly rows: number;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

/** @param out path of the table, file or folder */
export function manifestOf(
  {files, hashing}: Pick<Host, 'files' | 'hashing'>,
  out: string,
  columns: readonly ManifestColumn[],
  sources: readonly (TableSource & {readonly count: SourceCount})[],
  written: readonly WrittenFile[],
): Manifest {
  const content = (path: string): {readonly bytes: number; readonly sha256: string} => ({
    bytes: files.stat(path)?.size ?? 0,
    sha256: hashing.fileSha256(path),
  });
  return {
    version: 1,
    rows: written.reduce((sum, {rows}) => sum + rows, 0),
    bad_rows: sources.reduce((sum, {count}) => sum + count.bad, 0),
    columns,
    sources: sources.map(({name, path, facts, count}) => ({
      source: name,
      ...content(path),
      rows: count.rows,
      bad_rows: count.bad,
      columns: count.columns,
      ...facts,
    })),
    files: written.map(({path, rows}) => ({path, rows, ...content(path === '' ? out : `${out}/${path}`)})),
  };
}
