/**
 * Globs as pure text: which paths they match, what they may match below a folder, whether two can match one path.
 * Vocabulary: `*`, `?`, `[a-z]`, `[!a]` within a part of a path, `**` for any number of parts, `{a,b}` and `{1..3}`,
 * and `\` before a character that stands for itself. Wildcards match no hidden name unless the dot is written.
 */

/** A glob made ready for many questions. */
export interface Glob {
  /** Longest folders without a wildcard that hold all matches, one for each alternative of the braces; `.` is the root. */
  readonly bases: readonly string[];
  matches(path: string): boolean;
  /** True when a path strictly below `folder` can match. */
  mayMatchBelow(folder: string): boolean;
}

type Part = {readonly kind: 'any-depth'} | {readonly kind: 'literal'; readonly text: string} | PatternPart;
interface PatternPart {
  readonly kind: 'pattern';
  readonly regExp: RegExp;
  /** What every match begins and ends with. */
  readonly prefix: string;
  readonly suffix: string;
}

/** Paths that the braces of one glob may stand for. */
export const MOST_ALTERNATIVES = 1000;

/** True when the text holds a character that makes it a glob. */
export const isGlob = (text: string): boolean => /[*?[\]{}]/.test(text);

/** Writes a path so that, read as a glob, it matches just itself. */
export const escapeGlob = (path: string): string => path.replace(/[*?[\]{}\\]/g, '\\$&');

/** Never throws: what is no wildcard stands for itself. */
export function compileGlob(glob: string): Glob {
  const alternatives = partsOf(glob);
  return {
    bases: [...new Set(alternatives.map(baseOf))],
    // A file whose name is the glob's own text is meant, too, as everywhere else where globs are looked up on a disk.
    matches: (path) => path === glob || alternatives.some((parts) => reached(parts, path.split('/')).has(parts.length)),
    mayMatchBelow: (folder) =>
      alternatives.some((parts) => {
        const names = folder === '.' ? [] : folder.split('/');
        return [...reached(parts, names)].some(
          (position) => position < parts.length || parts.at(-1)?.kind === 'any-depth',
        );
      }),
  };
}

/** True when some path can match both; may say true for two intricate patterns that share no path, never false wrongly. */
export function globsMayOverlap(a: string, b: string): boolean {
  return partsOf(a).some((left) => partsOf(b).some((right) => partsOverlap(left, right)));
}

/** What is more than that is left out: see `isTooWide`. */
export const isTooWide = (glob: string): boolean => expandBraces(glob).length > MOST_ALTERNATIVES;

/** `a/{b,c}` -> `a/b`, `a/c`. Braces without a comma or a range stand for themselves. */
export function expandBraces(glob: string): readonly string[] {
  const open = findBraces(glob);
  if (open === undefined) return [glob];
  const before = glob.slice(0, open.start);
  const after = glob.slice(open.end + 1);
  const all: string[] = [];
  for (const choice of open.choices) {
    for (const rest of expandBraces(before + choice + after)) {
      all.push(rest);
      if (all.length > MOST_ALTERNATIVES) return all;
    }
  }
  return all;
}

function findBraces(glob: string): {start: number; end: number; choices: readonly string[]} | undefined {
  for (let start = 0; start < glob.length; start++) {
    if (glob[start] === '\\') start++;
    else if (glob[start] === '{') {
      const found = choicesFrom(glob, start);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function choicesFrom(
  glob: string,
  start: number,
): {start: number; end: number; choices: readonly string[]} | undefined {
  const choices: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < glob.length; at++) {
    const character = glob[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === ',' && depth === 1) {
      choices.push(glob.slice(from, at));
      from = at + 1;
    } else if (character === '}' && --depth === 0) {
      if (choices.length > 0) return {start, end: at, choices: [...choices, glob.slice(from, at)]};
      const range = rangeOf(glob.slice(from, at));
      return range === undefined ? undefined : {start, end: at, choices: range};
    }
  }
  return undefined;
}

function rangeOf(text: string): readonly string[] | undefined {
  const match = /^(-?\d{1,9})\.\.(-?\d{1,9})$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2]);
  const count = Math.min(Math.abs(last - first), MOST_ALTERNATIVES) + 1;
  return Array.from({length: count}, (_, index) => String(first <= last ? first + index : first - index));
}

