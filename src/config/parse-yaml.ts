/**
 * YAML 1.2 text to located values, or all its mistakes. Duplicate keys and aliases are looked at here and not by the
 * library, which is quadratic in both.
 */
import type {Json} from '../base/json.ts';
import {tooDeep} from '../base/yaml-depth.ts';
import type * as Yaml from 'yaml';
import {BROKEN, type Located, type Member, type Spot, locatedList, locatedMap, SourceFile} from './source.ts';
import type {ProblemList} from './problems.ts';
import * as say from './problems-shape.ts';

/** How deeply lists and maps may lie in each other: the library recurses. */
const DEEPEST = 100;
/** How many values aliases may stand for, all together. */
const MOST_ALIASED = 100_000;

/** @returns undefined when the file has no value (empty, or broken: then a problem was added). */
export async function parseYaml(file: string, text: string, problems: ProblemList): Promise<Located | undefined> {
  const source = new SourceFile(file, text.startsWith('\uFEFF') ? text.slice(1) : text);
  const nul = source.text.search(/[\0\uFFFD]/);
  if (nul !== -1) {
    problems.add(say.notText(), {source, start: nul, end: nul + 1});
    return undefined;
  }
  const yaml = await import('yaml');
  const deep = tooDeep(source.text, DEEPEST, (all) => new yaml.Lexer().lex(all));
  if (deep !== undefined) {
    problems.add(say.tooDeep(DEEPEST), {source, start: deep, end: deep + 1});
    return undefined;
  }
  const document = yaml.parseDocument(source.text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    stringKeys: false,
  });
  if (document.errors.length > 0) {
    addSyntaxErrors(document.errors, source, problems);
    return undefined;
  }
  for (const warning of document.warnings) {
    const [start, end] = warning.pos;
    problems.add(say.yamlTag(source.text.slice(start, end)), {source, start, end});
  }
  if (document.contents === null) return undefined;
  return new Converter(source, yaml, problems).convert(document.contents, 0).node;
}

/** One for each line: what follows the first on a line is mostly an echo of it. */
function addSyntaxErrors(errors: readonly Yaml.YAMLParseError[], source: SourceFile, problems: ProblemList): void {
  let lastLine = 0;
  for (const error of errors) {
    const spot = {source, start: error.pos[0], end: error.pos[1]};
    const line = source.place(spot.start, spot.end).line;
    if (line !== lastLine) problems.add(say.yamlSyntax(error.code, error.message), spot);
    lastLine = line;
  }
}

interface Converted {
  readonly node: Located;
  /** How many values it stands for, aliases followed. */
  readonly size: number;
}

class Converter {
  readonly #source: SourceFile;
  readonly #yaml: typeof Yaml;
  readonly #problems: ProblemList;
  readonly #anchors = new Map<string, Converted | 'open'>();
  #aliased = 0;

  constructor(source: SourceFile, yaml: typeof Yaml, problems: ProblemList) {
    this.#source = source;
    this.#yaml = yaml;
    this.#problems = problems;
  }

