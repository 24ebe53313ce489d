/** A project with an approval, for the tests of reviews. */
import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {Rig, type CliResult} from '../rig/rig.ts';

export const ANNA = 'anna@firm.lt';
export const BEN = 'ben@firm.lt';

export function git(rig: Rig, ...words: readonly string[]): string {
  return execFileSync('git', words, {
    cwd: rig.folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null'},
  });
}

export function commit(rig: Rig, who: string, message: string, at?: string): void {
  git(rig, 'add', '-A');
  const date = at === undefined ? {} : {GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at};
  execFileSync(
    'git',
    ['-c', `user.name=${who}`, '-c', `user.email=${who}`, 'commit', '-qm', message, '--allow-empty'],
    {
      cwd: rig.folder,
      env: {...process.env, ...date},
    },
  );
}

export interface Setup {
  /** More keys of the approval. */
  readonly keys?: string;
  readonly by?: string;
  readonly gates?: string;
  readonly reviewers?: string;
}

/** train -> review -> ship, and `other` that needs nobody. */
export function project({keys = '', by = `[${ANNA}]`, gates, reviewers}: Setup = {}): Rig {
  const rig = new Rig();
  rig.write(
    'pipeline.yaml',
    `mlp: 1
stages:
  train: {cmd: cp data.csv model.txt, deps: [data.csv], outs: [model.txt]}
  review:
    approval: true
    shows: [model.txt${gates === undefined ? '' : ', gates.json'}]
    by: ${by}
    outs: {record: approval.json}
${keys
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
  ship: {cmd: cp model.txt shipped.txt, deps: [model.txt, approval.json], outs: [shipped.txt]}
  other: {cmd: echo x > other.txt, outs: [other.txt]}
`,
  );
  rig.write('data.csv', 'one\n');
  rig.write('.gitignore', '.mlp\nmodel.txt\napproval.json\nshipped.txt\nother.txt\n');
  if (gates !== undefined) rig.write('gates.json', JSON.stringify({version: 1, state: gates}));
  if (reviewers !== undefined) rig.write('reviewers.yaml', reviewers);
  return rig;
}

export async function requestOf(rig: Rig): Promise<string> {
  const {reviews} = JSON.parse((await rig.mlp('review', '--json')).out) as {reviews: {id?: string}[]};
  return reviews[0]?.id ?? '';
}

export const approve = (rig: Rig, id: string, ...words: readonly string[]): Promise<CliResult> =>
  rig.mlp('approve', id, '--as', ANNA, ...words);
export const decisions = (rig: Rig): readonly string[] => readdirSync(rig.path('reviews/review')).sort();
