/**
 * What hashing costs on this machine, for comparison: `node calibrate.mjs memory|sha256|xxh64 THREADS BYTES|LIST`.
 * memory: sha256 over BYTES that each thread holds; sha256 and xxh64: over the files named in LIST, shared out among
 * the threads. Prints `{"bytes", "ms"}`; the clock starts when every thread is ready.
 */
import {createHash} from 'node:crypto';
import {closeSync, openSync, readFileSync, readSync} from 'node:fs';
import {isMainThread, parentPort, Worker, workerData} from 'node:worker_threads';

/** @typedef {{what: 'memory' | 'sha256' | 'xxh64', bytes: number, files: string[]}} Work */
/** @typedef {{update: (part: Uint8Array) => unknown, digest: () => unknown}} Hash */

/** @param {Work['what']} what @returns {Promise<() => Hash>} */
async function hashOf(what) {
  if (what !== 'xxh64') return () => createHash('sha256');
  const {default: load} = await import('xxhash-wasm');
  const {create64} = await load();
  return () => create64();
}

/** @param {Work} work @param {() => Hash} create */
function hashAll(work, create) {
  const buffer = Buffer.alloc(1 << 20, 7);
  let bytes = 0;
  if (work.what === 'memory') {
    const hash = create();
    for (; bytes < work.bytes; bytes += buffer.length) hash.update(buffer);
    hash.digest();
  }
  for (const file of work.files) {
    const hash = create();
    const handle = openSync(file, 'r');
    for (;;) {
      const count = readSync(handle, buffer, 0, buffer.length, null);
      if (count === 0) break;
      hash.update(buffer.subarray(0, count));
      bytes += count;
      if (count < buffer.length) break;
    }
    closeSync(handle);
    hash.digest();
  }
  return bytes;
}

/** @param {Work['what']} what @param {number} threads @param {string} argument */
async function main(what, threads, argument) {
  const names = what === 'memory' ? [] : readFileSync(argument, 'utf8').split('\n').filter(Boolean);
  const workers = Array.from({length: threads}, (_, thread) => {
    const files = names.filter((_name, at) => at % threads === thread);
    return new Worker(new URL(import.meta.url), {workerData: {what, bytes: Number(argument), files}});
  });
  /** @type {(worker: Worker) => Promise<number>} */
  const next = (worker) =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  await Promise.all(workers.map(next));
  const started = performance.now();
  const done = workers.map(next);
  for (const worker of workers) worker.postMessage('go');
  const bytes = (await Promise.all(done)).reduce((sum, count) => sum + count, 0);
  process.stdout.write(`${JSON.stringify({bytes, ms: performance.now() - started})}\n`);
}

if (isMainThread) {
  const [what = 'memory', threads = '1', argument = ''] = process.argv.slice(2);
  await main(/** @type {Work['what']} */ (what), Number(threads), argument);
} else {
  const create = await hashOf(workerData.what);
  const port = parentPort;
  port?.once('message', () => port.postMessage(hashAll(workerData, create)));
  port?.postMessage('ready');
}
