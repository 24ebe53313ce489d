/** Replaces templates in located values. What waits for an item is left as `deferred` with a stand-in. */
import {canonicalJson, type Json} from '../base/json.ts';
import {isBare, ShellReader, type ShellContext} from '../base/shell-quote.ts';
import {type Deferred, type DeferredPart, type DeferredReference, scriptText, STAND_IN} from './deferred.ts';
import {describe, scalarText, wordsOf} from './render.ts';
import {BROKEN, type Located, locatedList, locatedMap, madeAt, type Member, type Spot} from './source.ts';
import type {ProblemList} from './problems.ts';
import {badTemplate, inBackTicks, notAScalar} from './problems-template.ts';
import type {Scope} from './scope.ts';
import {hasTemplate, parseTemplate, type Reference, type TemplatePart} from './template.ts';

type Evaluated =
  | {readonly kind: 'text'; readonly text: string}
  | {readonly kind: 'value'; readonly node: Located; readonly reference: Reference}
  | {readonly kind: 'later'; readonly reference: Reference}
  | {readonly kind: 'broken'};

/** Resolves the values of one scope and remembers whether a template was wrong. */
export class Resolver {
  readonly #scope: Scope;
  readonly #problems: ProblemList;
  #broken = false;

  constructor(scope: Scope, problems: ProblemList) {
    this.#scope = scope;
    this.#problems = problems;
  }

  /** True once a template was wrong. */
  get broken(): boolean {
    return this.#broken;
  }

  /** @param splice a list that a whole template gives takes the place of its element in the list `node`. */
  value(node: Located, splice = false): Located {
    if (typeof node.value === 'string') return hasTemplate(node.value) ? this.#text(node, node.value, splice) : node;
    if (node.items !== undefined) {
      const items = node.items.map((item) => this.value(item, splice));
      if (items.every((item, index) => item === node.items?.[index])) return node;
      return locatedList(
        node,
        splice
          ? items.flatMap((item, index) =>
              item !== node.items?.[index] && item.items !== undefined && node.items?.[index]?.items === undefined
                ? item.items
                : [item],
            )
          : items,
      );
    }
    if (node.members === undefined) return node;
    let changed = false;
    const members = new Map<string, Member>();
    for (const [key, member] of node.members) {
      const resolved = this.value(member.node, splice);
      changed ||= resolved !== member.node;
      members.set(key, resolved === member.node ? member : {...member, node: resolved});
    }
    return changed ? locatedMap(node, members) : node;
  }

  /** `cmd`: a text is a script whose values are quoted, a list is an argv of texts. */
  command(node: Located): Located {
    if (typeof node.value === 'string') return hasTemplate(node.value) ? this.#script(node, node.value) : node;
    if (node.items === undefined) return node;
    return locatedList(
      node,
      node.items.flatMap((item) => this.#words(item)),
    );
  }

  /** Scalars as texts (null stays): what the environment takes. */
  texts(node: Located): Located {
    const resolved = this.value(node);
    if (resolved.items !== undefined) return resolved;
    if (resolved.members === undefined) return resolved;
    const members = new Map<string, Member>();
    for (const [key, member] of resolved.members) {
      const text = member.node.value === null ? undefined : scalarText(member.node);
      members.set(
        key,
        text === undefined || member.node.deferred !== undefined
          ? member
          : {...member, node: madeAt(member.node, text)},
      );
    }
    return locatedMap(resolved, members);
  }

  #text(node: Located, text: string, splice: boolean): Located {
    const parts = parseTemplate(text).map((part) => this.#evaluate(part, node));
    const [only] = parts;
    if (parts.some((part) => part.kind === 'broken')) return {...madeAt(node, text), deferred: BROKEN};
    if (parts.length === 1 && only?.kind === 'value')
      return {...only.node, source: node.source, start: node.start, end: node.end};
    const texts = parts.map((part) =>
      part.kind === 'value' ? this.#scalar(part.node, part.reference, node) : part.kind === 'text' ? part.text : '',
    );
    if (texts.includes(undefined)) return {...madeAt(node, text), deferred: BROKEN};
    if (!parts.some((part) => part.kind === 'later')) return madeAt(node, texts.join(''));
    const deferredParts = parts.map((part, index): DeferredPart =>
      part.kind === 'later' ? deferredReference(part.reference) : (texts[index] ?? ''),
    );
    const standIn = parts.map((part, index) => (part.kind === 'later' ? STAND_IN : (texts[index] ?? ''))).join('');
    const mode = parts.length === 1 ? 'value' : 'text';
    return later(node, standIn, {mode, parts: deferredParts, splice});
  }

  #script(node: Located, text: string): Located {
    const reader = new ShellReader();
    const pieces: DeferredPart[] = [];
    let broken = false;
    for (const part of parseTemplate(text)) {
      const evaluated = this.#evaluate(part, node);
      if (evaluated.kind === 'text') {
        reader.read(evaluated.text);
        pieces.push(evaluated.text);
        continue;
      }
      const context = reader.context;
      reader.skipValue();
      if (evaluated.kind === 'broken') broken = true;
      else if (reader.isInBackTicks && !staysAsItIs(evaluated)) {
        broken = true;
        const written = evaluated.reference.text;
        this.#fail(inBackTicks(written), spotOf(written, node));
      } else if (evaluated.kind === 'later') pieces.push(deferredReference(evaluated.reference, context));
      else {
        const piece = scriptText(wordsOf(evaluated.node), evaluated.reference.raw, context);
        if (piece === undefined) this.#notScalar(evaluated.node, evaluated.reference, node);
        pieces.push(piece ?? '');
      }
    }
    if (broken) return {...madeAt(node, text), deferred: BROKEN};
    if (pieces.every((piece) => typeof piece === 'string')) return madeAt(node, pieces.join(''));
    return later(node, text, {mode: 'script', parts: pieces, splice: false});
  }

