/** Early cutoff and undo on a chain whose first stage keeps only the first word of its source. */
import {leastCpu} from '../bench.mjs';
import {Project, readOutcomes} from '../project.mjs';

/** @type {import('../bench.mjs').Suite} */
export const cutoff = {
  name: 'cutoff',
  about: 'a chain of 100 stages: an edit that changes nothing downstream, and its undo',
  run(bench) {
    const mlp = bench.mlp;
    if (mlp === undefined) return;
    const size = 100;
    const project = new Project(bench.meter, bench.temp, mlp, 'cutoff', size);
    const argv = [...mlp.argv, '--json'];
    /** @type {(string | number)[][]} */
    const rows = [];
    /** @param {string} step @param {number} expected */
    const step = (step, expected) => {
      const run = project.run({argv});
      const outcomes = readOutcomes(run);
      const ended = Object.entries(outcomes.counts).map(([name, count]) => `${count} ${name}`);
      rows.push([step, outcomes.ran.length, run.ran, ended.join(', '), leastCpu([run])]);
      bench.report.check(`${step}: stages run, by events`, outcomes.ran.length, '==', expected, '');
      bench.report.check(`${step}: stages run, by their own log`, run.ran, '==', expected, '');
    };
    const original = project.readSource(0);
    const [word = ''] = original.split(' ');
    step('first run', size);
    step('nothing changed', 0);
    project.touchSource(0);
    step('source touched', 0);
    project.writeSource(0, `${word} another end of the line\n`);
    step('end of the line edited', 1);
    project.writeSource(0, original);
    step('that edit undone', 0);
    project.writeSource(0, 'other rest of the line\n');
    step('first word edited', size);
    project.writeSource(0, original);
    step('that edit undone too', 0);
    project.removeOutput(size / 2);
    step('an output removed', 0);
    if (!project.hasOutput(size / 2)) throw new Error('The removed output was not restored.');
    bench.report.table(
      'cutoff chain, 100 stages',
      ['step', 'ran (events)', 'ran (log)', 'all outcomes', 'CPU ms'],
      rows,
    );
    project.remove();
  },
};
