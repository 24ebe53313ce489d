/** What a user can type, read in a file or get back stands in the README, as the code has it. */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {commandsSection, problemsSection, withSection} from '../.build/docs-sections.ts';
import {exitCodes} from '../src/cli/exit-codes.ts';
import {createProgram} from '../src/cli/program.ts';
import {pipelineJsonSchema} from '../src/config/json-schema.ts';
import {problemCodes} from '../src/config/problems.ts';
import {openHost} from '../src/host/open-host.ts';
import {stageKinds} from '../src/stages/index.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

/** Names of all keys that a JSON Schema's maps may hold, at any depth. */
function keysOf(schema: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'properties') for (const key of Object.keys(value as object)) found.add(key);
    keysOf(value, found);
  }
  return found;
}

/** Whether a page has a key as code: `key` or `key: value`, also inside of braces. */
const names = (page: string, key: string): boolean => new RegExp(`[\`{ ,(]${key}[\`:]`).test(page);

describe('README', () => {
  let commands: string;

  beforeAll(async () => {
    const outside = {argv: [], cwd: root, version: '0', build: '0', openHost: (folder: string) => openHost(folder)};
    commands = commandsSection(await createProgram(outside, openHost(root), () => undefined));
  });

  it('lists every command and option as the command line has them (`npm run docs` writes them)', () => {
    expect(commands.split('\n').length).toBeGreaterThan(10);
    expect(readme).toBe(withSection(readme, 'commands', commands));
  });

  it('lists every problem code as the loader has it (`npm run docs` writes them)', () => {
    expect(Object.keys(problemCodes).length).toBeGreaterThan(20);
    expect(readme).toBe(withSection(readme, 'problems', problemsSection(problemCodes)));
  });

  it('explains every key of pipeline.yaml', async () => {
    const keys = [...keysOf(await pipelineJsonSchema([]))];
    expect(keys).toContain('timeout_idle');
    expect(keys.filter((key) => !names(readme, key))).toEqual([]);
  });

  it.each(stageKinds.map((kind) => [kind.name, kind] as const))(
    'explains every setting of `%s`',
    async (name, kind) => {
      const z = await import('zod');
      const path = `src/stages/${name}.md`;
      const hasPage = existsSync(join(root, path));
      expect(readme.includes(hasPage ? `](${path})` : `\`${name}\``), 'it is linked, or explained, in README.md').toBe(
        true,
      );
      const page = hasPage ? read(path) : readme;
      const keys = [...keysOf(z.toJSONSchema((await kind.settings()).schema, {io: 'input', unrepresentable: 'any'}))];
      expect(keys.filter((key) => !names(page, key))).toEqual([]);
    },
  );

  it('explains every exit code', () => {
    const table = readme.slice(readme.indexOf('## Exit codes'), readme.indexOf('## JSON'));
    const explained = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes]) =>
      (codes ?? '').split(',').map(Number),
    );
    const interrupted = [1, 2, 15].map((signal) => 128 + signal);
    expect(explained.sort((a, b) => a - b)).toEqual(
      [...Object.values(exitCodes), ...interrupted].sort((a, b) => a - b),
    );
  });

  it('names every variable that a stage finds', () => {
    const set = [
      ...read('src/engine/environment.ts').matchAll(
        /\bMLP_[A-Z_]+\b|\b(?:PATH|HOME|TMPDIR|USER|SHELL|TERM|LANG|LC_ALL|TZ|PYTHON[A-Z]+)\b/g,
      ),
    ].map(([name]) => name);
    expect(set).toContain('MLP_PARAMS');
    expect([...new Set(set)].filter((name) => !readme.includes(name))).toEqual([]);
  });

  it('shows the lines for danfojs-node that package.json asks for', () => {
    const {peerDependencies} = JSON.parse(read('package.json')) as {peerDependencies: Record<string, string>};
    expect(readme).toContain(`"danfojs-node": "${peerDependencies['danfojs-node']}"`);
  });

  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].flatMap(([, link]) => link ?? []);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links)
      expect(() => read(link === 'examples' ? 'examples/b2b-b2c/pipeline.yaml' : link), link).not.toThrow();
  });
});
