/** argv -> exit code. The one place that knows the process it runs in, and the one catch of bugs. */
import {openHost} from '../host/open-host.ts';
import {runCli} from './run-cli.ts';

process.umask(0o022);
// No await at the top: the bundle starts as CommonJS. runCli never throws.
void runCli({
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  version: process.env['MLP_VERSION'] ?? 'dev',
  build: process.env['MLP_BUILD'] ?? 'dev',
  openHost: (folder) => openHost(folder),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
