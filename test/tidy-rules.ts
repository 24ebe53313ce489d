/** The rules of tidy.test.ts as functions: source files in, one sentence for each breach out. */
import type {SourceFile} from './tidy-source.ts';

export interface Folder {
  readonly may: readonly string[];
  /** Package -> path prefixes of the files that may import it. */
  readonly only?: Readonly<Record<string, readonly string[]>>;
}

const folderOf = (path: string): string => path.split('/')[0] ?? '';
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

export function brokenImports(
  files: readonly SourceFile[],
  table: Readonly<Record<string, Folder>>,
  leaves: readonly string[],
): string[] {
  const breaches: string[] = [];
  for (const file of files) {
    const folder = folderOf(file.path);
    const row = table[folder] ?? {may: []};
    for (const {specifier, target, line} of file.imports) {
      const where = `${file.path}:${line}`;
      if (target !== undefined) {
        const other = folderOf(target);
        if (other === folder || row.may.includes(target)) continue;
        if (leaves.includes(other))
          breaches.push(`${where} imports ${target}, but \`${other}\` is a leaf: nobody imports it`);
        else if (!row.may.includes(other) && !row.may.some((one) => isFileOf(target, one))) {
          breaches.push(
            `${where} imports ${target}, but \`${folder}\` may import only: ${row.may.join(', ') || 'nothing'}`,
          );
        }
      } else if (
        specifier.startsWith('node:') ? !row.may.includes('node:*') : !mayImportPackage(row, file.path, specifier)
      ) {
        breaches.push(`${where} imports \`${specifier}\`, which the table does not give to ${file.path}`);
      }
    }
    if (folder !== 'host') {
      for (const line of file.computedImports)
        breaches.push(`${file.path}:${line} imports something by a computed name`);
    }
  }
  return breaches;
}

/** `report/views` allows report/views.ts and everything in report/views/. */
const isFileOf = (target: string, allowed: string): boolean =>
  allowed.includes('/') && (target === `${allowed}.ts` || target.startsWith(`${allowed}/`));

function mayImportPackage(row: Folder, path: string, specifier: string): boolean {
  const name = packageOf(specifier);
  return row.may.includes(name) || (row.only?.[name] ?? []).some((prefix) => path.startsWith(prefix));
}

/** Each cycle once, from its first file in the order of names. */
export function cycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(files.map((file) => [file.path, file.imports.flatMap(({target}) => target ?? [])]));
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    const start = path.indexOf(name);
    if (start >= 0) {
      found.push([...path.slice(start), name].join(' -> '));
      return;
    }
    if (done.has(name)) return;
    path.push(name);
    for (const next of edges.get(name) ?? []) visit(next);
    path.pop();
    done.add(name);
  };
  for (const name of [...edges.keys()].sort()) visit(name);
  return found;
}

export function contractBreaches(
  files: readonly SourceFile[],
  families: readonly string[],
  mayImportLists: readonly string[],
): string[] {
  const breaches: string[] = [];
  for (const family of families) {
    const list = `${family}/index.ts`;
    const members = new Set(
      files
        .filter(({path}) => path === list)
        .flatMap(({imports}) => imports.filter(({how}) => how !== 'type').flatMap(({target}) => target ?? [])),
    );
    for (const file of files) {
      for (const {target, line} of file.imports) {
        if (target === undefined || file.path === list) continue;
        const where = `${file.path}:${line} imports ${target}`;
        if (target === list && !mayImportLists.some((prefix) => file.path.startsWith(prefix))) {
          breaches.push(`${where}, the list of a family: take the members as an argument`);
        }
        if (members.has(file.path) && members.has(target) && file.path.startsWith(`${family}/`)) {
          breaches.push(
            `${where}, another member of the family \`${family}\`: move what they share to ${family}/shared/`,
          );
        }
      }
    }
  }
  return breaches;
}

export const filesTooLong = (files: readonly SourceFile[], most: number): string[] =>
  files.filter(({lines}) => lines > most).map(({path, lines}) => `${path} has ${lines} lines, at most ${most}`);

