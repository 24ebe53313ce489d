/** The key over random stages: every leaf of the document counts, the order of keys does not. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Json, JsonObject} from '../../src/base/json.ts';
import {diffDocuments} from '../../src/engine/key-diff.ts';
import {keyDocument, keyOf, type KeyParts} from '../../src/engine/key.ts';
import {openHost} from '../../src/host/open-host.ts';
import type {KeyDocument} from '../../src/model/key-document.ts';
import {projectPath, stageName, type ProjectPath} from '../../src/model/ids.ts';
import type {Action, OutSpec, StageSpec} from '../../src/model/stage.ts';

const host = openHost('/');
const pathOf = (text: string): ProjectPath => projectPath(text) as ProjectPath;
const word = fc.oneof(fc.constantFrom('size', 'nfiles', 'hash', 'path', '__proto__', 'constructor', ''), fc.string());
const json = fc.jsonValue({maxDepth: 2}).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const settings = fc.dictionary(word, json, {maxKeys: 4}) as fc.Arbitrary<JsonObject>;
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);

const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({kind: fc.constant('script' as const), text: fc.string(), shell: fc.array(fc.string(), {minLength: 1})}),
  fc.record({kind: fc.constant('argv' as const), argv: fc.array(fc.string(), {minLength: 1})}),
  fc.record({
    kind: fc.constant('builtin' as const),
    uses: fc.constantFrom('copy', 'write'),
    version: fc.nat(),
    settings,
  }),
);

const out: fc.Arbitrary<OutSpec> = fc.record({
  name: fc.string(),
  path: fc.stringMatching(/^[a-z]{1,6}$/).map(pathOf),
  role: fc.constantFrom('out', 'metrics', 'plots'),
  type: fc.constantFrom('any', 'file', 'dir'),
  cache: fc.boolean(),
  persist: fc.boolean(),
  optional: fc.boolean(),
  push: fc.boolean(),
});

const stage: fc.Arbitrary<StageSpec> = fc.record({
  kind: fc.constant('stage' as const),
  name: fc.constant(stageName('s')),
  group: fc.constant('s'),
  action,
  cwd: fc.constantFrom('.', 'a/b').map(pathOf),
  deps: fc.constant([]),
  outs: fc.uniqueArray(out, {selector: ({path}) => path, maxLength: 4}),
  params: settings,
  env: fc.dictionary(fc.stringMatching(/^[A-Z]{1,4}$/), fc.string(), {maxKeys: 3}),
  secrets: fc.array(fc.string()),
  after: fc.array(fc.string()),
  code: fc.constant([]),
  ignoreCode: fc.constant([]),
  version: json,
  seed: fc.nat(),
  retry: fc.constant({times: 0, on: [], backoff: {firstMs: 0, factor: 1, maxMs: 0}}),
  resources: fc.record({cpu: fc.nat(), tokens: fc.constant({})}),
  onError: fc.constantFrom('stop', 'kill', 'continue'),
  deterministic: fc.boolean(),
  cache: fc.boolean(),
  always: fc.boolean(),
  frozen: fc.boolean(),
  platform: fc.boolean(),
  sandbox: fc.constantFrom('off', 'strict'),
  executor: fc.string(),
  tags: fc.array(fc.string()),
});

const parts: fc.Arbitrary<KeyParts> = fc.record({
  salt: fc.string(),
  code: fc.dictionary(word, hash, {maxKeys: 3}) as fc.Arbitrary<JsonObject>,
  runtime: settings,
  deps: fc.uniqueArray(
    fc.tuple(fc.stringMatching(/^[a-z/]{1,9}$/), fc.constantFrom('file', 'dir'), fc.boolean(), hash),
    {
      maxLength: 4,
      selector: ([path]) => path,
    },
  ),
});

const document = fc
  .tuple(stage, parts)
  .map(([spec, rest]) => JSON.parse(JSON.stringify(keyDocument(spec, rest, host))) as KeyDocument);

type Path = readonly (string | number)[];

function leavesOf(value: Json, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? (value as readonly Json[]).map((member, index) => [index, member] as const)
    : Object.entries(value);
  return members.flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

/** The value with the leaf at a path replaced; own keys only, so that `__proto__` is a key like any other. */
function replaced(value: Json, [head, ...rest]: Path, change: (leaf: Json) => Json): Json {
  if (head === undefined) return change(value);
  if (Array.isArray(value))
    return (value as readonly Json[]).map((member, index) =>
      index === head ? replaced(member, rest, change) : member,
    );
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(
    entries.map(([key, member]) => [key, key === head ? replaced(member, rest, change) : member]),
  );
}

/** Something else of the same or another type. */
const others: readonly ((leaf: Json) => Json)[] = [
  (leaf) =>
    typeof leaf === 'number' ? (leaf === 0 ? 1 : -leaf) : typeof leaf === 'boolean' ? !leaf : `${String(leaf)} `,
  (leaf) => (leaf === null ? false : null),
  (leaf) => (typeof leaf === 'number' ? String(leaf) : typeof leaf === 'boolean' ? Number(leaf) : [leaf]),
];

function shuffled(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(shuffled);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}

describe('the key over random stages', () => {
  it('changes with any change of any leaf of its document', () => {
    fc.assert(
      fc.property(document, fc.nat(), fc.nat(others.length - 1), (doc, pick, how) => {
        const leaves = leavesOf(doc as unknown as Json);
        const path = leaves[pick % leaves.length] ?? [];
        const changed = replaced(doc as unknown as Json, path, others[how] as (leaf: Json) => Json);
        expect(keyOf(changed as unknown as KeyDocument, host)).not.toBe(keyOf(doc, host));
      }),
      {numRuns: 500},
    );
  });

  it('changes when a key is added to or removed from the params, whatever its name', () => {
    fc.assert(
      fc.property(document, word, json, (doc, name, value) => {
        fc.pre(!Object.hasOwn(doc.params, name));
        const params = Object.fromEntries([...Object.entries(doc.params), [name, value]]);
        expect(keyOf({...doc, params}, host)).not.toBe(keyOf(doc, host));
      }),
    );
  });

  it('does not change when keys of objects stand in another order', () => {
    fc.assert(
      fc.property(document, (doc) => {
        const other = shuffled(doc as unknown as Json) as unknown as KeyDocument;
        expect(keyOf(other, host)).toBe(keyOf(doc, host));
        expect(diffDocuments(doc, other)).toEqual([]);
      }),
    );
  });

  it('is explained: two documents with different keys have a difference to show', () => {
    fc.assert(
      fc.property(document, fc.nat(), (doc, pick) => {
        const leaves = leavesOf(doc as unknown as Json);
        const changed = replaced(
          doc as unknown as Json,
          leaves[pick % leaves.length] ?? [],
          others[0] as (leaf: Json) => Json,
        );
        expect(diffDocuments(doc, changed as unknown as KeyDocument).length).toBeGreaterThan(0);
      }),
    );
  });

  it('1 and 1.0 are one number, NaN is refused', () => {
    const spec = fc.sample(stage, 1)[0] as StageSpec;
    const rest = fc.sample(parts, 1)[0] as KeyParts;
    const key = (trees: number) => keyOf(keyDocument({...spec, params: {trees}}, rest, host), host);
    expect(key(JSON.parse('1.0') as number)).toBe(key(1));
    expect(() => key(Number.NaN)).toThrow('NaN');
  });
});