  /** One element of an argv. */
  #words(item: Located): readonly Located[] {
    if (typeof item.value !== 'string') {
      const text = scalarText(item);
      return [text === undefined || item.value === null ? item : madeAt(item, text)];
    }
    if (!hasTemplate(item.value)) return [item];
    const resolved = this.#text(item, item.value, true);
    if (resolved.deferred !== undefined) {
      const deferred = resolved.deferred as unknown as Deferred | string;
      if (typeof deferred === 'string' || deferred.mode !== 'value') return [resolved];
      return [later(item, STAND_IN, {...deferred, mode: 'word'})];
    }
    const words = wordsOf(resolved);
    if (words === undefined) this.#fail(notAScalar(item.value, describe(resolved.value)), item);
    return (words ?? []).map((word) => madeAt(item, word));
  }

  #evaluate(part: TemplatePart, node: Located): Evaluated {
    if (typeof part === 'string') return {kind: 'text', text: part};
    const spot = spotOf(part.text, node);
    if ('bad' in part) return this.#fail(badTemplate(part.text), spot);
    const found = this.#scope.lookup(part, node);
    if (found.kind === 'later') return {kind: 'later', reference: part};
    if (found.kind === 'told') {
      this.#broken = true;
      return {kind: 'broken'};
    }
    if (found.kind === 'wrong') return this.#fail(found.problem, spot);
    const {fallback} = part;
    if (found.kind === 'value' && (fallback === undefined || (found.node.value !== null && found.node.value !== '')))
      return {kind: 'value', node: found.node, reference: part};
    if (fallback !== undefined)
      return {kind: 'value', node: madeAt(node, fallback.value, fallback.text), reference: part};
    return found.kind === 'missing' ? this.#fail(found.problem, spot) : {kind: 'broken'};
  }

  #scalar(value: Located, reference: Reference, node: Located): string | undefined {
    const text = scalarText(value);
    if (text === undefined) this.#notScalar(value, reference, node);
    return text;
  }

  #notScalar(value: Located, reference: Reference, node: Located): void {
    this.#fail(notAScalar(reference.text, describe(value.value)), spotOf(reference.text, node));
  }

  #fail(problem: Parameters<ProblemList['add']>[0], spot: Spot): {readonly kind: 'broken'} {
    this.#broken = true;
    this.#problems.add(problem, spot);
    return {kind: 'broken'};
  }
}

const later = (node: Located, standIn: string, deferred: Deferred): Located => ({
  ...madeAt(node, standIn),
  deferred: deferred as unknown as Json,
});

/** A value without any sign that a shell knows, or one that the user wants as it is. */
const staysAsItIs = (evaluated: Exclude<Evaluated, {kind: 'text' | 'broken'}>): boolean =>
  evaluated.reference.raw || (evaluated.kind === 'value' && wordsOf(evaluated.node)?.every(isBare) === true);

function deferredReference(reference: Reference, context?: ShellContext): DeferredReference {
  const {text, root, path, raw, fallback} = reference;
  return {
    text,
    root,
    path,
    raw,
    ...(context === undefined ? {} : {context}),
    ...(fallback === undefined ? {} : {fallback: fallback.value}),
  };
}

/** Where in a written text a template stands; the whole text where escapes or folding hide it. */
function spotOf(text: string, node: Located): Spot {
  const at = node.source.text.slice(node.start, node.end).indexOf(text);
  return at === -1 ? node : {source: node.source, start: node.start + at, end: node.start + at + text.length};
}

/** What waits for an item inside `root`, with where it stands, in order. */
export function deferredWithin(
  root: Located,
  at: readonly (string | number)[] = [],
): readonly (Deferred & {readonly at: readonly (string | number)[]})[] {
  if (root.deferred !== undefined)
    return root.deferred === BROKEN ? [] : [{...(root.deferred as unknown as Deferred), at}];
  if (root.items !== undefined) return root.items.flatMap((item, index) => deferredWithin(item, [...at, index]));
  return [...(root.members ?? [])].flatMap(([key, member]) => deferredWithin(member.node, [...at, key]));
}

/** True for two values that are the same data. */
export const sameJson = (a: Json, b: Json): boolean => canonicalJson(a) === canonicalJson(b);
