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

/** Chromium, by the name it has here. */
export const browser =
  ['chromium', 'chromium-browser', 'google-chrome'].find((name) => isThere(name, ['--version'])) ?? 'chromium';
export const canTestBrowser = inCi || isThere(browser, ['--version']);
export const canTestPostgres = inCi || postgresPrograms !== undefined;
