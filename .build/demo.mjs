/** `npm run demo`: the example b2b-b2c twice, so that a newcomer sees a pipeline run and then skip what is up to date. */
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {root} from './sources.mjs';

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

const mlp = join(root, 'bin/mlp.js');
console.log(
  '\nIs this text a business or a person? `mlp run package` in examples/b2b-b2c runs what the package needs, from 84,829\n' +
    'real names to a model that is judged, approved, packed and tried:\n',
);
run(process.execPath, [mlp, 'run', 'package'], example);
console.log('\nThe same command again: nothing changed, so every stage is skipped and nothing is computed:\n');
run(process.execPath, [mlp, 'run', 'package'], example);
console.log('\nThe packaged model answers, with nothing but its folder:\n');
run(process.execPath, [mlp, 'predict', 'package', 'data/new-names.csv', '--keep'], example);
console.log(
  '\nLook at examples/b2b-b2c/reports/n-grams.html and examples/b2b-b2c/package/MODEL_CARD.md. `mlp run` there compares the\n' +
    'models with those of scikit-learn and R, where Python and R are installed.',
);
