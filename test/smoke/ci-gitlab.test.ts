/** The GitLab jobs of `mlp init --ci gitlab`, their scripts executed in fresh clones with the cache of the job before. */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {CiService, outcomesIn, readIfThere, readWorkflow, type Job, type JobRequest} from './ci-service.ts';

interface Workflow {
  readonly mlp: {
    readonly variables: Readonly<Record<string, string>>;
    readonly cache: {readonly when: string; readonly paths: readonly string[]};
    readonly before_script: readonly string[];
    readonly script: readonly string[];
    readonly artifacts: {readonly when: string; readonly paths: readonly string[]};
  };
}

let service: CiService;
let origin: string;
const below = 'models/line fit';

beforeAll(() => {
  service = new CiService();
  service.program(
    'curl',
    `for word; do case "$word" in body@*) cp "\${word#body@}" "$HOME/posted.md"; printf '%s\\n' "$@" > "$HOME/curl.txt";; esac; done`,
  );
  origin = service.path('origin');
  service.must(service.folder, 'git', 'init', '--quiet', '--initial-branch=main', 'origin');
  service.must(origin, 'mlp', 'init', below, '--ci', 'gitlab');
  service.must(join(origin, below), 'mlp', 'run');
  commit('first');
});
afterAll(() => service[Symbol.dispose]());

function commit(message: string): void {
  service.must(origin, 'git', 'add', '--all');
  service.must(origin, 'git', 'commit', '--quiet', '--message', message);
}

function branch(name: string, before: string, after: string): void {
  service.must(origin, 'git', 'switch', '--quiet', '--create', name, 'main');
  const path = join(origin, below, 'params.yaml');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(before);
  writeFileSync(path, text.replace(before, after));
  commit(name);
  service.must(origin, 'git', 'switch', '--quiet', 'main');
}

/** All scripts of a job run in one shell. GitLab checks a merge request out merged only in some editions: here it is the branch. */
function job(request: JobRequest): Job & {readonly comparison: string} {
  const {cache, ...unmerged} = request;
  const {target, ...plain} = unmerged;
  const clone = service.checkout(origin, plain);
  const {mlp} = readWorkflow(clone, '.gitlab-ci.yml') as Workflow;
  expect(mlp.cache).toMatchObject({when: 'always', paths: [`${below}/.mlp/`]});
  if (cache !== undefined) service.must(clone, 'cp', '-r', cache, join(clone, below, '.mlp'));
  writeFileSync(service.path('posted.md'), '');
  const env = {
    ...mlp.variables,
    GITLAB_CI: 'true',
    CI_API_V4_URL: 'https://gitlab.example.org/api/v4',
    CI_PROJECT_ID: '12',
    ...(target === undefined ? {} : {CI_MERGE_REQUEST_TARGET_BRANCH_NAME: target, CI_MERGE_REQUEST_IID: '7'}),
    ...request.variables,
  };
  const {code, log} = service.step(clone, [...mlp.before_script, ...mlp.script].join('\n'), env);
  const posted = readIfThere(service.path('posted.md'));
  const comparison = readIfThere(join(clone, below, 'mlp-diff.md'));
  return {code, log, outcomes: outcomesIn(log), posted, summary: '', clone, comparison};
}

const keep = (from: Job): string => join(from.clone, below, '.mlp');

it('a project below the root: nothing runs twice, the comparison is an artifact and a note, the gate fails the job', () => {
  const first = job({ref: 'main'});
  expect(first.code, first.log).toBe(0);
  // metrics.json is committed, and the lock knows what it was made of.
  expect(first.outcomes).toEqual({clean: 'ran', fit: 'ran', evaluate: 'skipped'});

  const second = job({ref: 'main', cache: keep(first)});
  expect(second.code, second.log).toBe(0);
  expect(Object.values(second.outcomes)).not.toContain('ran');

  branch('another-day', 'day: 31', 'day: 40');
  const variables = {MLP_GITLAB_TOKEN: 'secret'};
  const third = job({ref: 'another-day', target: 'main', cache: keep(second), variables});
  expect(third.code, third.log).toBe(0);
  expect(Object.entries(third.outcomes).filter(([, what]) => what === 'ran')).toEqual([['evaluate', 'ran']]);
  expect(third.comparison).toMatch(/\| .*prediction.* \|/);
  expect(third.posted).toBe(third.comparison);
  expect(readIfThere(join(third.clone, below, 'mlp-report.html'))).toContain('evaluate');
  expect(readIfThere(service.path('curl.txt'))).toContain(
    'https://gitlab.example.org/api/v4/projects/12/merge_requests/7/notes',
  );
  expect(third.log).not.toContain('secret');

  const withoutToken = job({ref: 'another-day', target: 'main', cache: keep(third)});
  expect(withoutToken.code, withoutToken.log).toBe(0);
  expect(Object.values(withoutToken.outcomes)).not.toContain('ran');
  expect(withoutToken.posted).toBe('');

  branch('no-outliers-removed', 'hottest: 45', 'hottest: 100');
  const worse = job({ref: 'no-outliers-removed', target: 'main', cache: keep(second)});
  expect(worse.code, worse.log).toBe(1);
  expect(worse.comparison).toContain('rmse');
  expect(job({ref: 'no-outliers-removed', target: 'main', cache: keep(worse), variables: {GATE: ''}}).code).toBe(0);
}, 120_000);

it('a stage that fails fails the job, which still compares', () => {
  service.must(origin, 'git', 'switch', '--quiet', '--create', 'broken', 'main');
  const path = join(origin, below, 'pipeline.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('read -r', 'false; read -r'));
  commit('broken');
  service.must(origin, 'git', 'switch', '--quiet', 'main');
  const broken = job({ref: 'broken', target: 'main'});
  expect(broken.code, broken.log).toBe(1);
  expect(broken.outcomes).toMatchObject({clean: 'ran', fit: 'ran', evaluate: 'failed'});
  expect(broken.comparison).not.toBe('');
}, 60_000);
