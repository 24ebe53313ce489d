/** Two runs of one random pipeline at the same time, as two processes. */
import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {Random} from '../fakes/random.ts';
import {put} from './edits.ts';
import {processesWith, runEngine} from './engines.ts';
import {randomLine, randomProject} from './generate.ts';
import {below, differences} from './outcomes.ts';
import {build, type Project} from './project.ts';
import {paramsYaml, pipelineYaml} from './render.ts';
import {tempFolder} from './temp-folder.ts';

const SEEDS = Array.from({length: Number(process.env['MLP_SEEDS'] ?? 300) / 50}, (_, index) => index);

describe('two runs started together', () => {
  it.each(SEEDS)('both succeed and start each command once (seed %i)', async (seed) => {
    const random = new Random(seed + 500_000);
    const around = tempFolder();
    const root = join(around, 'project');
    const log = join(around, 'log');
    const project = randomProject(random);
    mkdirSync(root);
    for (const path of Object.keys(project.sources)) put(root, path, project.sources[path]);
    const write = (): void => {
      writeFileSync(log, '');
      writeFileSync(join(root, 'pipeline.yaml'), pipelineYaml(project, {log, kill: join(around, 'kill-')}));
      writeFileSync(join(root, 'params.yaml'), paramsYaml(project));
    };
    write();
    const ranFirst = await runTwice(root, project, log);
    expect(ranFirst).toEqual(
      build(project)
        .works.map((work) => work.label)
        .sort(),
    );
    const before = new Set(build(project).works.map((work) => work.key));
    const path = random.pick(Object.keys(project.sources));
    project.sources[path] = {text: randomLine(random), exec: false};
    put(root, path, project.sources[path]);
    write();
    const ranThen = await runTwice(root, project, log);
    const stale = build(project).works.filter((work) => !before.has(work.key));
    expect(ranThen).toEqual(stale.map((work) => work.label).sort());
    expect(await processesWith(around)).toEqual([]);
    expect(existsSync(join(root, '.mlp/mlp.db'))).toBe(true);
    rmSync(around, {recursive: true, force: true});
  });
});

/** @returns labels of the commands that were started by both together, sorted. */
async function runTwice(root: string, project: Project, log: string): Promise<readonly string[]> {
  const ends = await Promise.all([runEngine(root, {}, ['-j', '2']), runEngine(root, {}, ['-j', '2'])]);
  expect(ends.map(({code, talk}) => `${String(code)} ${talk}`)).toEqual(['0 ', '0 ']);
  const wrong = build(project).works.flatMap((work) =>
    work.outs.flatMap(({path}) => differences(root, below(work.made, path), path)),
  );
  expect(wrong).toEqual([]);
  return readFileSync(log, 'utf8').split('\n').slice(0, -1).sort();
}
