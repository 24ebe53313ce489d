/** Stages that are TypeScript functions: what starting one worker thread adds. */
import {interleave, leastCpu, leastWall, mostMemoryMb, mustRun, newFolder} from '../bench.mjs';
import {put} from '../pipelines.mjs';
import {spreadText} from '../report.mjs';

/** @type {import('../bench.mjs').Suite} */
export const functions = {
  name: 'functions',
  about: 'TypeScript function stages in worker threads, one after the other',
  run(bench) {
    const mlp = bench.mlp;
    if (mlp === undefined) return;
    const many = bench.quick ? 11 : 21;
    const argv = [...mlp.argv.slice(0, mlp.argv.indexOf('-j')), '-j', '1'];
    /** @param {number} count */
    const runNew = (count) => {
      const folder = newFolder(bench, `functions-${count}`);
      writeProject(folder, count);
      return mustRun(bench, argv, folder);
    };
    const found = interleave(bench.quick ? 2 : 5, {one: () => runNew(1), many: () => runNew(many)});
    const rows = Object.entries(found).map(([name, runs]) => {
      const cpu = bench.report.figure(
        `cpu of a first run, ${name}`,
        runs.map((run) => run.cpuMs),
        'ms',
      );
      const wall = bench.report.figure(
        `wall of a first run, ${name}`,
        runs.map((run) => run.wallMs),
        'ms',
      );
      return [name === 'one' ? 1 : many, spreadText(cpu), spreadText(wall), mostMemoryMb(runs) ?? '–'];
    });
    const cpu = (leastCpu(found['many']) - leastCpu(found['one'])) / (many - 1);
    const wall = (leastWall(found['many']) - leastWall(found['one'])) / (many - 1);
    const columns = ['function stages', 'CPU ms (min / median / max)', 'wall ms (min / median / max)', 'RSS MB'];
    bench.report.table('first run of trivial function stages, -j 1', columns, rows);
    bench.report.note(`one more function stage: ${cpu.toFixed(1)} ms CPU, ${wall.toFixed(1)} ms wall`);
    bench.report.check('cpu of one more function stage', cpu, '<=', 100, 'ms');
  },
};

/** @param {string} folder @param {number} count */
function writeProject(folder, count) {
  put(
    folder,
    'src/stage.ts',
    [
      "import {readFileSync, writeFileSync} from 'node:fs';",
      'interface Context {inputs: Record<string, string>; outputs: Record<string, string>}',
      'export default function stage({inputs, outputs}: Context): void {',
      "  writeFileSync(outputs['result']!, readFileSync(inputs['source']!, 'utf8').toUpperCase());",
      '}',
      '',
    ].join('\n'),
  );
  const lines = ['mlp: 1', 'name: bench', 'stages:'];
  for (let at = 0; at < count; at += 1) {
    put(folder, `data/${at}.txt`, `line ${at}\n`);
    lines.push(
      `  f${at}:`,
      '    run: src/stage.ts',
      `    deps: {source: data/${at}.txt}`,
      `    outs: {result: out/${at}.txt}`,
    );
  }
  put(folder, 'pipeline.yaml', `${lines.join('\n')}\n`);
}
