/** `openProject`: what a program gets of a project's history, and a run that it starts itself. */
import {createHash} from 'node:crypto';
import {readFileSync, rmSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {MlpError, openProject, type ExecutionEvent, type MlpErrorCode} from '../../src/api/index.ts';
import {gate} from '../rig/gate.ts';
import {Rig} from '../rig/rig.ts';
import {edit, project} from '../rules/project.ts';

/** The error of an action, which must be one of the API's. */
async function errorOf(
  work: Promise<unknown>,
): Promise<{code: MlpErrorCode; message: string; hint: string | undefined}> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MlpError);
  const {code, message, hint} = error as MlpError;
  return {code, message, hint};
}

describe('the history', () => {
  it('runs, one run, metrics with NaN and infinities, params', async () => {
    await using rig = project(
      'mlp: 1\nparams: [params.yaml]\nstages:\n  fit: {cmd: cp raw.json m.json, deps: [raw.json], params: [train], metrics: [m.json]}\n',
    );
    rig.write('raw.json', '{"log loss": NaN, "best": {"x": -Infinity}}');
    const run = await rig.run();
    expect(run.outcomes, run.talk).toEqual({fit: 'ran'});
    await rig.run();
    await using opened = await openProject(rig.folder);
    expect(opened.folder).toBe(rig.folder);
    expect(opened.mlp).toBe('dev');
    const runs = await opened.runs();
    expect(runs.map(({number, status, counts}) => [number, status, counts])).toEqual([
      [2, 'done', {skipped: 1}],
      [1, 'done', {ran: 1}],
    ]);
    expect(runs[0]?.startedAt).toBeInstanceOf(Date);
    expect(await opened.runs({limit: 1})).toHaveLength(1);
    expect(await opened.metrics('last')).toEqual([
      {stage: 'fit', name: 'log loss', value: NaN},
      {stage: 'fit', name: 'best.x', value: -Infinity},
    ]);
    expect(await opened.params(1)).toEqual({'train.trees': 200, 'train.depth': 3});
    const details = await opened.run(1);
    expect(details.stages).toMatchObject([{name: 'fit', outcome: 'ran', outputs: [{path: 'm.json', type: 'file'}]}]);
  });

  it('runs that a condition chooses', async () => {
    await using rig = project();
    await rig.run();
    edit(rig, 'pipeline.yaml', 'grep', 'exit 3; grep');
    await rig.run();
    await using opened = await openProject(rig.folder);
    expect((await opened.runs({where: 'status = failed'})).map(({number}) => number)).toEqual([2]);
    expect((await errorOf(opened.runs({where: 'status ='}))).code).toBe('usage');
  });

  it('the lineage of a file', async () => {
    await using rig = project();
    await rig.run();
    await using opened = await openProject(rig.folder);
    const {results, files} = await opened.lineage('model.txt', {down: false});
    expect(results.map(({stage}) => stage)).toEqual(['train', 'prepare']);
    expect(files.find(({path}) => path === 'raw.txt')?.origin).toBe('source');
    expect(await errorOf(opened.lineage('modle.txt'))).toMatchObject({
      code: 'not-found',
      hint: 'did you mean `model.txt`?',
    });
  });
});

describe('outputs of a run', () => {
  it('are read from the cache whatever the workspace holds, files in folders too', async () => {
    await using rig = project(
      'mlp: 1\nstages:\n  s: {cmd: "mkdir -p d/e && cp raw.txt d/e/a && cp raw.txt own.txt", deps: [raw.txt], outs: [d/, own.txt]}\n',
    );
    await rig.run();
    const before = rig.read('raw.txt');
    rig.write('raw.txt', 'new\n');
    await rig.run();
    rig.remove('own.txt');
    await using opened = await openProject(rig.folder);
    expect(await opened.readOutputText(1, 'own.txt')).toBe(before);
    expect(await opened.readOutputText('last', './own.txt')).toBe('new\n');
    expect(Buffer.from(await opened.readOutput(1, 'd/e/a')).toString()).toBe(before);
    const target = await opened.writeOutput(1, 'd/', rig.path('elsewhere'));
    expect(target).toBe(rig.path('elsewhere/d'));
    expect(readFileSync(`${target}/e/a`, 'utf8')).toBe(before);
    const file = await opened.writeOutput(1, 'd/e/a', rig.path('elsewhere'));
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(rig.exists('own.txt')).toBe(false);
  });

  it('that cannot be had say why', async () => {
    await using rig = project();
    await rig.run();
    await using opened = await openProject(rig.folder);
    expect(await errorOf(opened.readOutput(1, 'nothing'))).toMatchObject({
      code: 'not-found',
      hint: 'it has `clean.txt`, `model.txt`',
    });
    expect((await errorOf(opened.readOutput(9, 'model.txt'))).message).toBe('there is no run 9');
    expect((await errorOf(opened.readOutput('no such', 'model.txt'))).code).toBe('not-found');
    expect((await errorOf(opened.readOutput(1, '../model.txt'))).code).toBe('not-found');
    rmSync(rig.path('.mlp/cache'), {recursive: true});
    expect(await opened.readOutputText(1, 'model.txt')).toBe(rig.read('model.txt'));
    rig.write('model.txt', 'edited');
    expect((await errorOf(opened.readOutput(1, 'model.txt'))).code).toBe('not-in-cache');
  });

  it('whose bytes in the cache are damaged are set aside', async () => {
    await using rig = project();
    await rig.run();
    await using opened = await openProject(rig.folder);
    const hash = createHash('sha256').update(rig.read('model.txt')).digest('hex');
    const object = `.mlp/cache/objects/${hash.slice(0, 2)}/${hash.slice(2)}`;
    rmSync(rig.path(object));
    rig.write(object, rig.read('model.txt').toUpperCase());
    rig.write('model.txt', 'edited');
    expect((await errorOf(opened.readOutput(1, 'model.txt'))).code).toBe('damaged');
    expect([rig.exists(object), rig.exists(`.mlp/cache/quarantine/${hash}`)]).toEqual([false, true]);
  });
});

