/**
 * The lines of mlp.lock: nested maps of `key: value`, two spaces a level, one fact a line. A small part of YAML that any
 * YAML parser reads; read here by hand, because a whole parser needs seconds for the lock of 10,000 stages.
 */
import {err, ok} from '../base/result.ts';
import type {Result} from '../base/result.ts';

/** Values are texts, not yet understood. */
export type Facts = ReadonlyMap<string, string | Facts>;

/** YAML reads a key without `?` only up to 1,024 characters. */
const LONGEST_SIMPLE_KEY = 1_000;
const PLAIN = /^[A-Za-z_][\w@./-]*$/;
/** Words that some YAML takes for something else than text. */
const SPECIAL_WORD = /^(?:true|false|null|yes|no|on|off|y|n|nan|infinity)$/i;
const NOT_PRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** JSON whose every character is printable, which makes it YAML as well. */
export function printableJson(json: string): string {
  return json.replace(NOT_PRINTABLE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** @param value undefined when lines below belong to the key. */
export function factLine(depth: number, key: string, value?: string): string {
  const indent = '  '.repeat(depth);
  const written = PLAIN.test(key) && !SPECIAL_WORD.test(key) ? key : printableJson(JSON.stringify(key));
  const rest = value === undefined ? ':' : `: ${value}`;
  return written.length > LONGEST_SIMPLE_KEY ? `${indent}? ${written}\n${indent}${rest}` : `${indent}${written}${rest}`;
}

/** The inverse: blank lines and comments are skipped. The error is a sentence that begins with the number of the line. */
export function parseFacts(text: string): Result<Facts, string> {
  const root = new Map<string, string | Facts>();
  const open: Map<string, string | Facts>[] = [root];
  let longKey: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const depth = (line.length - line.trimStart().length) / 2;
    const parent = open[depth];
    if (content.startsWith('? ')) {
      longKey = readKey(content.slice(2))?.key;
      if (longKey !== undefined) continue;
    }
    const found = longKey === undefined ? readKey(content) : {key: longKey, rest: content};
    longKey = undefined;
    const value = found === undefined ? undefined : readValue(found.rest);
    if (parent === undefined || found === undefined || value === undefined) {
      return err(`line ${String(index + 1)} is not of the form \`key: value\`: \`${content.slice(0, 80)}\``);
    }
    if (parent.has(found.key)) return err(`line ${String(index + 1)} says a second time what \`${found.key}\` is`);
    open.length = depth + 1;
    if (value === '') {
      const below = new Map<string, string | Facts>();
      parent.set(found.key, below);
      open.push(below);
    } else parent.set(found.key, value);
  }
  return ok(root);
}

/** The text itself, or both sides of Git's conflict markers; the ancestor that some styles add is left out. */
export function sidesOf(text: string): readonly string[] {
  if (!/^<{7}/m.test(text)) return [text];
  const ours: string[] = [];
  const theirs: string[] = [];
  let part: 'both' | 'ours' | 'ancestor' | 'theirs' = 'both';
  for (const line of text.split('\n')) {
    if (line.startsWith('<<<<<<<')) part = 'ours';
    else if (line.startsWith('|||||||')) part = 'ancestor';
    else if (line.startsWith('=======')) part = 'theirs';
    else if (line.startsWith('>>>>>>>')) part = 'both';
    else {
      if (part === 'both' || part === 'ours') ours.push(line);
      if (part === 'both' || part === 'theirs') theirs.push(line);
    }
  }
  return [ours.join('\n'), theirs.join('\n')];
}

function readKey(content: string): {readonly key: string; readonly rest: string} | undefined {
  if (!content.startsWith('"')) {
    const colon = content.indexOf(':');
    const end = colon < 0 ? content.length : colon;
    return end === 0 ? undefined : {key: content.slice(0, end), rest: content.slice(end)};
  }
  const quoted = /^"(?:[^"\\]|\\.)*"/.exec(content)?.[0];
  const key = quoted === undefined ? undefined : parseJson(quoted);
  return typeof key === 'string' && quoted !== undefined ? {key, rest: content.slice(quoted.length)} : undefined;
}

/** @returns '' when lines below belong to it. */
function readValue(rest: string): string | undefined {
  return rest === ':' ? '' : rest.startsWith(': ') ? rest.slice(2).trimStart() : undefined;
}

/** @returns undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
