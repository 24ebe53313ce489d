/** `mlp init`: every template runs where its interpreter is; CI goes where the service looks; nothing is overwritten. */
import {execFileSync} from 'node:child_process';
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {parse as parseYaml} from 'yaml';
import {canTestPython, canTestR, canTestSklearn} from '../rig/needs.ts';
import {Rig} from '../rig/rig.ts';

const templates = join(import.meta.dirname, '../../templates');
const needs: Readonly<Record<string, boolean>> = {
  bare: true,
  minimal: true,
  'tabular-ts': true,
  'python-sklearn': canTestSklearn,
  r: canTestR,
};

/** A comment where nothing changes what the code means. */
const comments: Readonly<Record<string, readonly [string, string]>> = {
  'tabular-ts': ['src/train.ts', '// a comment\n'],
  'python-sklearn': ['src/train.py', '# a comment\n'],
  r: ['src/train.R', '# a comment\n'],
};

describe('templates', () => {
  it('each is listed, and each has a test here', async () => {
    await using rig = new Rig();
    const listed = (await rig.mlp('init', '--list')).out.trim().split('\n');
    expect(listed).toEqual(Object.keys(needs).sort());
    const folders = readdirSync(templates).filter((name) => statSync(join(templates, name)).isDirectory());
    expect(folders.filter((name) => !name.startsWith('ci-')).sort()).toEqual(listed);
  });

  for (const [name, canRun] of Object.entries(needs)) {
    it.runIf(canRun)(`${name} runs, skips, and measures something`, async () => {
      await using rig = new Rig();
      expect((await rig.mlp('init', '--template', name)).code).toBe(0);
      const first = await rig.run();
      expect(first.code, first.talk + first.out).toBe(0);
      expect(first.ran.length).toBe(Object.keys(first.outcomes).length);
      expect(first.events.filter((event) => event.type === 'notice' && event.level === 'warning')).toEqual([]);
      const metrics = first.events.flatMap((event) => (event.type === 'stage.end' ? (event.metrics ?? []) : []));
      const accuracies = metrics.filter((metric) => metric.name === 'accuracy' && metric.step === undefined);
      if (name !== 'minimal' && name !== 'bare') expect(accuracies.length).toBeGreaterThan(0);
      for (const {value} of accuracies) expect(value).toBeGreaterThan(0.8);
      const comment = comments[name];
      if (comment !== undefined) rig.write(comment[0], comment[1] + rig.read(comment[0]));
      expect(await rig.run('--expect-noop')).toMatchObject({code: 0, ran: []});
    });
  }

  it.runIf(canTestPython)('python-sklearn says what is missing where there is no python3', async () => {
    await using rig = new Rig();
    await rig.mlp('init', '--template', 'python-sklearn');
    rig.write('bin/.keep', '');
    rig.env['PATH'] = rig.path('bin');
    const {code, out, talk} = await rig.mlp('run');
    expect(code).not.toBe(0);
    expect(out + talk).toContain('python3');
    const doctor = await rig.mlp('doctor');
    expect(doctor.code).toBe(1);
    expect(doctor.out).toContain('python3');
  });
});

describe('in a folder with scripts', () => {
  it('no file is overwritten, and bare is named, which needs only pipeline.yaml', async () => {
    await using rig = new Rig();
    rig.write('params.yaml', 'mine: 1\n');
    rig.write('train.py', 'pass\n');
    const refused = await rig.mlp('init');
    expect(refused.code).toBe(2);
    expect(refused.talk).toContain('`params.yaml` would be overwritten');
    expect(refused.talk).toContain('mlp init --template bare');
    expect(JSON.parse((await rig.mlp('init', '--template', 'bare', '--json')).out)).toMatchObject({
      files: ['pipeline.yaml'],
    });
    expect(rig.read('params.yaml')).toBe('mine: 1\n');
    expect((await rig.run()).ran).toEqual(['example']);
  });

  it('of a DVC project, the place that helps is named', async () => {
    await using rig = new Rig();
    rig.write('dvc.yaml', 'stages: {}\n');
    const {code, talk} = await rig.mlp('run');
    expect(code).toBe(2);
    expect(talk).toContain('Coming from DVC');
  });
});

describe('the first line of pipeline.yaml', () => {
  it.each(Object.keys(needs))('of %s names a schema that is there, wherever mlp is installed', async (name) => {
    await using rig = new Rig();
    await rig.mlp('init', '--template', name);
    const path = /^# yaml-language-server: \$schema=(\S+)\n/.exec(rig.read('pipeline.yaml'))?.[1] ?? '';
    expect(JSON.parse(rig.read(path))).toHaveProperty('$schema');
  });

  it('a clone has the schema after its first run, and a newer mlp replaces it', async () => {
    await using rig = new Rig();
    await rig.mlp('init');
    const schema = rig.read('.mlp/pipeline.schema.json');
    rig.remove('.mlp');
    await rig.run();
    expect(rig.read('.mlp/pipeline.schema.json')).toBe(schema);
    rig.write('.mlp/pipeline.schema.json', '{"$comment": "of an older mlp"}');
    rig.write('params.yaml', rig.read('params.yaml').replace('31', '32'));
    await rig.run();
    expect(rig.read('.mlp/pipeline.schema.json')).toBe(schema);
  });

  it('a schema that cannot be written stops nothing', async () => {
    await using rig = new Rig();
    rig.write('.mlp/pipeline.schema.json/in the way', '');
    expect((await rig.mlp('init')).code).toBe(0);
    expect((await rig.run()).code).toBe(0);
  });
});

