import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {wordsOf} from './name.ts';

export interface LookUpTables {
  /** Name -> how common it is, from 1 for the most frequent to about 0 for the rarest of the table. */
  readonly firstNames: ReadonlyMap<string, number>;
  readonly surnames: ReadonlyMap<string, number>;
  /** Of one to three words, joined by spaces. */
  readonly legalForms: ReadonlySet<string>;
  readonly organisationWords: ReadonlySet<string>;
}

/** Paths of the files, by the names of the tables. Each is text, packed when its name ends in `.gz`. */
export type LookUpPaths = Readonly<Record<keyof LookUpTables, string>>;

export function readLookUpTables(paths: LookUpPaths): LookUpTables {
  return {
    firstNames: byFrequency(readLines(paths.firstNames)),
    surnames: byFrequency(readLines(paths.surnames)),
    legalForms: new Set(readLines(paths.legalForms).map((form) => wordsOf(form).join(' '))),
    organisationWords: new Set(readLines(paths.organisationWords).flatMap(wordsOf)),
  };
}

/** The file is in order of frequency; the logarithm of the rank is close to that of the frequency (Zipf's law). */
function byFrequency(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, 1 - Math.log(index + 1) / Math.log(names.length + 1)]));
}

/** Lines without the empty ones and the comments. */
function readLines(path: string): string[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
