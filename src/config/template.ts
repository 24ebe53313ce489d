/** Reads `${...}` in a text: pure, knows no values. */
import type {Json} from '../base/json.ts';

/** One well-formed template. */
export interface Reference {
  /** As written, from `${` to `}`. */
  readonly text: string;
  /** `${raw:...}`: not quoted in a command. */
  readonly raw: boolean;
  /** `params`, `matrix`, ... */
  readonly root: string;
  readonly path: readonly (string | number)[];
  /** What follows `:-`: used when the value is missing, null or the empty text. */
  readonly fallback?: {readonly value: Json; readonly text: string};
}

/** `${` that begins no template; `text` is what was written. */
export interface BadReference {
  readonly bad: true;
  readonly text: string;
}

/** A piece of a text. */
export type TemplatePart = string | Reference | BadReference;

const REFERENCE =
  /\$\{\s*(raw:)?\s*([A-Za-z_][\w-]*)((?:\.[^.[\]{}:"'\s]+|\[\d{1,9}\]|\["(?:[^"\\]|\\.)*"\])*)\s*(?::-("(?:[^"\\]|\\.)*"|[^}]*))?\}/y;
const STEP = /\.([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g;

/** A quick look that saves the parsing of most texts. */
export const hasTemplate = (text: string): boolean => text.includes('${');

/** `\${` gives a plain `${`. */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = '';
  let from = 0;
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', from)) {
    if (text[at - 1] === '\\' && at > from) {
      literal += `${text.slice(from, at - 1)}\${`;
      from = at + 2;
      continue;
    }
    literal += text.slice(from, at);
    REFERENCE.lastIndex = at;
    const match = REFERENCE.exec(text);
    const close = text.indexOf('}', at);
    const part =
      match === null
        ? {bad: true as const, text: text.slice(at, close === -1 ? at + 20 : close + 1)}
        : referenceOf(match);
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(part);
    from = at + part.text.length;
  }
  literal += text.slice(from);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts;
}

function referenceOf(match: RegExpExecArray): Reference {
  const [text, raw, root = '', steps = '', fallback] = match;
  const path: (string | number)[] = [];
  for (const [, name, index, quoted] of steps.matchAll(STEP)) {
    if (name !== undefined) path.push(name);
    else if (index !== undefined) path.push(Number(index));
    else path.push(textIn(quoted ?? '""'));
  }
  const base = {text, raw: raw !== undefined, root, path};
  return fallback === undefined ? base : {...base, fallback: fallbackOf(fallback)};
}

function fallbackOf(written: string): {value: Json; text: string} {
  if (written.startsWith('"')) return {value: textIn(written), text: textIn(written)};
  if (written === 'true' || written === 'false') return {value: written === 'true', text: written};
  if (written === 'null') return {value: null, text: ''};
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(written) && Number.isFinite(Number(written)))
    return {value: Number(written), text: written};
  return {value: written, text: written};
}

/** A JSON string; as written without its quotes where it is not one. */
function textIn(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}
