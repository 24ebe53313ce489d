/** `npm run demo`: the example b2b-b2c twice, so that a newcomer sees a pipeline run and then skip what is up to date. */
import {spawnSync} from 'node:child_process';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {hashOfFiles, isUnchanged, root} from './sources.mjs';

const example = join(root, 'examples/b2b-b2c');

function run(command, args, cwd) {
  const {status, signal} = spawnSync(command, args, {cwd, stdio: 'inherit'});
  if (status !== 0) {
    console.error(`\n\`${[command, ...args].join(' ')}\` ended with ${signal ?? status}.`);
    process.exit(status ?? 1);
  }
}

run(process.execPath, [join(root, '.build/ensure.mjs')], root);
run(process.execPath, [join(root, '.build/build.mjs')], root);

if (existsSync(join(example, 'package.json'))) {
  const stamp = join(example, 'node_modules/.installed-for');
  const hash = hashOfFiles(['examples/b2b-b2c/package.json']);
  if (!isUnchanged(stamp, hash)) {
    console.log('Installing what the example needs (once) ...');
    run('npm', ['install', '--no-fund', '--no-audit', '--no-package-lock', '--loglevel=error'], example);
    writeFileSync(stamp, hash);
  }
}

const mlp = join(root, 'bin/mlp.js');
console.log(
  '\nIs this text a business or a person? `mlp run` in examples/b2b-b2c runs every stage that is not up to date:\n',
);
run(process.execPath, [mlp, 'run'], example);
console.log('\nThe same command again: nothing changed, so every stage is skipped and nothing is computed:\n');
run(process.execPath, [mlp, 'run'], example);
