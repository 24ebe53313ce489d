/** The GitHub workflow of `mlp init --ci github`, its steps executed in fresh clones with the cache of the job before. */
import {cpSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {CiService, outcomesIn, readIfThere, readWorkflow, type Job, type JobRequest} from './ci-service.ts';

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: {readonly pipeline: {readonly steps: readonly Step[]}};
}

let service: CiService;
let origin: string;

beforeAll(() => {
  service = new CiService();
  service.program('gh', `while [ $# -gt 0 ]; do [ "$1" = --body-file ] && cp "$2" "$HOME/posted.md"; shift; done`);
  origin = service.path('origin');
  service.must(service.folder, 'mlp', 'init', 'origin', '--ci', 'github');
  service.must(origin, 'git', 'init', '--quiet', '--initial-branch=main');
  commit('first, with no lock yet');
});
afterAll(() => service[Symbol.dispose]());

function commit(message: string): void {
  service.must(origin, 'git', 'add', '--all');
  service.must(origin, 'git', 'commit', '--quiet', '--message', message);
}

/** On a branch from main: one text of params.yaml becomes another. */
function branch(name: string, before: string, after: string): void {
  service.must(origin, 'git', 'switch', '--quiet', '--create', name, 'main');
  const path = join(origin, 'params.yaml');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(before);
  writeFileSync(path, text.replace(before, after));
  commit(name);
  service.must(origin, 'git', 'switch', '--quiet', 'main');
}

/** Whether a step is executed; an expression that is not here is an error. */
function isWanted(step: Step, {target}: JobRequest, failed: boolean, gate: string): boolean {
  switch (step.if) {
    case undefined:
      return !failed;
    case 'always()':
    case '${{ !cancelled() }}':
      return true;
    case "${{ !cancelled() && github.event_name == 'pull_request' }}":
      return target !== undefined;
    case "env.GATE != ''":
      return !failed && gate !== '';
    case "hashFiles('./**/requirements.txt') != ''":
    case "hashFiles('./**/*.R') != ''":
      return false;
    default:
      throw new Error(`the test does not know the condition ${step.if}`);
  }
}

function job(request: JobRequest): Job & {readonly saves: readonly string[]} {
  const clone = service.checkout(origin, request);
  const workflow = readWorkflow(clone, '.github/workflows/mlp.yml') as Workflow;
  const variables = {...workflow.env, ...request.variables};
  const temp = `${clone}-temp`;
  mkdirSync(temp);
  writeFileSync(service.path('posted.md'), '');
  const env = {
    ...variables,
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: join(temp, 'summary.md'),
    GITHUB_PATH: join(temp, 'path'),
    RUNNER_TEMP: temp,
    GH_TOKEN: 'none',
    PULL_REQUEST: '7',
  };
  let code = 0;
  let log = '';
  const saves: string[] = [];
  for (const step of workflow.jobs.pipeline.steps) {
    if (!isWanted(step, request, code !== 0, variables['GATE'] ?? '')) continue;
    if (step.uses?.startsWith('actions/cache/save') === true) saves.push(step.with?.['path'] ?? '');
    if (step.run === undefined) continue;
    const done = service.step(clone, step.run, env);
    log += `# ${step.name ?? ''}\n${done.log}`;
    code ||= done.code;
  }
  const posted = readIfThere(service.path('posted.md'));
  return {code, log, outcomes: outcomesIn(log), posted, summary: readIfThere(env.GITHUB_STEP_SUMMARY), clone, saves};
}

const keep = (from: Job): string => join(from.clone, '.mlp');

it('the first job runs everything, later ones only what a change reaches; comparison and gate do their work', () => {
  const first = job({ref: 'main'});
  expect(first.code, first.log).toBe(0);
  expect(first.outcomes).toEqual({clean: 'ran', fit: 'ran', evaluate: 'ran'});
  expect(first.saves).toEqual(['./.mlp']);
  expect(first.log).toContain('mlp.lock of this commit is not what its pipeline gives');

  service.must(origin, 'mlp', 'run');
  commit('mlp.lock');

  const second = job({ref: 'main', cache: keep(first)});
  expect(second.code, second.log).toBe(0);
  expect(Object.values(second.outcomes)).not.toContain('ran');
  expect(second.log).not.toContain('mlp.lock of this commit is not');

  // Only the objects: mlp.lock tells what they are. metrics.json is committed.
  const objects = service.path('objects');
  cpSync(join(keep(first), 'cache'), join(objects, 'cache'), {recursive: true});
  const withObjects = job({ref: 'main', cache: objects});
  expect(withObjects.code, withObjects.log).toBe(0);
  expect(withObjects.outcomes).toEqual({clean: 'restored', fit: 'restored', evaluate: 'skipped'});

  branch('another-day', 'day: 31', 'day: 40');
  const third = job({ref: 'another-day', target: 'main', cache: keep(second)});
  expect(third.code, third.log).toBe(0);
  expect(third.outcomes).toMatchObject({evaluate: 'ran'});
  expect(Object.values(third.outcomes).filter((what) => what === 'ran')).toHaveLength(1);
  expect(third.summary).toContain('prediction');
  expect(readIfThere(join(`${third.clone}-temp`, 'mlp-report.html'))).toContain('evaluate');
  expect(third.posted).toMatch(/\| .*prediction.* \|/);

  const again = job({ref: 'another-day', target: 'main', cache: keep(third)});
  expect(Object.values(again.outcomes)).not.toContain('ran');
  expect(again.posted).toMatch(/\| .*prediction.* \|/);

  branch('no-outliers-removed', 'hottest: 45', 'hottest: 100');
  const worse = job({ref: 'no-outliers-removed', target: 'main', cache: keep(second)});
  expect(worse.code, worse.log).toBe(1);
  expect(worse.log).toMatch(/rmse/);
  expect(worse.saves).toEqual(['./.mlp']);
  expect(worse.posted).toContain('rmse');
  const withoutGate = {ref: 'no-outliers-removed', target: 'main', cache: keep(worse), variables: {GATE: ''}};
  expect(job(withoutGate)).toMatchObject({code: 0});
}, 120_000);

it('a stage that fails fails the job, which still compares and keeps what was computed before', () => {
  branch('broken', 'day: 31', 'day: 31 + ');
  service.must(origin, 'git', 'switch', '--quiet', 'broken');
  writeFileSync(
    join(origin, 'pipeline.yaml'),
    readFileSync(join(origin, 'pipeline.yaml'), 'utf8').replace('read -r', 'false; read -r'),
  );
  commit('broken stage');
  service.must(origin, 'git', 'switch', '--quiet', 'main');
  const broken = job({ref: 'broken', target: 'main'});
  expect(broken.code).toBe(1);
  expect(broken.outcomes).toMatchObject({clean: 'ran', fit: 'ran', evaluate: 'failed'});
  expect(broken.saves).toEqual(['./.mlp']);
  expect(broken.log).toContain('::error file=pipeline.yaml');
}, 60_000);

it('a fork has no permission to comment, which fails nothing', () => {
  service.program('gh', 'echo "HTTP 403" >&2; exit 1');
  branch('from-a-fork', 'day: 31', 'day: 50');
  const fork = job({ref: 'from-a-fork', target: 'main'});
  expect(fork.code, fork.log).toBe(0);
  expect(fork.posted).toBe('');
  expect(fork.summary).toContain('prediction');
  expect(fork.log).toContain('::notice::No permission to comment');
}, 60_000);