  convert(node: unknown, depth: number, fallback: Spot = this.#source.top): Converted {
    const yaml = this.#yaml;
    if (yaml.isAlias(node)) return this.#alias(node);
    if (!yaml.isNode(node))
      return {node: {value: null, source: this.#source, start: fallback.start, end: fallback.end}, size: 1};
    const spot = this.#spotOf(node.range, fallback);
    const anchor = yaml.isScalar(node) || yaml.isCollection(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const converted = depth > DEEPEST ? this.#refuseDepth(spot) : this.#content(node, spot, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, converted);
    return converted;
  }

  #content(node: Yaml.Node, spot: Spot, depth: number): Converted {
    if (this.#yaml.isMap(node)) return this.#map(node, spot, depth);
    if (this.#yaml.isSeq(node)) return this.#list(node, spot, depth);
    const scalar = node as Yaml.Scalar;
    return {node: {...this.#scalar(scalar, spot), ...spot}, size: 1};
  }

  #scalar(scalar: Yaml.Scalar, spot: Spot): {value: Json; text?: string} {
    const {value, source: text} = scalar;
    if (typeof value === 'number') {
      const written = text ?? String(value);
      if (!Number.isFinite(value)) this.#problems.add(say.notFinite(written), spot);
      else if (
        Number.isInteger(value) &&
        !Number.isSafeInteger(value) &&
        /^[-+]?(\d+|0[xo][0-9a-f]+)$/i.test(written)
      ) {
        this.#problems.add(say.unsafeInteger(written), spot);
      }
      return {value: Number.isFinite(value) ? value : 0, text: written};
    }
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return {value};
    return {value: String(value)};
  }

  #list(node: Yaml.YAMLSeq, spot: Spot, depth: number): Converted {
    const items = node.items.map((item) => this.convert(this.#yaml.isPair(item) ? null : item, depth + 1, spot));
    return {
      node: locatedList(
        spot,
        items.map((item) => item.node),
      ),
      size: sum(items),
    };
  }

  #map(node: Yaml.YAMLMap, spot: Spot, depth: number): Converted {
    const members = new Map<string, Member>();
    let size = 1;
    for (const pair of node.items) {
      const key = this.#keyOf(pair.key, spot);
      if (key === undefined) continue;
      const value = this.convert(pair.value, depth + 1, key.spot);
      size += value.size;
      const first = members.get(key.text);
      if (first !== undefined) {
        const firstSpot = {source: this.#source, start: first.keyStart, end: first.keyEnd};
        this.#problems.add(say.duplicateKey(key.text), key.spot, [{message: 'first written here', spot: firstSpot}]);
        continue;
      }
      if (key.text === '<<') this.#problems.add(say.mergeKey(), key.spot);
      else members.set(key.text, {keyStart: key.spot.start, keyEnd: key.spot.end, node: value.node});
    }
    return {node: locatedMap(spot, members), size};
  }

  #keyOf(key: unknown, map: Spot): {text: string; spot: Spot} | undefined {
    const yaml = this.#yaml;
    if (yaml.isScalar(key)) {
      const spot = this.#spotOf(key.range, map);
      if (key.value !== null)
        return {text: typeof key.value === 'string' ? key.value : (key.source ?? String(key.value)), spot};
      this.#problems.add(say.badKey(), spot);
    } else this.#problems.add(say.badKey(), yaml.isNode(key) ? this.#spotOf(key.range, map) : map);
    return undefined;
  }

  #alias(node: Yaml.Alias): Converted {
    const spot = this.#spotOf(node.range, this.#source.top);
    const nothing: Converted = {node: {value: null, ...spot, deferred: BROKEN}, size: 1};
    const target = this.#anchors.get(node.source);
    if (target === undefined || target === 'open') {
      this.#problems.add(target === undefined ? say.unknownAlias(node.source) : say.aliasOfItself(node.source), spot);
      return nothing;
    }
    const within = this.#aliased <= MOST_ALIASED;
    this.#aliased += target.size;
    if (this.#aliased > MOST_ALIASED) {
      if (within) this.#problems.add(say.aliasBomb(MOST_ALIASED), spot);
      return nothing;
    }
    return target;
  }

  #refuseDepth(spot: Spot): Converted {
    this.#problems.add(say.tooDeep(DEEPEST), spot);
    return {node: {value: null, ...spot, deferred: BROKEN}, size: 1};
  }

  #spotOf(range: readonly number[] | null | undefined, fallback: Spot): Spot {
    const [start, end] = range ?? [fallback.start, fallback.end];
    return {source: this.#source, start: start ?? 0, end: end ?? 0};
  }
}

const sum = (items: readonly Converted[]): number => items.reduce((total, item) => total + item.size, 1);
