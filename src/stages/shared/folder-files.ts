/**
 * The table files of a folder, and what its folders say of them: `year=2024/part-00001.csv` is a part of the table in which
 * `year` is 2024. Hive's way; Spark, DuckDB, pandas, Polars and Arrow read and write it.
 */
import type {Host} from '../../host/host.ts';

/** Stands for a missing value. */
const MISSING = '__HIVE_DEFAULT_PARTITION__';

export interface FolderFile {
  readonly path: string;
  /** Column -> value, from the outermost folder; undefined is a missing value. */
  readonly partition: ReadonlyMap<string, string | undefined>;
}

/**
 * A file is itself; of a folder all files below it, sorted, but for what begins with `.` or `_` (hidden files, `_SUCCESS`) and
 * is no folder such as `_year=2024`.
 * @throws Error when a folder holds none
 */
export function filesBelow(host: Host, path: string): readonly FolderFile[] {
  if (host.files.stat(path)?.type !== 'dir') return [{path, partition: new Map()}];
  const below = [...host.files.walk(path)]
    .filter((entry) => entry.stat.type !== 'dir' && !isHidden(entry.path))
    .map((entry) => ({path: `${path}/${entry.path}`, partition: partitionOf(entry.path)}));
  if (below.length === 0) throw new Error(`the folder \`${path}\` holds no files to read`);
  return below;
}

const isHidden = (below: string): boolean =>
  below.split('/').some((part, index, {length}) => /^[._]/.test(part) && (index === length - 1 || !part.includes('=')));

function partitionOf(below: string): ReadonlyMap<string, string | undefined> {
  const folders = below.split('/').slice(0, -1);
  return new Map(
    folders.flatMap((folder) => {
      const equals = folder.indexOf('=');
      if (equals < 1) return [];
      const value = folder.slice(equals + 1);
      return [[decoded(folder.slice(0, equals)), value === MISSING ? undefined : decoded(value)] as const];
    }),
  );
}

/** The folder of the rows that have this value. */
export function partitionFolder(column: string, value: string | undefined): string {
  if (value === undefined) return `${encoded(column)}=${MISSING}`;
  // A text that looks like the mark of a missing value.
  return `${encoded(column)}=${value === MISSING ? `%5F${MISSING.slice(1)}` : encoded(value)}`;
}

/** A name in which nothing leads out of the folder or ends it. */
function encoded(text: string): string {
  return text.replace(/[\u0000-\u001f"#%'*/:=?\\{}[\]^\u007f]|^\.+$|[. ]$/g, (characters) =>
    [...characters]
      .map((character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

/** What is no code of a character stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
