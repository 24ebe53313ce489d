/** The difference of two revisions in a repository of 10,000 commits: it may not cost more than in a small one. */
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {leastCpu, leastWall, mustRun, newFolder, runNodeAlone} from '../bench.mjs';
import {put} from '../pipelines.mjs';
import {progress, spreadText} from '../report.mjs';

const limitMs = 300;
const sides = ['HEAD~1', 'HEAD'];

/** @type {import('../bench.mjs').Suite} */
export const historyDiff = {
  name: 'history-diff',
  about: 'mlp diff between two Git revisions',
  run(bench) {
    if (bench.mlp === undefined) return;
    const node = leastCpu([runNodeAlone(bench), runNodeAlone(bench), runNodeAlone(bench)]);
    const argv = bench.mlp.argv.slice(0, bench.mlp.argv.indexOf('run'));
    const rows = [];
    for (const commits of bench.quick ? [10, 10_000] : [10, 1000, 10_000]) {
      progress(`${commits} commits`);
      const folder = repository(bench, bench.mlp.argv, commits);
      for (const only of ['metrics', 'all']) {
        const words = [...argv, 'diff', ...sides, ...(only === 'all' ? [] : ['--only', only])];
        mustRun(bench, words, folder);
        const runs = Array.from({length: bench.quick ? 3 : 7}, () => mustRun(bench, words, folder));
        if (!/f1 +0\.5 +0\.\d+/.test(readFileSync(runs[0]?.stdout ?? '', 'utf8')))
          throw new Error('mlp diff did not show the metric that differs.');
        const cpu = bench.report.figure(
          `cpu of mlp diff (${only}), ${commits} commits`,
          runs.map((run) => run.cpuMs),
          'ms',
        );
        rows.push([commits, only, spreadText(cpu), node, leastWall(runs)]);
        if (commits === 10_000 && only === 'metrics')
          bench.report.check('cpu of the metrics of two revisions among 10,000 commits', cpu.min, '<=', limitMs, 'ms');
      }
    }
    const columns = ['commits', 'sections', 'CPU ms (min / median / max)', 'node -e 0', 'wall ms'];
    bench.report.table('mlp diff HEAD~1 HEAD', columns, rows);
  },
};

/**
 * Every commit but the last two changes a note; the last ones hold the mlp.lock of a run with other metrics each.
 * @param {import('../bench.mjs').Bench} bench @param {string[]} run @param {number} commits
 */
function repository(bench, run, commits) {
  const folder = newFolder(bench, `commits-${commits}`);
  const pipeline =
    'mlp: 1\nstages:\n  score: {cmd: cp scores.json metrics.json, deps: [scores.json], metrics: [metrics.json]}\n';
  put(folder, 'pipeline.yaml', pipeline);
  const locks = [0.5, 0.625].map((f1) => {
    put(folder, 'scores.json', JSON.stringify({f1, loss: 1 - f1}));
    mustRun(bench, run, folder);
    return readFileSync(path.join(folder, 'mlp.lock'), 'utf8');
  });
  const notes = Array.from({length: commits - 2}, (_, index) => ({name: 'note.txt', text: `note ${index}\n`}));
  const changes = [...notes, ...locks.map((text) => ({name: 'mlp.lock', text}))];
  const stream = changes.map(({name, text}, index) =>
    [
      'commit refs/heads/main',
      `committer Ada <ada@example.org> ${1_700_000_000 + index} +0000`,
      data(`change ${index}`),
      ...(index === 0 ? [`M 100644 inline pipeline.yaml\n${data(pipeline)}`] : []),
      `M 100644 inline ${name}\n${data(text)}`,
      '',
    ].join('\n'),
  );
  git(folder, ['init', '--quiet', '--initial-branch=main']);
  git(folder, ['fast-import', '--quiet'], stream.join('\n'));
  return folder;
}

/** @param {string} text */
const data = (text) => `data ${Buffer.byteLength(text)}\n${text}`;

/** @param {string} folder @param {string[]} words @param {string} [input] */
function git(folder, words, input = '') {
  const {status, stderr} = spawnSync('git', words, {cwd: folder, input, encoding: 'utf8'});
  if (status !== 0) throw new Error(`git ${words.join(' ')} failed: ${stderr}`);
}
