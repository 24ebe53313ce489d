import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Starts bin/mlp.js as if it ran on another version of Node. */
function startOn(version: string, bin: string) {
  const program = `Object.defineProperty(process, 'versions', {value: {...process.versions, node: '${version}'}});
    require(${JSON.stringify(bin)});`;
  return spawnSync(process.execPath, ['-e', program], {encoding: 'utf8'});
}

describe('bin/mlp.js', () => {
  it.each(['12.22.0', '18.20.8', '20.16.0', '21.7.3', '22.0.0', '22.13.1'])(
    'refuses Node %s in one sentence before anything is loaded',
    (version) => {
      const {status, stderr, stdout} = startOn(version, join(root, 'bin/mlp.js'));
      expect(status).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toBe(
        `mlp needs Node 20.17 or later of the 20 line, or Node 22.14 or later, and this is Node ${version}: ` +
          'install a current one from https://nodejs.org and start mlp again.\n',
      );
    },
  );

  it.each(['20.17.0', '20.20.2', '22.14.0', '23.0.0', '24.1.0', '26.0.0'])('goes on with Node %s', (version) => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'mlp-bin-'));
    cpSync(join(root, 'bin'), join(elsewhere, 'bin'), {recursive: true});
    const {status, stderr} = startOn(version, join(elsewhere, 'bin/mlp.js'));
    rmSync(elsewhere, {recursive: true});
    expect(status).toBe(2);
    expect(stderr).toContain('`npm run build`');
  });

  it('refuses what `engines` of package.json refuses', () => {
    const {engines} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {engines: {node: string}};
    expect(engines.node).toBe('>=20.17 <21 || >=22.14');
  });
});

it('keeps the compiled code of a run that succeeded, whichever command came first', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'mlp bin-'));
  for (const folder of ['bin', 'dist'])
    cpSync(join(root, folder), join(elsewhere, folder), {recursive: true, filter: (path) => !path.endsWith('.cache')});
  cpSync(join(root, 'package.json'), join(elsewhere, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(elsewhere, 'node_modules'));
  const project = join(elsewhere, 'project');
  mkdirSync(project);
  const after = (...words: readonly string[]): readonly (string | undefined)[] => {
    spawnSync(process.execPath, [join(elsewhere, 'bin/mlp.js'), ...words], {cwd: project});
    const kept = readdirSync(join(elsewhere, 'dist/cli')).filter((name) => name.endsWith('.cache'));
    return kept.map((name) => (name.endsWith('-run.cache') ? 'of a run' : 'of another')).sort();
  };
  expect(after('--version')).toEqual(['of another']);
  expect(after('run', '--help')).toEqual(['of another']);
  expect(after('run')).toEqual(['of another']);
  writeFileSync(join(project, 'pipeline.yaml'), 'mlp: 1\nstages:\n  a: {cmd: "true"}\n');
  expect(after('run')).toEqual(['of a run', 'of another']);
  rmSync(elsewhere, {recursive: true});
});
