/** Entry of a hash worker: answers each batch it is sent with one message. */
import {parentPort, workerData} from 'node:worker_threads';
import {FileHasher, loadQuickHasher} from './file-hasher.ts';
import {pathShower} from './files.ts';
import {lookAtBatch} from './look-batch.ts';
import type {LookBatch} from './look-batch.ts';

const {root} = workerData as {readonly root: string};
const hasher = new FileHasher(await loadQuickHasher(), pathShower(root));
parentPort?.on('message', (batch: LookBatch) => {
  const looked = lookAtBatch(hasher, batch);
  parentPort?.postMessage(looked, [looked.records]);
});
