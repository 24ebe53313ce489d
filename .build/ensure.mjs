/** Installs the development dependencies when they are not there or package.json changed since: a fresh clone needs no other step. */
import {spawnSync} from 'node:child_process';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {hashOfFiles, isUnchanged, root} from './sources.mjs';

const stamp = join(root, 'node_modules/.installed-for');
const hash = hashOfFiles(['package.json', '.npmrc']);
if (!existsSync(join(root, 'node_modules/vitest')) || !isUnchanged(stamp, hash)) {
  console.log(
    'Installing the development dependencies (once; a minute or two where better-sqlite3 must be compiled) ...',
  );
  const {status} = spawnSync('npm', ['install', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) {
    console.error('`npm install` failed; see above.');
    process.exit(1);
  }
  writeFileSync(stamp, hash);
}
