/** Templates that wait for an item of a dynamic foreach: how the loader leaves them, and how they are filled in. Pure. */
import type {Json} from '../base/json.ts';
import {quoteIn, type ShellContext} from '../base/shell-quote.ts';
import {scalarText, wordsOf} from './render.ts';

/** What stands in a value that waits, until it is filled in: it marks the spot in paths. */
export const STAND_IN = '\u0001';

/** A reference that waits, or text that is already known. */
export type DeferredPart = string | DeferredReference;

/** A template that waits: what it names, and how its value is to be written. */
export interface DeferredReference {
  readonly text: string;
  readonly root: string;
  readonly path: readonly (string | number)[];
  readonly raw: boolean;
  /** Quotes in which it stands in a script. */
  readonly context?: ShellContext;
  readonly fallback?: Json;
}

/** A value that holds at least one reference that waits. */
export interface Deferred {
  /** value: keeps its type. text: joined. script: shell text. word: element of an argv, may become several. */
  readonly mode: 'value' | 'text' | 'script' | 'word';
  readonly parts: readonly DeferredPart[];
  /** A list takes the place of its element in the list around it. */
  readonly splice: boolean;
}

/** A Deferred and where in the stage it stands. */
export interface DeferredAt extends Deferred {
  readonly at: readonly (string | number)[];
}

/** @returns what stands there instead; several when a list is spliced; undefined: a list or map where a text must be. */
export function fillIn(
  deferred: Deferred,
  valueOf: (reference: DeferredReference) => Json,
): readonly Json[] | undefined {
  const [only] = deferred.parts;
  if (
    deferred.parts.length === 1 &&
    only !== undefined &&
    typeof only !== 'string' &&
    deferred.mode !== 'script' &&
    deferred.mode !== 'text'
  ) {
    const value = valueOf(only);
    if (deferred.mode === 'word') return wordsOf({value});
    return deferred.splice && Array.isArray(value) ? (value as readonly Json[]) : [value];
  }
  let text = '';
  for (const part of deferred.parts) {
    if (typeof part === 'string') text += part;
    else {
      const value = {value: valueOf(part)};
      const piece =
        deferred.mode === 'script' ? scriptText(wordsOf(value), part.raw, part.context ?? 'plain') : scalarText(value);
      if (piece === undefined) return undefined;
      text += piece;
    }
  }
  return [text];
}

/** @returns undefined when there are several words inside quotes, or none at all to begin with. */
export function scriptText(
  words: readonly string[] | undefined,
  raw: boolean,
  context: ShellContext,
): string | undefined {
  if (words === undefined || (words.length > 1 && !raw && context !== 'plain')) return undefined;
  return words.map((word) => (raw ? word : quoteIn(context, word))).join(' ');
}

/** Sets the value at `at` of plain data; `root` is a copy that may be changed. */
export function placeAt(root: Json, at: readonly (string | number)[], values: readonly Json[], splice: boolean): void {
  let holder: Json | undefined = root;
  for (const step of at.slice(0, -1)) holder = (holder as Record<string | number, Json> | undefined)?.[step];
  const last = at.at(-1);
  if (last === undefined || typeof holder !== 'object' || holder === null) return;
  if (splice && Array.isArray(holder) && typeof last === 'number') holder.splice(last, 1, ...values);
  else (holder as unknown as Record<string | number, Json>)[last] = values[0] ?? null;
}
