/** What must hold for every language; a member without a setup fails. */
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createLanguages} from '../../src/languages/index.ts';
import type {CodeEntry, CodeFingerprint} from '../../src/languages/language.ts';
import {projectPath} from '../../src/model/ids.ts';
import type {Action} from '../../src/model/stage.ts';
import {entryOf, project, understood, type FilesOfProject} from './test-host.ts';
import {canTestPython, canTestR} from '../rig/needs.ts';

interface Setup {
  readonly action: Action;
  readonly entry: CodeEntry;
  readonly files: FilesOfProject;
  /** An edit that means something. */
  readonly edit: FilesOfProject;
  /** A file that is not there but would be read. */
  readonly appearing: FilesOfProject;
}

const module = projectPath('src/a.ts');
const script = (text: string): Action => ({kind: 'script', text, shell: ['sh', '-eu', '-c']});

const setups: Readonly<Record<string, Setup>> = {
  typescript: {
    action: {kind: 'function', module: module ?? ('' as never), exportName: 'default'},
    entry: entryOf('typescript', 'src/a.ts', '', {exportName: 'default'}),
    files: {'src/a.ts': "import {x} from './b';\nexport default () => x;\n", 'src/b.ts': 'export const x = 1;\n'},
    edit: {'src/b.ts': 'export const x = 2;\n'},
    appearing: {'src/b.tsx': 'export const x = 3;\n'},
  },
  python: {
    action: script('python3 src/a.py'),
    entry: entryOf('python', 'src/a.py', 'python3'),
    files: {'src/a.py': 'import b\nprint(b.x)\n', 'src/b.py': 'x = 1\n'},
    edit: {'src/b.py': 'x = 2\n'},
    appearing: {'src/b/__init__.py': 'x = 3\n'},
  },
  r: {
    action: script('Rscript src/a.R'),
    entry: entryOf('r', 'src/a.R', 'Rscript'),
    files: {'src/a.R': 'source("src/b.R")\nsource("src/c.R")\nprint(x)\n', 'src/b.R': 'x <- 1\n'},
    edit: {'src/b.R': 'x <- 2\n'},
    appearing: {'src/c.R': 'x <- 3\n'},
  },
  shell: {
    action: script('sh src/a.sh'),
    entry: entryOf('shell', 'src/a.sh', 'sh'),
    files: {'src/a.sh': 'sh src/b.sh\nsh src/c.sh\n', 'src/b.sh': 'echo 1\n'},
    edit: {'src/b.sh': 'echo 2\n'},
    appearing: {'src/c.sh': 'echo 3\n'},
  },
};

const languages = createLanguages({apiModule: '/nowhere/api.js'});

it('every member has a setup, and every member file is in the list', () => {
  expect(Object.keys(setups)).toEqual(languages.map((language) => language.name));
  const folder = join(import.meta.dirname, '../../src/languages');
  const members = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && name !== 'index.ts' && name !== 'language.ts',
  );
  expect(members.sort()).toEqual(languages.map((language) => `${language.name}.ts`).sort());
});

describe.each(languages.map((language) => [language.name, language] as const))('%s', (name, language) => {
  const setup = setups[name];
  if (setup === undefined) throw new Error(`no setup for ${name}`);
  const {entry} = setup;
  const canRun = name === 'r' ? canTestR : name !== 'python' || canTestPython;
  const read = async (at: ReturnType<typeof project>): Promise<CodeFingerprint> =>
    understood(await language.fingerprint(entry, at.host));

  it.runIf(canRun)('finds its entry in the action, from text alone', () => {
    expect(language.entries(setup.action, '.')).toEqual([entry]);
  });

  it.runIf(canRun)(
    'gives a fingerprint that is a digest, the same twice and at another place, with no path of this machine',
    async () => {
      const at = project(setup.files);
      const found = await read(at);
      expect(found.fingerprint).toMatch(/^[0-9a-f]{64}$/);
      expect(await read(at)).toEqual(found);
      expect(await read(project(setup.files))).toEqual(found);
      expect(JSON.stringify(found)).not.toContain(at.root);
      expect(found.pieces).not.toEqual({});
    },
  );

  it.runIf(canRun)('lists the bytes of every file that it read', async () => {
    const at = project(setup.files);
    const found = await read(at);
    expect(Object.keys(found.modules).sort()).toEqual(Object.keys(setup.files).sort());
    for (const [path, sha256] of Object.entries(found.modules)) {
      expect(sha256).toBe(at.host.hashing.sha256(at.host.files.readBytes(path)));
    }
  });

  it.runIf(canRun)('changes with a helper, and back when the edit is undone', async () => {
    const at = project(setup.files);
    const before = await read(at);
    at.write(setup.edit);
    const after = await read(at);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after.modules).not.toEqual(before.modules);
    at.write(setup.files);
    expect(await read(at)).toEqual(before);
  });

  it.runIf(canRun)('names the absent files whose coming changes it', async () => {
    const at = project(setup.files);
    const before = await read(at);
    expect(before.absent).toEqual(expect.arrayContaining(Object.keys(setup.appearing)));
    expect(before.absent.filter((path) => at.host.files.stat(path)?.type === 'file')).toEqual([]);
    at.write(setup.appearing);
    expect((await read(at)).fingerprint).not.toBe(before.fingerprint);
  });

  it.runIf(canRun)(
    'has a runtime identity that is the same at another place, with guards and no path of this machine in it',
    async () => {
      const at = project(setup.files);
      const runtime = await language.runtime(entry, [], at.host);
      if ('kind' in runtime) throw new Error(runtime.message);
      const other = await language.runtime(entry, [], project(setup.files).host);
      expect('identity' in other ? other.identity : other).toEqual(runtime.identity);
      expect(JSON.stringify(runtime.identity)).not.toMatch(/\/(?:usr|home|root|tmp)\//);
      expect(runtime.guards.every((path) => typeof path === 'string' && path !== '')).toBe(true);
      expect(language.runtimeMemo?.(entry, at.host)).toBe(language.runtimeMemo?.(entry, project({}).host));
    },
  );

  it.runIf(canRun)('tells the doctor about interpreters that are here and that are not', async () => {
    const here = project({});
    const interpreter = entry.interpreter === '' ? 'node' : entry.interpreter;
    expect((await language.doctor(here.host, [{interpreter, cwd: '.'}])).every(({ok}) => ok)).toBe(true);
    const bare = project({}, {path: '/nowhere'});
    const lines = await language.doctor(bare.host, [{interpreter, cwd: '.'}]);
    const bad = lines.filter(({ok}) => !ok);
    expect(bad).toHaveLength(1);
    expect(bad[0]?.message).toContain(`\`${interpreter}\``);
    expect(bad[0]?.hint).toMatch(/Install/);
  });
});
