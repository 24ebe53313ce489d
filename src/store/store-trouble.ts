/** What SQLite refused, as one sentence for the user that says how to mend it. */

/** Beginnings of SQLite's codes; the first that fits. */
const SENTENCES: readonly (readonly [code: string, say: (file: string) => string])[] = [
  ['SQLITE_FULL', (file) => `no space left on the device of \`${file}\`: free some, then run again`],
  [
    'SQLITE_READONLY',
    (file) =>
      `the database \`${file}\` may not be written: check the owner and mode of it and of its folder with \`ls -ld\``,
  ],
  [
    'SQLITE_CANTOPEN',
    (file) =>
      `the database \`${file}\` cannot be opened: it must be a file, and its folder must be writable for this user; check with \`ls -ld\``,
  ],
  ['SQLITE_PERM', (file) => `the database \`${file}\` may not be read: check its owner and mode with \`ls -l\``],
  ['SQLITE_IOERR', (file) => `the device of \`${file}\` failed to read or write: check the disk and its free space`],
  [
    'SQLITE_BUSY',
    (file) => `another process holds the database \`${file}\`: end it (\`fuser ${file}\` names it), then run again`,
  ],
  [
    'SQLITE_NOTADB',
    (file) =>
      `the database \`${file}\` is damaged: move it away; the cache, \`mlp.lock\` and the next run fill a new one`,
  ],
  [
    'SQLITE_CORRUPT',
    (file) =>
      `the database \`${file}\` is damaged: move it away; the cache, \`mlp.lock\` and the next run fill a new one`,
  ],
];

/** @returns undefined for an error that is not SQLite's, or that is a mistake of the store. */
export function storeTrouble(error: unknown, file: string): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const code = String(error.code);
  return SENTENCES.find(([start]) => code.startsWith(start))?.[1](file);
}
