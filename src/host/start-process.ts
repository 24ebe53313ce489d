/**
 * Starts a stage's process. A tiny shell is the leader of its group: it registers the group with the guard before the
 * program starts, and when that ends it reports the CPU time of the whole tree. Both outputs go straight to the log file,
 * so that nothing is lost and the order is kept.
 */
import type {ChildProcess} from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import {FileTrouble} from './host.ts';
import type {ProcessSpec, RunningWork, WorkExit} from './host.ts';
import {findProgram, missingInterpreter} from './find-program.ts';
import type {Guard} from './guard.ts';
import {groupIsGone, groupMembers, signalGroup, usedBelow} from './process-group.ts';
import type {Sampler} from './sampler.ts';
import type {TimesFiles} from './times-files.ts';

/**
 * Runs for dash and bash alike. A guard that was killed must not take the stage with it (SIGPIPE). The traps of the other
 * signals do nothing but keep the shell waiting for its program when the group is signalled; the program itself gets the
 * default handlers back.
 */
const LEADER =
  'trap : PIPE; echo "+$$" 2>/dev/null >&3; exec 3>&-; trap - PIPE; trap : INT TERM HUP QUIT; umask 022; ' +
  '"$@" 4>&-; rc=$?; times >&4; exit $rc';

/** How long what was left behind may take to end before it is killed. */
const LEFT_BEHIND_MS = 300;
/** One that the system cannot end, or that belongs to somebody else, is left after this time. */
const PATIENCE_MS = 5_000;
const LOOK_AGAIN_MS = 10;

export interface StartParts {
  readonly guard: Guard;
  readonly sampler: Sampler;
  readonly times: TimesFiles;
}

/** @param spec with absolute paths. */
export function startProcess(spec: ProcessSpec, parts: StartParts): RunningWork {
  const startedAt = performance.now();
  const refused = (kind: 'not-found' | 'not-started', message: string): WorkExit => ({
    code: undefined,
    signal: undefined,
    error: {kind, message},
    use: {wallMs: performance.now() - startedAt},
  });
  const trouble = folderTrouble(spec.cwd);
  if (trouble !== undefined) return neverStarted(refused('not-started', trouble));
  const program = findProgram(spec.argv[0] ?? '', spec.env['PATH'], spec.cwd);
  if (program.kind !== 'found') return neverStarted(refused(program.kind, program.message));

  let log: number;
  try {
    log = openLog(spec.logFile);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    return neverStarted(refused('not-started', error.message));
  }
  let times: number;
  try {
    times = parts.times.take();
  } catch (error) {
    fs.closeSync(log);
    return neverStarted(refused('not-started', startSentence(error, program.path)));
  }
  let child: ChildProcess;
  try {
    const {spawn} = process.getBuiltinModule('node:child_process');
    child = spawn('/bin/sh', ['-c', LEADER, 'mlp', program.path, ...spec.argv.slice(1)], {
      detached: true,
      cwd: spec.cwd,
      env: spec.env,
      stdio: ['ignore', log, log, parts.guard.pipe(), times],
    });
  } catch (error) {
    fs.closeSync(log);
    parts.times.giveBack(times);
    return neverStarted(refused('not-started', startSentence(error, program.path)));
  }
  const group = child.pid;
  if (group === undefined) {
    // The reason follows as an event.
    const exited = new Promise<WorkExit>((resolve) => {
      child.once('error', (error) => {
        fs.closeSync(log);
        parts.times.giveBack(times);
        resolve(refused('not-started', startSentence(error, program.path)));
      });
    });
    return {pid: 0, exited, stop: () => undefined, sample: () => undefined};
  }
  parts.guard.started(group);
  const watch = parts.sampler.watch(() => usedBelow(group));
  let running = true;

  const finish = async (code: number | null, signal: NodeJS.Signals | null): Promise<WorkExit> => {
    const wallMs = performance.now() - startedAt;
    const {peakRssBytes, last} = watch.stop();
    if (!groupIsGone(group)) await endLeftBehind(group, log);
    running = false;
    parts.guard.ended(group);
    fs.closeSync(log);
    const cpuMs = parts.times.giveBack(times) ?? last?.cpuMs;
    const use = {
      wallMs,
      ...(cpuMs === undefined ? {} : {cpuMs}),
      ...(peakRssBytes === undefined ? {} : {peakRssBytes}),
    };
    const shellSignal = signal ?? signalOfCode(code);
    if (shellSignal !== undefined) return {code: undefined, signal: shellSignal, use};
    const missing = code === 126 || code === 127 ? missingInterpreter(program.path) : undefined;
    if (missing !== undefined)
      return {code: undefined, signal: undefined, error: {kind: 'not-found', message: missing}, use};
    return {code: code ?? undefined, signal: undefined, use};
  };

  return {
    pid: group,
    exited: new Promise((resolve, reject) => {
      child.once('exit', (code, signal) => {
        finish(code, signal).then(resolve, reject);
      });
    }),
    stop: (signal) => {
      if (running) signalGroup(group, signal);
    },
    sample: () => (running ? watch.look() : undefined),
  };
}

/** Ends what a program left running in its group, and says so in the log. */
async function endLeftBehind(group: number, log: number): Promise<void> {
  const left = groupMembers(group);
  if (left.length > 0) {
    const names = left.map(({pid, command}) => `${command === '' ? '?' : command} (${pid})`).join(', ');
    try {
      fs.writeSync(log, `mlp: ended what the stage left running in the background: ${names}\n`);
    } catch {
      // The disk of the log is full: they are ended all the same.
    }
    signalGroup(group, 'SIGTERM');
    const until = performance.now() + LEFT_BEHIND_MS;
    while (performance.now() < until && groupMembers(group).length > 0) await pause();
  }
  const giveUp = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUp && groupMembers(group).length > 0) {
    signalGroup(group, 'SIGKILL');
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, LOOK_AGAIN_MS);
  });
}

function neverStarted(exit: WorkExit): RunningWork {
  return {pid: 0, exited: Promise.resolve(exit), stop: () => undefined, sample: () => undefined};
}

function folderTrouble(cwd: string): string | undefined {
  try {
    return fs.statSync(cwd).isDirectory()
      ? undefined
      : `the stage's folder \`${cwd}\` is a file: \`cwd\` must name a folder`;
  } catch {
    return `the stage's folder \`${cwd}\` is not there: make it, or mend \`cwd\``;
  }
}

/** @throws FileTrouble */
function openLog(path: string): number {
  try {
    return fs.openSync(path, 'a');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
    throw new FileTrouble(code, path, `the log \`${path}\` cannot be written: ${code}`, {cause: error});
  }
}

function startSentence(error: unknown, program: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'E2BIG':
      return `the arguments and environment of \`${program}\` are too large for the system: put them into a file`;
    case 'EAGAIN':
      return `the system starts no more processes to run \`${program}\`: raise the limit with \`ulimit -u\`, or lower \`--jobs\``;
    case 'ENOMEM':
      return `there is not enough memory to start \`${program}\``;
    case 'EMFILE':
    case 'ENFILE':
      return `too many files are open to start \`${program}\`: raise the limit with \`ulimit -n\`, or lower \`--jobs\``;
    case 'ERR_INVALID_ARG_VALUE':
      return `an argument or variable of \`${program}\` holds a NUL character, which no program can be given`;
    default:
      return `\`${program}\` could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A shell tells of a signal by 128 + its number. */
function signalOfCode(code: number | null): string | undefined {
  if (code === null || code <= 128) return undefined;
  return Object.entries(os.constants.signals).find(([, number]) => number === code - 128)?.[0];
}
