/** Entry of a function's thread: calls one exported function and tells how it ended. */
import {readlinkSync} from 'node:fs';
import {pathToFileURL} from 'node:url';
import {inspect} from 'node:util';
import {getHeapStatistics} from 'node:v8';
import {parentPort, workerData} from 'node:worker_threads';
import {thisBuild} from './this-build.ts';
import {functionContext} from './function-context.ts';
import {redirectOutput} from './function-log.ts';
import {FileTrouble, type Host} from './host.ts';
import type {FunctionMessage, FunctionWorkerData} from './function-protocol.ts';
import {cpuOfStat} from './process-group.ts';

const MEMORY_EVERY_MS = 100;

const data = workerData as FunctionWorkerData;
const log = redirectOutput(data.logFile);
const abort = new AbortController();
let host: Host | undefined;
let told = false;

function tell(message: FunctionMessage): void {
  parentPort?.postMessage(message);
}

function lookAtMemory(): void {
  const heap = getHeapStatistics();
  const bytes = heap.total_heap_size + heap.external_memory;
  if (bytes > (data.memory[0] ?? 0)) data.memory[0] = bytes;
}

function cpuMs(): number | undefined {
  const own = cpuOfStat('/proc/thread-self/stat', false);
  return own === undefined ? undefined : own + (host?.threads.usedCpuMs() ?? 0);
}

function returned(code: number): void {
  if (told) return;
  told = true;
  lookAtMemory();
  tell({kind: 'returned', code, cpuMs: cpuMs()});
}

function threw(thrown: unknown): void {
  if (told) return;
  told = true;
  lookAtMemory();
  const stack = thrown instanceof Error ? withoutOwnFrames(inspect(thrown)) : `thrown: ${inspect(thrown)}`;
  const message =
    thrown instanceof Error ? thrown.message || thrown.name : typeof thrown === 'string' ? thrown : inspect(thrown);
  // What a kind of mlp says is a sentence for the user; where in mlp it was said is of use only when it is a bug.
  const isSentence =
    data.context.settings !== undefined &&
    thrown instanceof Error &&
    (thrown instanceof FileTrouble || Object.getPrototypeOf(thrown) === Error.prototype) &&
    !message.startsWith('BUG');
  log(`${isSentence ? message : stack}\n`);
  tell({kind: 'threw', message, stack, cpuMs: cpuMs()});
}

/** The user's frames are what helps. */
const withoutOwnFrames = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) || !line.includes(import.meta.url))
    .join('\n');

function threadFolder(): string | undefined {
  try {
    return readlinkSync('/proc/thread-self');
  } catch {
    return undefined;
  }
}

type AnyFunction = (...args: unknown[]) => unknown;

/** @param whose the module in an error. @throws Error when the export is no function. */
async function loadFunction(bundle: string, exportName: string, whose: string): Promise<AnyFunction> {
  const module = (await import(pathToFileURL(bundle).href)) as {readonly [name: string]: unknown};
  const found = module[exportName];
  if (typeof found === 'function') return found as AnyFunction;
  const exports = Object.keys(module).map((name) => `\`${name}\``);
  const there = exports.length === 0 ? 'it exports nothing' : `it exports ${exports.join(', ')}`;
  const what = found === undefined ? 'has no export' : 'exports something that is no function as';
  throw new Error(`the module of ${whose} ${what} \`${exportName}\`: ${there}`);
}

/** A function that the settings of a built-in stage name. */
async function functionOf(reference: string): Promise<AnyFunction> {
  return loadFunction(moduleOf(reference), 'default', `the function \`${reference}\``);
}

function moduleOf(reference: string): string {
  const bundle = data.context.functions?.[reference];
  if (bundle === undefined) throw new Error(`BUG: the kind did not say that it calls \`${reference}\``);
  return bundle;
}

async function call(): Promise<unknown> {
  const stage = await loadFunction(data.bundle, data.exportName, `stage \`${data.context.stage}\``);
  const context = functionContext(data.context, {log, signal: abort.signal, tick: lookAtMemory});
  const {settings} = data.context;
  if (settings === undefined) return stage(context);
  // Only the kinds that mlp brings are given a host: users' functions have Node's own modules.
  const {openHost} = await import('./open-host.ts');
  host = openHost('.');
  return stage(context, settings, host, {
    functionOf,
    moduleOf,
    mlp: data.context.mlp ?? [],
    version: thisBuild.version,
  });
}

process.setSourceMapsEnabled(true);
process.on('uncaughtException', threw);
process.on('beforeExit', () => {
  threw(new Error('the promise of the function can never settle: nothing is left that it could wait for'));
});
parentPort?.on('message', (signal: string) => {
  abort.abort(new Error(`the stage was stopped (${signal})`));
});
// The port listens, but is no reason for the thread to live.
parentPort?.unref();
setInterval(lookAtMemory, MEMORY_EVERY_MS).unref();
tell({kind: 'started', thread: threadFolder()});

call().then(
  () => {
    // A rejection that nobody handled is reported after this turn: it fails the stage as it fails a process.
    setImmediate(() => {
      returned(Number(process.exitCode ?? 0));
    });
  },
  (error: unknown) => {
    threw(error);
  },
);
