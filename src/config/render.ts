/** Values as words of a command or as text. Pure: used while loading and again when a dynamic stage is expanded. */
import {isJsonObject, type Json} from '../base/json.ts';

/** A value, with its text as written where it is a number of a file. */
export interface Rendered {
  readonly value: Json;
  readonly text?: string;
  readonly items?: readonly Rendered[];
  readonly members?: ReadonlyMap<string, {readonly node: Rendered}>;
}

/** The text of a scalar; null is the empty text. @returns undefined for a list or a map. */
export function scalarText(rendered: Rendered): string | undefined {
  const {value} = rendered;
  if (typeof value === 'object' && value !== null) return undefined;
  return value === null ? '' : (rendered.text ?? String(value));
}

/**
 * A scalar is one word (null is none), a list its elements, a map `--key value` pairs: `true` gives the bare flag,
 * false and null nothing, a list the key once and then its elements, a map within it `--outer.inner value`.
 * @returns undefined when a list holds a list or a map.
 */
export function wordsOf(rendered: Rendered): readonly string[] | undefined {
  const {value} = rendered;
  if (value === null) return [];
  if (Array.isArray(value)) return listWords(rendered);
  if (isJsonObject(value)) return mapWords(rendered, '');
  return [scalarText(rendered) ?? ''];
}

function listWords(rendered: Rendered): readonly string[] | undefined {
  const words: string[] = [];
  for (const item of itemsOf(rendered)) {
    const text = scalarText(item);
    if (text === undefined) return undefined;
    if (item.value !== null) words.push(text);
  }
  return words;
}

function mapWords(rendered: Rendered, prefix: string): readonly string[] | undefined {
  const words: string[] = [];
  for (const [key, member] of membersOf(rendered)) {
    if (member.value === null || member.value === false) continue;
    const flag = `--${prefix}${key}`;
    if (isJsonObject(member.value)) {
      const inner = mapWords(member, `${prefix}${key}.`);
      if (inner === undefined) return undefined;
      words.push(...inner);
    } else if (member.value === true) words.push(flag);
    else {
      const values = wordsOf(member);
      if (values === undefined) return undefined;
      if (values.length > 0) words.push(flag, ...values);
    }
  }
  return words;
}

const itemsOf = (rendered: Rendered): readonly Rendered[] =>
  rendered.items ??
  (Array.isArray(rendered.value) ? (rendered.value as readonly Json[]).map((value) => ({value})) : []);

const membersOf = (rendered: Rendered): readonly (readonly [string, Rendered])[] =>
  rendered.members === undefined
    ? Object.entries(isJsonObject(rendered.value) ? rendered.value : {}).map(([key, value]) => [key, {value}] as const)
    : [...rendered.members].map(([key, member]) => [key, member.node] as const);

/** The member of a JSON value, own keys only. */
export function jsonStep(value: Json, step: string | number): Json | undefined {
  if (Array.isArray(value))
    return (value as readonly Json[])[typeof step === 'number' ? step : /^\d+$/.test(step) ? Number(step) : -1];
  if (!isJsonObject(value) || !Object.hasOwn(value, String(step))) return undefined;
  return value[String(step)];
}

/** `a list`, `a map`, `the number 3`, ... for messages. */
export function describe(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
  if (typeof value === 'string')
    return value === ''
      ? 'an empty text'
      : `the text \`${value.length > 60 ? `${value.slice(0, 57)}...` : value}\``.replaceAll('\n', '\\n');
  return typeof value === 'number' ? `the number ${value}` : `\`${String(value)}\``;
}
