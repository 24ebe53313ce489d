/** What `npm run build` made: the start reads little, and an installed mlp needs two packages only. */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';

interface Metafile {
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly bytes: number;
        readonly entryPoint?: string;
        readonly inputs: Readonly<Record<string, unknown>>;
        readonly imports: readonly {readonly path: string; readonly kind: string; readonly external?: boolean}[];
      }
    >
  >;
}

const root = join(import.meta.dirname, '../..');
let metafile: Metafile;

/** Files of dist/ that are read when one of them is loaded. */
function loadedWith(output: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(output)) return seen;
  seen.add(output);
  for (const {path, kind, external} of metafile.outputs[output]?.imports ?? []) {
    if (kind === 'import-statement' && external !== true) loadedWith(path, seen);
  }
  return seen;
}

const packagesIn = (outputs: Iterable<string>): string[] => {
  const inputs = [...outputs].flatMap((output) => Object.keys(metafile.outputs[output]?.inputs ?? {}));
  return [...new Set(inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []))].sort();
};

describe('the bundle', () => {
  beforeAll(() => {
    metafile = JSON.parse(readFileSync(join(root, 'dist/.metafile.json'), 'utf8')) as Metafile;
  });

  it('reads no package at start but the parser of the command line', () => {
    expect(packagesIn(loadedWith('dist/cli/main.cjs')).filter((name) => name !== 'commander')).toEqual([]);
  });

  it('reads no package for `mlp run` before something has to run or to be painted', () => {
    const run = Object.entries(metafile.outputs).flatMap(([output, {entryPoint}]) =>
      entryPoint === 'src/cli/commands/run.ts' || entryPoint === 'src/report/reporters/plain.ts' ? [output] : [],
    );
    expect(run).toHaveLength(2);
    expect(packagesIn(run.flatMap((output) => [...loadedWith(output)])).filter((name) => name !== 'commander')).toEqual(
      [],
    );
  });

  it('gives stages an entry that loads nothing else', () => {
    expect(packagesIn(loadedWith('dist/api.js'))).toEqual([]);
    const bytes = [...loadedWith('dist/api.js')].map((output) => metafile.outputs[output]?.bytes ?? 0);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(3_000);
  });

  it('needs only better-sqlite3 and esbuild beside Node', () => {
    const builtins = process.getBuiltinModule('node:module').builtinModules;
    const external = Object.values(metafile.outputs).flatMap(({imports}) =>
      imports.filter((one) => one.external === true && !/^node:/.test(one.path) && !builtins.includes(one.path)),
    );
    const {dependencies, peerDependencies} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: object;
      peerDependencies: object;
    };
    const isOptional = ({path}: {readonly path: string}): boolean => Object.hasOwn(peerDependencies, path);
    const needed = external.filter((one) => !isOptional(one)).map(({path}) => path);
    expect([...new Set(needed)].sort()).toEqual(Object.keys(dependencies));
    // Optional packages are asked for by whoever uses them, and nobody else.
    expect(external.filter((one) => isOptional(one) && one.kind !== 'dynamic-import')).toEqual([]);
  });

  it('passes on the licences of what it contains', () => {
    const notices = readFileSync(join(root, 'dist/THIRD-PARTY.txt'), 'utf8');
    const contained = packagesIn(Object.keys(metafile.outputs));
    expect(contained).toContain('commander');
    expect(contained.filter((name) => !notices.includes(`\n${name} `))).toEqual([]);
  });

  it.each([
    'pipeline.schema.json',
    'events.schema.json',
    'types/api/index.d.ts',
    'function-worker.js',
    'hash-worker.js',
  ])('holds %s', (file) => {
    expect(existsSync(join(root, 'dist', file))).toBe(true);
  });
});
