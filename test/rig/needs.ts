/**
 * Programs that some tests need. In CI they must be there, so a test that lacks one fails; a reader without R is not kept
 * from testing the rest.
 */
import {spawnSync} from 'node:child_process';
import {postgresPrograms} from './postgres.ts';

const isThere = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, {stdio: 'ignore'}).status === 0;
const inCi = process.env['CI'] === 'true';

export const canTestR = inCi || isThere('Rscript', ['-e', '0']);
export const canTestPython = inCi || isThere('python3', ['-c', '0']);
export const canTestSklearn = inCi || isThere('python3', ['-c', 'import sklearn']);
export const canTestOnnx = inCi || isThere('python3', ['-c', 'import onnx, onnxruntime']);
export const canTestPandas = inCi || isThere('python3', ['-c', 'import pandas, pyarrow']);
export const canTestTrace = inCi || isThere('strace', ['-f', '-qq', '-e', 'trace=none', 'true']);
export const canTestSandbox =
  inCi || isThere('bwrap', ['--dev-bind', '/', '/', 'true']) || isThere('unshare', ['-rm', 'true']);

/** What starts a command in a container of its own, as far as its processes go: there it is number 1 and sees no others. */
export const container =
  [
    ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
    ['unshare', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc'],
  ].find(([program = '', ...words]) => isThere(program, [...words, 'true'])) ?? [];
export const canTestContainers = inCi || container.length > 0;

/** Chromium, by the name it has here. */
export const browser =
  ['chromium', 'chromium-browser', 'google-chrome'].find((name) => isThere(name, ['--version'])) ?? 'chromium';
export const canTestBrowser = inCi || isThere(browser, ['--version']);
export const canTestPostgres = inCi || postgresPrograms !== undefined;
