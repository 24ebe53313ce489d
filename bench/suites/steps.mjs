/** What each tool does with the same changes to the same pipeline: no limits, a table to read. */
import {sleep} from '../measure.mjs';
import {Project} from '../project.mjs';
import {number, progress} from '../report.mjs';
import {settleMs, skipBroken} from '../bench.mjs';

/** @typedef {import('../pipelines.mjs').Shape} Shape */

const columns = ['tool', 'cold', 'noop', 'touch', 'tail', 'edit', 'undo', 'rmout'];

/** @type {import('../bench.mjs').Suite} */
export const steps = {
  name: 'steps',
  about: 'every tool, every change: CPU s / wall s · stages that ran',
  run(bench) {
    const size = bench.quick ? 10 : 100;
    /** @type {Shape[]} */
    const shapes = bench.quick ? ['wide', 'cutoff'] : ['chain', 'wide', 'layers', 'cutoff'];
    const tools = [...(bench.mlp === undefined ? [] : [bench.mlp]), ...bench.peers];
    for (const shape of shapes) {
      const rows = tools.flatMap((tool) => skipBroken(bench, tool, () => walk(bench, tool, shape, size)));
      bench.report.table(`${shape}, ${size} stages (CPU s / wall s · ran)`, columns, rows);
    }
  },
};

/** @param {import('../bench.mjs').Bench} bench @param {import('../tools.mjs').Tool} tool @param {Shape} shape @param {number} size */
function walk(bench, tool, shape, size) {
  progress(`${tool.name}, ${shape}`);
  const project = new Project(bench.meter, bench.temp, tool, shape, size);
  const original = project.readSource(0);
  const [word = ''] = original.split(' ');
  /** @type {[name: string, change: () => void][]} */
  const changes = [
    ['cold', () => {}],
    ['noop', () => sleep(bench.quick ? 0 : settleMs)],
    ['touch', () => project.touchSource(0)],
    ['tail', () => project.writeSource(0, `${word} another end of the line\n`)],
    ['edit', () => project.writeSource(0, 'other rest of the line\n')],
    ['undo', () => project.writeSource(0, original)],
    ['rmout', () => project.removeOutput(size / 2)],
  ];
  const cells = changes.map(([name, change]) => {
    change();
    const run = project.run();
    bench.report.figure(`${shape}, ${tool.name}, ${name}: cpu`, [run.cpuMs], 'ms');
    bench.report.figure(`${shape}, ${tool.name}, ${name}: ran`, [run.ran], 'stages');
    return `${number(run.cpuMs / 1000)} / ${number(run.wallMs / 1000)} · ${run.ran}`;
  });
  project.remove();
  return [tool.name, ...cells];
}
