/** What a lock file pins, held against what is installed. */
import {expect, it} from 'vitest';
import {checkEnvironment} from '../../src/stages/package/environment.ts';
import type {Host} from '../../src/host/host.ts';
import {tempHost} from '../host/rig.ts';
import {canTestR} from '../rig/needs.ts';

function installed(host: Host, lines: readonly string[]): Host {
  const capture = async () => ({code: 0, stdout: lines.map((line) => `${line}\n`).join(''), stderr: ''});
  return {...host, processes: {...host.processes, capture}};
}

it('a wildcard pins no version, and a package for other machines need not be here', async () => {
  const host = tempHost();
  host.files.writeAtomic(
    'requirements.txt',
    'numpy==1.26.*\ncolorama==0.4.6 ; sys_platform == "win32"\npip==1.0  # pinned; why not\n',
  );
  await expect(checkEnvironment(['requirements.txt'], installed(host, ['numpy\t1.26.4', 'pip\t1.0']))).resolves.toBe(
    undefined,
  );
  // One with a marker that is here must be the one that is named.
  await expect(
    checkEnvironment(['requirements.txt'], installed(host, ['colorama\t0.4.5', 'pip\t1.0'])),
  ).rejects.toThrow('colorama 0.4.6, installed is 0.4.5');
  // What stands behind `#` is no marker.
  await expect(checkEnvironment(['requirements.txt'], installed(host, []))).rejects.toThrow(
    'pip 1.0, installed is none',
  );
});

it.skipIf(!canTestR)('versions of R packages are compared as they are written, with their dashes', async () => {
  const host = tempHost();
  const asked = await host.processes.capture(['Rscript', '-e', "cat(utils::packageDescription('nlme')$Version)"]);
  const version = asked.stdout.trim();
  expect(version).toMatch(/^\d.*-\d+$/);
  host.files.writeAtomic('renv.lock', JSON.stringify({Packages: {nlme: {Version: version}}}));
  await expect(checkEnvironment(['renv.lock'], host)).resolves.toBe(undefined);
  host.files.writeAtomic('renv.lock', JSON.stringify({Packages: {nlme: {Version: '0.1-1'}}}));
  await expect(checkEnvironment(['renv.lock'], host)).rejects.toThrow(`nlme 0.1-1, installed is ${version}`);
});