const partsOf = (glob: string): readonly (readonly Part[])[] =>
  expandBraces(glob).map((text) =>
    text
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .map(partOf),
  );

function partOf(text: string): Part {
  if (text === '**') return {kind: 'any-depth'};
  if (!/[*?[\\]/.test(text)) return {kind: 'literal', text};
  let pattern = '';
  let literal = '';
  let prefix: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const wild = character === '*' || character === '?' || (character === '[' && text.indexOf(']', at + 2) !== -1);
    if (!wild) {
      const plain = character === '\\' && at + 1 < text.length ? text.charAt(++at) : character;
      pattern += escapeRegExp(plain);
      literal += plain;
      continue;
    }
    if (at === 0) pattern += '(?!\\.)';
    prefix ??= literal;
    literal = '';
    if (character === '*') pattern += '.*';
    else if (character === '?') pattern += '.';
    else {
      const end = text.indexOf(']', at + 2);
      pattern += characterClass(text.slice(at + 1, end));
      at = end;
    }
  }
  if (prefix === undefined) return {kind: 'literal', text: literal};
  return {
    kind: 'pattern',
    regExp: new RegExp(`^${pattern.replaceAll(/(\.\*)+/g, '.*')}$`, 's'),
    prefix,
    suffix: literal,
  };
}

function characterClass(inside: string): string {
  const negated = inside.startsWith('!') || inside.startsWith('^');
  const members = (negated ? inside.slice(1) : inside).replace(/[\\[\]^]/g, '\\$&');
  const text = `[${negated ? '^' : ''}${members}]`;
  try {
    return new RegExp(text).source;
  } catch {
    // A range that runs backwards, as in `[z-a]`, matches nothing.
    return '(?!)';
  }
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function baseOf(parts: readonly Part[]): string {
  const names: string[] = [];
  for (const part of parts.slice(0, -1)) {
    if (part.kind !== 'literal') break;
    names.push(part.text);
  }
  return names.length === 0 ? '.' : names.join('/');
}

/** Positions in `parts` that can be stood at after all `names` are read; `parts.length` means a whole match. */
function reached(parts: readonly Part[], names: readonly string[]): Set<number> {
  let positions = new Set<number>([0]);
  for (const name of names) {
    const next = new Set<number>();
    for (const position of skipAnyDepth(parts, positions)) {
      const part = parts[position];
      if (part === undefined || !partMatches(part, name)) continue;
      if (part.kind === 'any-depth') {
        next.add(position);
        if (position === parts.length - 1) next.add(parts.length);
      } else next.add(position + 1);
    }
    positions = next;
    if (positions.size === 0) break;
  }
  return positions;
}

/** `**` may stand for no folder at all, but at the end it needs a name. */
function skipAnyDepth(parts: readonly Part[], positions: ReadonlySet<number>): Set<number> {
  const all = new Set(positions);
  for (const position of all)
    if (parts[position]?.kind === 'any-depth' && position + 1 < parts.length) all.add(position + 1);
  return all;
}

function partMatches(part: Part, name: string): boolean {
  if (part.kind === 'literal') return part.text === name;
  return part.kind === 'any-depth' ? !name.startsWith('.') : part.regExp.test(name);
}

function partsOverlap(a: readonly Part[], b: readonly Part[]): boolean {
  const seen = new Set<number>();
  const pending: [number, number][] = [[0, 0]];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    const [i, j] = state;
    const id = i * (b.length + 1) + j;
    if (seen.has(id)) continue;
    seen.add(id);
    if (i === a.length && j === b.length) return true;
    const left = a[i];
    const right = b[j];
    if (left?.kind === 'any-depth') pending.push([i + 1, j]);
    if (right?.kind === 'any-depth') pending.push([i, j + 1]);
    if (left === undefined || right === undefined) continue;
    if (left.kind === 'any-depth') pending.push([i, j + 1]);
    else if (right.kind === 'any-depth') pending.push([i + 1, j]);
    else if (partOverlaps(left, right)) pending.push([i + 1, j + 1]);
  }
  return false;
}

function partOverlaps(a: Part, b: Part): boolean {
  if (a.kind === 'any-depth' || b.kind === 'any-depth') return true;
  if (a.kind === 'literal') return partMatches(b, a.text);
  if (b.kind === 'literal') return partMatches(a, b.text);
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  return prefixes && (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix));
}