const codeWords: readonly {readonly word: RegExp; readonly why: string; readonly except: readonly string[]}[] = [
  {word: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\./, why: 'the clock is host.clock', except: ['host/']},
  {word: /\bset(?:Timeout|Interval)\b/, why: 'timers belong to host', except: ['host/']},
  {word: /\bconsole\b/, why: 'output is host.output', except: ['host/']},
  {
    word: /(?<![\w$'-])process(?![\w$'-])\s*\.|globalThis\.process\b/,
    why: 'the process belongs to host',
    except: ['host/', 'cli/main.ts'],
  },
  {word: /\bMath\.random\b|\brandomUUID\b|\bgetRandomValues\b/, why: 'randomness is host.ids', except: ['host/']},
  {
    word: /\blocaleCompare\b|\btoLocale\w+\b|\bIntl\.(?!Segmenter\b)/,
    why: 'order and text never depend on a locale',
    except: ['host/'],
  },
  {word: /(?<![.\w])fetch\(/, why: 'the network belongs to host', except: ['host/']},
  {word: /(?<![.\w])require\(/, why: 'modules are imported', except: ['host/']},
];

const sql =
  /\b(?:SELECT\s[\s\S]*?\bFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|(?:CREATE|ALTER|DROP)\s+(?:TABLE|INDEX|VIEW)|PRAGMA\s+\w+)\b/;

/** `stages/sql` asks the user's tables by DuckDB, whose language it is; it knows nothing of mlp's own database. */
const sqlPlaces = ['store/', 'stages/sql'];

export function forbiddenWords(files: readonly SourceFile[]): string[] {
  const breaches: string[] = [];
  for (const {path, code, texts} of files) {
    const tell = (offset: number, word: string, why: string): void => {
      breaches.push(`${path}:${code.slice(0, offset).split('\n').length} has \`${word.trim()}\`: ${why}`);
    };
    for (const {word, why, except} of codeWords) {
      if (except.some((prefix) => path.startsWith(prefix))) continue;
      for (const match of code.matchAll(new RegExp(word, 'g'))) tell(match.index, match[0], why);
    }
    const statement = sqlPlaces.some((place) => path.startsWith(place)) ? null : sql.exec(texts);
    if (statement !== null) tell(statement.index, statement[0].slice(0, 40), 'all SQL is in store/');
  }
  return breaches;
}

export function heavyStaticImports(
  files: readonly SourceFile[],
  heavy: Readonly<Record<string, readonly string[]>>,
): string[] {
  return files.flatMap(({path, imports}) =>
    imports
      .filter(({how, specifier}) => {
        const exceptions = heavy[packageOf(specifier)];
        return how === 'static' && exceptions !== undefined && !exceptions.some((prefix) => path.startsWith(prefix));
      })
      .map(
        ({specifier, line}) =>
          `${path}:${line} imports \`${specifier}\` at its top: use \`await import()\` where it is needed`,
      ),
  );
}

/** Files that are loaded when `entry` is, with the chain of imports that leads there. */
export function reachedAtStart(
  files: readonly SourceFile[],
  entry: string,
): readonly {readonly file: SourceFile; readonly chain: readonly string[]}[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Map<string, {readonly file: SourceFile; readonly chain: readonly string[]}>();
  const visit = (path: string, before: readonly string[]): void => {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path)) return;
    const chain = [...before, path];
    reached.set(path, {file, chain});
    for (const {how, target} of file.imports) if (how === 'static' && target !== undefined) visit(target, chain);
  };
  visit(entry, []);
  return [...reached.values()];
}

export const eagerHeavyPackages = (files: readonly SourceFile[], entry: string, heavy: readonly string[]): string[] =>
  reachedAtStart(files, entry).flatMap(({file, chain}) =>
    file.imports
      .filter(({how, specifier}) => how === 'static' && heavy.includes(packageOf(specifier)))
      .map(({specifier}) => [...chain, specifier].join(' -> ')),
  );

/** @param light files of these folders that may be reached. */
export const eagerFolders = (
  files: readonly SourceFile[],
  entry: string,
  folders: readonly string[],
  light: readonly string[],
): string[] =>
  reachedAtStart(files, entry)
    .filter(({file}) => folders.includes(folderOf(file.path)) && !light.includes(file.path))
    .map(({chain}) => chain.join(' -> '));
