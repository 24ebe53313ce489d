/** OpenLineage events: what the specification asks of them, and what they say of a project. */
import {execFileSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import {uuidOf} from '../../src/history/openlineage.ts';
import {repositoryUri} from '../../src/history/openlineage-project.ts';
import {digest} from '../../src/model/ids.ts';
import {Rig} from '../rig/rig.ts';
import {edit, project} from '../rules/project.ts';
import {runEventSchema, type RunEventJson} from './openlineage-schema.ts';

/** Every line, checked against the specification. */
function events(text: string): readonly RunEventJson[] {
  const lines = text.split('\n').filter((line) => line !== '');
  expect(lines.length).toBeGreaterThan(0);
  return lines.map((line) => runEventSchema.parse(JSON.parse(line)));
}

const short = ({eventType, job}: RunEventJson): string => `${eventType} ${job.name.replace(/^.*\./, '')}`;

describe('mlp lineage --format openlineage', () => {
  it('gives valid events of every attempt of a run, in order, with the run as their parent', async () => {
    await using rig = project();
    const git = (...argv: string[]): void => void execFileSync('git', argv, {cwd: rig.folder, stdio: 'ignore'});
    git('init', '-q', '-b', 'main');
    git('remote', 'add', 'origin', 'https://user:secret@example.org/team/p%20x.git');
    git('add', '.');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'one');
    await rig.run();
    const {out} = await rig.mlp('lineage', '1', '--format', 'openlineage');
    const found = events(out);
    const [begin, ...rest] = found.map(short);
    expect(rest).toEqual([
      'START prepare',
      'COMPLETE prepare',
      'START train',
      'COMPLETE train',
      expect.stringMatching(/^COMPLETE /),
    ]);
    expect(begin).toMatch(/^START /);
    const parent = found[0]?.run.runId;
    for (const event of found.slice(1, -1)) expect(event.run.facets?.parent).toMatchObject({run: {runId: parent}});
    expect(found[4]?.run.facets?.executionParameters).toMatchObject({
      parameters: [{key: 'train.trees', name: 'train.trees', value: '200'}],
    });
    expect(found[4]?.inputs?.map(({name}) => name)).toEqual(['clean.txt']);
    expect(found[4]?.outputs).toMatchObject([
      {name: 'model.txt', outputFacets: {outputStatistics: {size: rig.read('model.txt').length, fileCount: 1}}},
    ]);
    expect(found[4]?.job.facets?.sourceCodeLocation).toMatchObject({
      url: 'https://example.org/team/p%20x.git',
      branch: 'main',
      version: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    });
    expect(out).not.toContain('secret');
    expect((await rig.mlp('lineage', '1', '--format', 'openlineage')).out).toBe(out);
  });

  it('of a file: the attempts that made what it came from and what came of it', async () => {
    await using rig = project();
    await rig.run();
    const found = events((await rig.mlp('lineage', 'model.txt', '--up', '--format', 'openlineage')).out);
    expect(found.map(short)).toEqual(['START prepare', 'COMPLETE prepare', 'START train', 'COMPLETE train']);
  });

  it('of names that no URI may hold, folders, missing inputs and params of every sort', async () => {
    await using rig = new Rig();
    rig.write('a "b" %41 #é\n.txt', 'x');
    rig.write('params.yaml', 'p: {list: [1, 2], none: null, text: "a b", empty: {}}\n');
    rig.write(
      'pipeline.yaml',
      'mlp: 1\nparams: [params.yaml]\nstages:\n  s:\n    cmd: mkdir -p d && echo 1 > d/1\n' +
        '    deps: ["a \\"b\\" %41 #é\\n.txt", {path: gone.txt, optional: true}]\n    params: [p]\n    outs: [d/]\n',
    );
    const run = await rig.run();
    expect(run.outcomes, run.talk).toEqual({s: 'ran'});
    const found = events((await rig.mlp('lineage', 'd', '--format', 'openlineage')).out);
    expect(found[1]?.inputs?.map(({name}) => name)).toEqual(['a "b" %41 #é\n.txt', 'gone.txt']);
    expect(found[1]?.inputs?.[0]?.facets?.dataSource).toMatchObject({
      uri: expect.stringMatching(/\/a%20%22b%22%20%2541%20%23%C3%A9%0A\.txt$/) as string,
    });
    const params = found[1]?.run.facets?.executionParameters;
    expect(params?.parameters.map(({key, value}) => `${key}=${value}`).sort()).toEqual([
      'p.empty={}',
      'p.list=[1,2]',
      'p.none=null',
      'p.text=a b',
    ]);
  });
});

describe('mlp run --openlineage', () => {
  it('appends the events of each run, of one that failed and of one with nothing to do too', async () => {
    await using rig = project();
    const run = async (): Promise<readonly string[]> => {
      const before = rig.exists('events.ndjson') ? rig.read('events.ndjson') : '';
      await rig.mlp('run', '--openlineage', 'events.ndjson');
      const after = rig.read('events.ndjson');
      expect(after.startsWith(before)).toBe(true);
      return events(after.slice(before.length)).map((event) => event.eventType);
    };
    expect(await run()).toEqual(['START', 'START', 'COMPLETE', 'START', 'COMPLETE', 'COMPLETE']);
    expect(await run()).toEqual(['START', 'COMPLETE']);
    edit(rig, 'pipeline.yaml', 'grep', 'echo told >&2; exit 3; grep');
    expect(await run()).toEqual(['START', 'START', 'FAIL', 'FAIL']);
    const failed = events(rig.read('events.ndjson')).find(
      ({eventType, job}) => eventType === 'FAIL' && job.name.endsWith('.prepare'),
    );
    expect(failed?.run.facets?.errorMessage).toMatchObject({message: expect.stringContaining('3') as string});
    const ids = events(rig.read('events.ndjson')).map((event) => `${event.eventType} ${event.run.runId}`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('ids and addresses', () => {
  it('a UUID of a hash has the marks of a UUID', () => {
    expect(uuidOf(digest('0'.repeat(64)))).toBe('00000000-0000-5000-8000-000000000000');
    expect(uuidOf(digest('f'.repeat(64)))).toBe('ffffffff-ffff-5fff-bfff-ffffffffffff');
  });

  it.each([
    ['https://token@example.org/a/b.git', 'https://example.org/a/b.git'],
    ['git@example.org:a/b.git', 'ssh://example.org/a/b.git'],
    ['ssh://git@example.org:22/a/b', 'ssh://example.org:22/a/b'],
    ['/srv/git/a b', 'file:///srv/git/a%20b'],
    ['../beside', undefined],
    ['', undefined],
  ])('the remote %j is %j', (remote, uri) => {
    expect(repositoryUri(remote)).toBe(uri);
  });
});