describe('mlp init --ci', () => {
  it.each([
    ['github', '.github/workflows/mlp.yml'],
    ['gitlab', '.gitlab-ci.yml'],
  ])('%s: with a template in an empty folder, alone where there is a pipeline.yaml', async (service, path) => {
    await using rig = new Rig();
    expect((await rig.mlp('init', '--ci', service)).code).toBe(0);
    expect(rig.exists('pipeline.yaml')).toBe(true);
    expect(rig.read(path)).toMatch(/GATE: 'rmse rise > 0.1'/);
    rig.remove(path);
    rig.write('README.md', 'mine\n');
    const added = await rig.mlp('init', '--ci', service, '--json');
    expect(JSON.parse(added.out)).toEqual({schema_version: 1, type: 'init', folder: '.', files: [path]});
    expect(rig.read('README.md')).toBe('mine\n');
    expect(rig.read(path)).toMatch(/GATE: ''/);
  });

  it('never overwrites a workflow', async () => {
    await using rig = new Rig();
    await rig.mlp('init');
    rig.write('.github/workflows/mlp.yml', 'mine\n');
    const {code, talk} = await rig.mlp('init', '--ci', 'github');
    expect(code).toBe(2);
    expect(talk).toContain('`.github/workflows/mlp.yml` would be overwritten');
    expect(rig.read('.github/workflows/mlp.yml')).toBe('mine\n');
  });

  it('beside a .gitlab-ci.yml the jobs go into a file of their own, and the line to include it is said', async () => {
    await using rig = new Rig();
    await rig.mlp('init');
    rig.write('.gitlab-ci.yml', 'mine\n');
    const {code, talk} = await rig.mlp('init', '--ci', 'gitlab');
    expect(code).toBe(0);
    expect(talk).toContain('include:\n    - local: .gitlab/mlp.yml');
    expect(rig.read('.gitlab-ci.yml')).toBe('mine\n');
    expect((await rig.mlp('init', '--ci', 'gitlab')).code).toBe(2);
  });

  it.each(['sub/project', 'a ü/project 2'])(
    'a project in %s of the repository: the workflow goes to its root',
    async (below) => {
      await using rig = new Rig();
      rig.write('.git/HEAD', '');
      await rig.mlp('init', below);
      expect((await rig.mlp('-C', below, 'init', '--ci', 'github')).code).toBe(0);
      const workflow = parseYaml(rig.read('.github/workflows/mlp.yml')) as {
        readonly defaults: {readonly run: Readonly<Record<string, string>>};
      };
      expect(workflow.defaults.run['working-directory']).toBe(below);
      expect((await rig.mlp('init', below, '--ci', 'gitlab')).code).toBe(0);
      expect(parseYaml(rig.read('.gitlab-ci.yml'))).toMatchObject({mlp: {cache: {paths: [`${below}/.mlp/`]}}});
    },
  );

  it('a folder whose name a workflow would take for something else is refused', async () => {
    await using rig = new Rig();
    rig.write('.git/HEAD', '');
    const {code, talk} = await rig.mlp('init', "o'brien $(x)", '--ci', 'github');
    expect(code).toBe(2);
    expect(talk).toContain("`o'brien $(x)` cannot be named in a workflow");
    expect(rig.exists("o'brien $(x)")).toBe(false);
  });

  it.each([
    ['github-review', '.github/workflows/mlp-review.yml'],
    ['github-environment', '.github/workflows/mlp-environment.yml'],
    ['gitlab-review', '.gitlab-ci.yml'],
  ])('%s: a workflow with approvals, whose scripts a shell can read', async (service, path) => {
    await using rig = new Rig();
    rig.write('pipeline.yaml', 'mlp: 1\nstages: {}\n');
    expect((await rig.mlp('init', '--ci', service)).code).toBe(0);
    const text = rig.read(path);
    expect(text).not.toMatch(/@PROJECT@|@GATE@/);
    const scripts: string[] = [];
    const visit = (value: unknown, key: string): void => {
      if (typeof value === 'string') {
        if (key === 'run' || key === 'script' || key === 'before_script') scripts.push(value);
      } else if (typeof value === 'object' && value !== null) {
        for (const [name, member] of Object.entries(value)) visit(member, Array.isArray(value) ? key : name);
      }
    };
    visit(parseYaml(text), '');
    expect(scripts.length).toBeGreaterThan(2);
    for (const script of scripts)
      execFileSync('bash', ['-n'], {input: script.replaceAll(/\$\{\{.*?\}\}/g, 'x'), stdio: ['pipe', 'pipe', 'pipe']});
    expect(scripts.join('\n')).toContain('mlp review');
  });

  it('of another service', async () => {
    await using rig = new Rig();
    const {code, talk} = await rig.mlp('init', '--ci', 'jenkins');
    expect(code).toBe(2);
    expect(talk).toContain('there are: github, github-review, github-environment, gitlab, gitlab-review');
    expect(rig.exists('pipeline.yaml')).toBe(false);
  });
});
