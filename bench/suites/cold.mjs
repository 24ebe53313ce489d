/** Running trivial stages for the first time: what the engine adds to the `sh` of each. */
import path from 'node:path';
import {interleave, leastCpu, leastWall, mostMemoryMb, mustRun, newFolder, skipBroken} from '../bench.mjs';
import {put, planPipeline, shellOf, writeSources, inputsOf, outputOf} from '../pipelines.mjs';
import {Project} from '../project.mjs';
import {number, progress, spreadText} from '../report.mjs';

/** @typedef {import('../bench.mjs').Bench} Bench */

/** @type {import('../bench.mjs').Suite} */
export const cold = {
  name: 'cold',
  about: 'trivial process stages, first run',
  run(bench) {
    const size = bench.quick ? 200 : 1000;
    const rows = [];
    let ownPerStage = NaN;
    if (bench.mlp !== undefined) {
      const mlp = bench.mlp;
      const found = interleave(bench.quick ? 1 : 3, {
        shell: () => runShellAlone(bench, size),
        wide: () => runCold(bench, mlp, 'wide', size),
        chain: () => runCold(bench, mlp, 'chain', size),
      });
      const shell = leastCpu(found['shell']);
      for (const [name, runs] of Object.entries(found)) {
        const cpu = bench.report.figure(
          `cpu a stage, ${name}, ${size} stages`,
          runs.map((run) => run.cpuMs / size),
          'ms',
        );
        const title = name === 'shell' ? 'sh -c alone, one after the other' : `mlp, ${name}`;
        rows.push([
          title,
          size,
          spreadText(cpu),
          cpu.min - shell / size,
          leastWall(runs) / 1000,
          mostMemoryMb(runs) ?? '–',
        ]);
      }
      for (const name of ['wide', 'chain']) {
        const over = (leastCpu(found[name]) - shell) / size;
        bench.report.check(`cpu a stage over \`sh -c\`, ${name}, ${size} stages`, over, '<=', 8, 'ms');
      }
      const stray = found['wide']?.map((run) => run.strayCpuMs).filter((value) => value !== null) ?? [];
      if (stray.length > 0) {
        const perStage = Math.min(...stray) / size;
        bench.report.note(`of mlp's CPU, ${number(perStage)} ms a stage are in processes that were left to init`);
      }
      ownPerStage = leastCpu(found['wide']) / size;
    }
    const table = peers(bench, size, rows);
    bench.report.table(
      'first run of trivial stages',
      ['tool', 'stages', 'CPU ms a stage', 'over sh -c', 'wall s', 'RSS MB'],
      rows,
    );
    if (bench.mlp === undefined) return;
    const title = "DVC's cpu a stage (without its start) against mlp's whole";
    const dvc = table.get('dvc');
    if (dvc === undefined) bench.report.skipCheck(title, '>=', 20, '×', bench.absent.get('dvc') ?? 'not found');
    else bench.report.check(title, dvc / ownPerStage, '>=', 20, '×');
  },
};

/**
 * Adds a row for each peer; gives its CPU a stage with the cost of a run that does nothing taken off.
 * @param {Bench} bench @param {number} size @param {(string | number)[][]} rows
 */
function peers(bench, size, rows) {
  /** @type {Map<string, number>} */
  const perStage = new Map();
  for (const tool of bench.peers) {
    skipBroken(bench, tool, () => {
      progress(tool.name);
      const stages = Math.min(size, tool.coldLimit);
      const project = new Project(bench.meter, bench.temp, tool, 'wide', stages);
      const first = project.run();
      const nothing = project.run();
      project.remove();
      if (first.ran !== stages) throw new Error(`${tool.name} ran ${first.ran} of ${stages} stages.`);
      const cpu = bench.report.figure(`cpu a stage, ${tool.name}, ${stages} stages`, [first.cpuMs / stages], 'ms');
      perStage.set(tool.name, (first.cpuMs - nothing.cpuMs) / stages);
      rows.push([tool.name, stages, spreadText(cpu), '', first.wallMs / 1000, mostMemoryMb([first]) ?? '–']);
    });
  }
  return perStage;
}

/** @param {Bench} bench @param {import('../tools.mjs').Tool} mlp @param {'wide' | 'chain'} shape @param {number} size */
function runCold(bench, mlp, shape, size) {
  const project = new Project(bench.meter, bench.temp, mlp, shape, size);
  const run = project.run();
  project.remove();
  if (run.ran !== size) throw new Error(`mlp ran ${run.ran} of ${size} stages of a new pipeline.`);
  return run;
}

/** The same commands, each in an `sh -c` of its own, started by one shell. @param {Bench} bench @param {number} size */
function runShellAlone(bench, size) {
  const folder = newFolder(bench, 'shell');
  const plan = planPipeline('wide', size, path.join(folder, 'ran.log'));
  writeSources(folder, plan);
  const lines = plan.stages.map((stage) => {
    const command = shellOf(stage, inputsOf(stage), outputOf(stage.index), plan.log);
    return `sh -c '${command}'\n`;
  });
  put(folder, 'all.sh', lines.join(''));
  return mustRun(bench, ['sh', 'all.sh'], folder);
}
