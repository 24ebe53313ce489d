/** Runs helper programs (git, python, ...) to their end, by execa. */
import type {CapturedProcess} from './host.ts';
import {signalGroup} from './process-group.ts';

export interface CaptureOptions {
  readonly cwd: string;
  /** Added to the environment of this process. */
  readonly env?: {readonly [name: string]: string};
  readonly input?: string;
  readonly timeoutMs?: number;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Never throws for what the program does; one that cannot be started has no code and says why in `stderr`. */
export async function captureProcess(argv: readonly string[], options: CaptureOptions): Promise<CapturedProcess> {
  const [program = '', ...rest] = argv;
  const {execa} = await import('execa');
  const running = execa(program, rest, {
    cwd: options.cwd,
    env: {...options.env},
    ...(options.input === undefined ? {stdin: 'ignore' as const} : {input: options.input}),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: MOST_BYTES,
    // A group of its own: a terminal's Ctrl-C is the engine's to handle, and at the timeout its children end too.
    detached: true,
  });
  const {pid} = running;
  let late = false;
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          if (pid !== undefined) signalGroup(pid, 'SIGKILL');
        }, options.timeoutMs);
  const end = (): void => {
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
  };
  process.once('exit', end);
  try {
    const result = await running;
    const why = late
      ? `\`${program}\` took longer than ${options.timeoutMs} ms`
      : result.exitCode === undefined
        ? result.shortMessage
        : '';
    return {
      code: late ? undefined : result.exitCode,
      stdout: result.stdout,
      stderr: why === undefined || why === '' ? result.stderr : `${result.stderr}${why}\n`,
    };
  } finally {
    clearTimeout(timer);
    process.off('exit', end);
  }
}
