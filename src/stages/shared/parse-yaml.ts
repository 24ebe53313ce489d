/** YAML 1.2 files that settings name (schemas and the like), as plain values that know their lines. */
import type * as Yaml from 'yaml';
import {tooDeep} from '../../base/yaml-depth.ts';

export interface ParsedYaml {
  /** Maps, lists, texts, numbers, booleans, null. Keys are always texts, as they are written. */
  readonly value: unknown;
  /** The line of a member or item, counted from 1; of what is not there, the line of what it would be in. */
  lineOf(path: readonly (string | number)[]): number;
}

/** How deeply lists and maps may lie in each other. */
const DEEPEST = 100;
/** How many values aliases may stand for, all together. */
const MOST_VALUES = 5_000_000;

/**
 * @param name of the file, for messages.
 * @throws Error that says where the first mistake is: `schema.yaml:3: ...`
 */
export async function parseYaml(name: string, text: string): Promise<ParsedYaml> {
  const yaml = await import('yaml');
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = new yaml.LineCounter();
  const fail = (offset: number, what: string): never => {
    throw new Error(`\`${name}:${String(lines.linePos(offset).line)}\`: ${what}`);
  };
  const deep = tooDeep(source, DEEPEST, (all) => new yaml.Lexer().lex(all));
  if (deep !== undefined) throw new Error(`\`${name}\` has more than ${String(DEEPEST)} lists and maps in each other`);
  // The library looks for duplicate keys in quadratic time; the walk below does it at once.
  const document = yaml.parseDocument(source, {
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const [error] = document.errors;
  if (error !== undefined) fail(error.pos[0], error.message);
  const root = new Walk(yaml, lines, fail).node(document.contents);
  return {value: root.value, lineOf: (path) => lineOf(root, path)};
}

interface Located {
  readonly value: unknown;
  readonly line: number;
  readonly members: ReadonlyMap<string | number, Located>;
  /** Values in it, with itself. */
  readonly size: number;
}

function lineOf(root: Located, path: readonly (string | number)[]): number {
  let at = root;
  for (const part of path) {
    const inside = at.members.get(part);
    if (inside === undefined) break;
    at = inside;
  }
  return at.line;
}

class Walk {
  readonly #yaml: typeof Yaml;
  readonly #lines: Yaml.LineCounter;
  readonly #fail: (offset: number, what: string) => never;
  readonly #open = new Set<Yaml.Node>();
  /** The last node of each name, which is what an alias behind it means. */
  readonly #anchors = new Map<string, Yaml.Node>();
  readonly #done = new Map<Yaml.Node, Located>();

  constructor(yaml: typeof Yaml, lines: Yaml.LineCounter, fail: (offset: number, what: string) => never) {
    this.#yaml = yaml;
    this.#lines = lines;
    this.#fail = fail;
  }

  /** @param at the offset of the key where it has one, whose line a person looks for. */
  node(node: unknown, at?: number): Located {
    const yaml = this.#yaml;
    const offset = at ?? (yaml.isNode(node) ? (node.range?.[0] ?? 0) : 0);
    const line = this.#lines.linePos(offset).line;
    if (yaml.isAlias(node)) return {...this.#aliased(node.source, offset), line};
    if (yaml.isNode(node) && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (!yaml.isMap(node) && !yaml.isSeq(node)) {
      const located = {value: yaml.isScalar(node) ? node.value : null, line, members: new Map(), size: 1};
      if (yaml.isNode(node)) this.#done.set(node, located);
      return located;
    }
    this.#open.add(node);
    const members = yaml.isMap(node)
      ? this.#members(node)
      : new Map(node.items.map((item, index) => [index, this.node(item)] as const));
    this.#open.delete(node);
    const size = [...members.values()].reduce((sum, member) => sum + member.size, 1);
    if (size > MOST_VALUES) this.#fail(offset, 'the aliases stand for too many values');
    const value = yaml.isMap(node)
      ? Object.fromEntries([...members].map(([key, {value: one}]) => [key, one]))
      : [...members.values()].map(({value: one}) => one);
    const located = {value, line, members, size};
    this.#done.set(node, located);
    return located;
  }

  #aliased(name: string, offset: number): Located {
    const target = this.#anchors.get(name);
    if (target === undefined) return this.#fail(offset, `there is no anchor \`&${name}\` before this`);
    if (this.#open.has(target)) this.#fail(offset, 'an alias stands inside of what it stands for');
    return this.#done.get(target) ?? this.node(target);
  }

  #members(map: Yaml.YAMLMap): ReadonlyMap<string | number, Located> {
    const members = new Map<string, Located>();
    for (const {key, value} of map.items) {
      const offset = this.#yaml.isNode(key) ? (key.range?.[0] ?? 0) : 0;
      const name = this.#yaml.isScalar(key) ? String(key.value ?? '') : '';
      if (members.has(name)) this.#fail(offset, `the key \`${name}\` is there twice`);
      members.set(name, this.node(value, offset));
    }
    return members;
  }
}
