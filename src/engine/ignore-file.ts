/**
 * The project's own .gitignore: one anchored line for each added file or folder. Lines of the user stay as they are and
 * where they are. Pure: text in, text out.
 */
import type {ProjectPath} from '../model/ids.ts';

export const IGNORE_FILE = '.gitignore';

/** Matches this path and no other; what a line of a .gitignore cannot hold is matched by `?`, which is any one character. */
export function ignorePattern(path: ProjectPath): string {
  const escaped = path.replace(/[\\*?[]/g, '\\$&').replace(/[\n\r]/g, '?');
  return `/${escaped.replace(/ +$/, (spaces) => '\\ '.repeat(spaces.length))}`;
}

/** @param text undefined: there is no file. @returns the same text when nothing is to be changed. */
export function withIgnored(text: string | undefined, paths: readonly ProjectPath[]): string {
  const before = text ?? '';
  const lines = new Set(before.split(/\r?\n/));
  const missing = paths.map(ignorePattern).filter((pattern) => !lines.has(pattern));
  if (missing.length === 0) return before;
  const end = /\r\n/.test(before) ? '\r\n' : '\n';
  const joint = before === '' || before.endsWith('\n') ? '' : end;
  return `${before}${joint}${missing.map((pattern) => pattern + end).join('')}`;
}

/** @returns '' when nothing is left. */
export function withoutIgnored(text: string, paths: readonly ProjectPath[]): string {
  const gone = new Set(paths.map(ignorePattern));
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).filter((line) => !gone.has(line.replace(/\r?\n$/, ''))).join('');
}
