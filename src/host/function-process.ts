/**
 * Entry of a process that runs one function, for functions that must not share mlp's own: reads the spec named on the
 * command line, runs the function in a thread as usual, and writes how it ended beside the spec.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {createFunctions} from './functions.ts';
import type {FunctionSpec} from './host.ts';

interface Request {
  readonly spec: FunctionSpec;
  /** Module of a function's thread. */
  readonly worker: string;
  readonly root: string;
}

const file = process.argv[2] ?? '';
const {spec, worker, root} = JSON.parse(readFileSync(file, 'utf8')) as Request;
const work = createFunctions({
  absolute: (path) => (path.startsWith('/') ? path : path === '.' ? root : `${root}/${path}`),
  workerEntry: () => worker,
}).start(spec);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    work.stop(signal);
  });
void work.exited.then((exit) => {
  writeFileSync(`${file}.exit`, JSON.stringify(exit));
  process.exit(exit.code ?? 1);
});
