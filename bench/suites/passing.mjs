/** A large file passed from one stage to the next: the engine must not hold it in memory. */
import {checkMemory, mostMemoryMb, mustRun, newFolder} from '../bench.mjs';
import {put} from '../pipelines.mjs';

/** @type {import('../bench.mjs').Suite} */
export const passing = {
  name: 'passing',
  about: 'a large file between two stages',
  run(bench) {
    if (bench.mlp === undefined) return;
    const bytes = bench.quick ? 256 * 2 ** 20 : 2 * 2 ** 30;
    const make = `yes "a line of the large file that is passed" | head -c ${bytes} >large.txt`;
    const use = 'wc -c <large.txt >size.txt';
    const alone = mustRun(bench, ['sh', '-c', `${make}; ${use}`], newFolder(bench, 'passing-shell'));
    const folder = newFolder(bench, 'passing');
    const stages = [
      '  make:',
      `    cmd: ${JSON.stringify(make)}`,
      '    outs: [large.txt]',
      '  use:',
      `    cmd: ${JSON.stringify(use)}`,
      '    deps: [large.txt]',
      '    outs: [size.txt]',
    ];
    put(folder, 'pipeline.yaml', ['mlp: 1', 'name: bench', 'stages:', ...stages, ''].join('\n'));
    const first = mustRun(bench, bench.mlp.argv, folder);
    const again = mustRun(bench, bench.mlp.argv, folder);
    const rows = Object.entries({'the two commands alone': alone, 'mlp, first run': first, 'mlp, again': again}).map(
      ([what, sample]) => {
        bench.report.figure(`cpu of ${what}`, [sample.cpuMs], 'ms');
        bench.report.figure(`wall of ${what}`, [sample.wallMs], 'ms');
        const read = sample.readBytes === null ? '–' : sample.readBytes / 1e6;
        return [what, sample.cpuMs / 1000, sample.wallMs / 1000, read, mostMemoryMb([sample]) ?? '–'];
      },
    );
    const title = `${bytes / 2 ** 20} MiB between two stages`;
    bench.report.table(title, ['what', 'CPU s', 'wall s', 'MB read', 'RSS MB'], rows);
    checkMemory(bench, `peak memory with ${title}`, mostMemoryMb([first, again]), 300);
  },
};
