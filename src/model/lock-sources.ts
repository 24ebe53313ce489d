/**
 * The part of mlp.lock that says what was added with `mlp add`: files and folders that no stage makes and that the cache
 * holds. One source a line, apart by blank lines, so that Git merges what two people added or changed.
 */
import {byCodeUnits} from '../base/compare.ts';
import type {FileContent} from './artifact.ts';
import type {ProjectPath} from './ids.ts';
import {projectPath} from './ids.ts';
import {contentOf, contentText, wordsOf} from './lock-content.ts';
import {factLine, parseFacts, sidesOf} from './lock-lines.ts';
import type {Facts} from './lock-lines.ts';

export interface LockSource extends FileContent {
  readonly path: ProjectPath;
}

const CONTENT = /^(?:file|dir) [0-9a-f]{64} \d+(?: |$)/;
/** From the section's title up to the next line that is not indented. */
const SECTION = /^sources:\n(?:(?: .*)?\n)*/m;

/** '' or lines with an end. */
export function sourceLines(sources: readonly LockSource[]): string {
  if (sources.length === 0) return '';
  const sorted = [...sources].sort((a, b) => byCodeUnits(a.path, b.path));
  return `sources:\n${sorted.map((source) => `\n${factLine(1, source.path, contentText(source))}\n`).join('')}\n`;
}

/** Lines that say nothing that can be believed are left out. */
export function sourcesOf(facts: Facts): readonly LockSource[] {
  const section = facts.get('sources');
  if (section === undefined || typeof section === 'string') return [];
  return [...section].flatMap(([path, text]) => {
    if (typeof text !== 'string' || !CONTENT.test(text) || projectPath(path) !== path) return [];
    return [{...contentOf(wordsOf(text)), path: path as ProjectPath}];
  });
}

/**
 * Only the sources of a file, without a look at its stages, which may be many. Of a merge conflict both sides, ours
 * first; none when it cannot be read.
 */
export function parseSources(text: string): readonly (readonly LockSource[])[] {
  return sidesOf(text.replaceAll('\r\n', '\n')).map((side) => {
    const section = SECTION.exec(side)?.[0];
    const facts = section === undefined ? undefined : parseFacts(section);
    return facts?.ok === true ? sourcesOf(facts.value) : [];
  });
}

export interface MergedSources {
  readonly sources: readonly LockSource[];
  /** Paths that the sides of a merge conflict know with different contents. */
  readonly open: readonly ProjectPath[];
}

/** What either side added; of a path that both have with other contents the first side's, and it is open. */
export function mergeSources(sides: readonly (readonly LockSource[])[]): MergedSources {
  const merged = new Map<string, LockSource>();
  const open = new Set<ProjectPath>();
  for (const source of sides.flat()) {
    const before = merged.get(source.path);
    if (before === undefined) merged.set(source.path, source);
    else if (contentText(before) !== contentText(source)) open.add(source.path);
  }
  return {sources: [...merged.values()].sort((a, b) => byCodeUnits(a.path, b.path)), open: [...open]};
}