describe('execute', () => {
  it('runs what is stale with params of its own, tells what happens and what came out', async () => {
    await using rig = project();
    await using opened = await openProject(rig.folder);
    const events: ExecutionEvent[] = [];
    const first = await opened.execute({set: {'train.trees': 7}, jobs: 1, onEvent: (event) => events.push(event)});
    expect(first).toMatchObject({run: 1, status: 'done', metrics: []});
    expect(first.stages.map(({name, outcome}) => [name, outcome])).toEqual([
      ['prepare', 'ran'],
      ['train', 'ran'],
    ]);
    expect(await opened.params(1)).toEqual({'train.trees': 7});
    expect(events.map(({type}) => type)).toEqual(
      expect.arrayContaining(['plan', 'stage.start', 'stage.end', 'summary']),
    );
    const again = await opened.execute({stages: ['prepare'], force: true});
    expect(again.stages.map(({name, outcome}) => [name, outcome])).toEqual([['prepare', 'ran']]);
    expect((await opened.execute({stages: ['prepare']})).stages[0]?.outcome).toBe('skipped');
  });

  it('two at once follow each other; a stage that fails is a result', async () => {
    await using rig = project('mlp: 1\nstages:\n  s: {cmd: "exit 3", outs: [x]}\n');
    await using opened = await openProject(rig.folder);
    const both = await Promise.all([opened.execute(), opened.execute()]);
    expect(both.map(({run, status}) => [run, status])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
    ]);
    expect(both[0].stages).toMatchObject([
      {name: 's', outcome: 'failed', failure: expect.stringContaining('3') as string},
    ]);
  });

  it('an abort stops it as Ctrl-C does', async () => {
    await using rig = new Rig();
    const held = gate(rig, 's');
    rig.write('pipeline.yaml', `mlp: 1\nstages:\n  s: {cmd: "${held.command}", outs: [x]}\n`);
    await using opened = await openProject(rig.folder);
    const abort = new AbortController();
    const running = opened.execute({signal: abort.signal});
    await held.begun(running);
    abort.abort();
    expect(await running).toMatchObject({status: 'interrupted', stages: [{name: 's', outcome: 'stopped'}]});
    await expect(opened.execute({signal: abort.signal})).rejects.toThrow('aborted');
  });

  it('what cannot be run is an error', async () => {
    await using rig = project();
    await using opened = await openProject(rig.folder);
    expect(await errorOf(opened.execute({stages: ['trian']}))).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('did you mean `train`?') as string,
    });
    expect((await errorOf(opened.execute({jobs: 0}))).code).toBe('usage');
    rig.write('pipeline.yaml', 'mlp: 1\nstages:\n  s: {cdm: x}\n');
    const wrong = await errorOf(opened.execute());
    expect(wrong.code).toBe('config');
    expect(wrong.message).toMatch(/^pipeline\.yaml:3:\d+: /);
  });
});

describe('opening and closing', () => {
  it('finds the project above a folder, says when there is none, and refuses what comes after close', async () => {
    await using rig = project();
    rig.write('a/b/c.txt', '');
    const opened = await openProject(rig.path('a/b'));
    expect(opened.folder).toBe(rig.folder);
    expect(await opened.runs()).toEqual([]);
    await opened.close();
    await opened.close();
    expect((await errorOf(opened.runs())).code).toBe('closed');
    await using empty = new Rig();
    expect(await errorOf(openProject(empty.folder))).toMatchObject({code: 'not-found'});
    expect((await errorOf(openProject(empty.path('nowhere')))).code).toBe('io');
  });
});
