/** From how a process ended to what the user is told. */
import {formatBytes} from '../base/format.ts';
import type {FileTrouble, WorkExit} from '../host/host.ts';
import type {Failure, Job} from '../model/job.ts';

/** @returns undefined when it succeeded. */
export function exitFailure(exit: WorkExit, job: Job): Failure | undefined {
  if (exit.error !== undefined) return errorFailure(exit.error, job);
  if (exit.signal !== undefined) {
    if (exit.signal === 'SIGKILL') {
      return {
        class: 'oom',
        message: 'killed by SIGKILL, which is how the system ends a process when memory runs out',
        signal: exit.signal,
        hint: 'see how much memory it used with `mlp logs`; declare `resources: {memory: 8G}` so that fewer stages run beside it',
      };
    }
    return {class: 'signal', message: `killed by ${exit.signal}`, signal: exit.signal};
  }
  if (exit.code === 0) return undefined;
  const hint = exit.code === 127 ? 'exit 127 means that the shell did not find a program' : environmentHint(job);
  return {
    class: 'exit',
    message: `exit ${exit.code ?? '?'}`,
    ...(exit.code === undefined ? {} : {exitCode: exit.code}),
    ...(hint === undefined ? {} : {hint}),
  };
}

function errorFailure(error: NonNullable<WorkExit['error']>, job: Job): Failure {
  switch (error.kind) {
    case 'threw':
      return {class: 'threw', message: error.message};
    case 'out-of-memory':
      return {class: 'oom', message: error.message, hint: 'raise `resources: {memory: ...}` of the stage'};
    case 'not-found':
    case 'not-started':
      return {
        class: 'not-found',
        message: error.message,
        hint:
          job.action.kind === 'argv'
            ? '`cmd` as a list starts a program without a shell'
            : '`mlp doctor` says which interpreters are here',
      };
  }
}

/** What programs say last when something well known is missing, and what mends it. */
const LAST_WORDS: readonly {readonly words: RegExp; readonly hint: (name: string) => string}[] = [
  {
    words: /^ModuleNotFoundError: No module named '([\w.]+)'/m,
    hint: (name) =>
      `the Python that the command names has no \`${name}\`: install it there, or name another one, such as .venv/bin/python; a module that PYTHONPATH finds needs PYTHONPATH under \`env\``,
  },
  {
    words: /^NameError: name 'get_ipython' is not defined/m,
    hint: () => 'that line is for a notebook only: take the lines with `get_ipython()` out of the script',
  },
  {
    words: /there is no package called [‘'"]([\w.]+)/,
    hint: (name) => `the R that the command names has no \`${name}\`: \`install.packages("${name}")\` there`,
  },
];

/** @param log the end of what the stage printed. */
export function namingWhatIsMissing(failure: Failure, log: string): Failure {
  if (failure.class !== 'exit') return failure;
  for (const {words, hint} of LAST_WORDS) {
    const found = words.exec(log);
    if (found !== null) return {...failure, hint: hint(found[1] ?? '')};
  }
  return failure;
}

/** With less than this free, a stage that failed most likely failed for want of space. */
const FULL_BYTES = 16 * 2 ** 20;

/** Names the disk where a stage's own program failed on a full one: its message may not even be in the log. */
export function namingFullDisk(failure: Failure, freeBytes: number): Failure {
  if (freeBytes >= FULL_BYTES || failure.class === 'interrupted' || failure.class === 'disk-full') return failure;
  const left = `only ${formatBytes(freeBytes)} are left on the disk of the project`;
  return {
    ...failure,
    hint: `${left}: free some (\`mlp gc --dry-run\` shows what the cache could give back), then run again`,
  };
}

/** A stage that works in the user's shell and fails here most often misses a variable. */
function environmentHint(job: Job): string | undefined {
  if (job.envMode === 'loose' || job.action.kind === 'function' || job.action.kind === 'builtin') return undefined;
  return 'stages see only declared variables: if it works in your shell, try `mlp run --env loose` and declare what it needs under `env`';
}

export function troubleFailure(trouble: FileTrouble): Failure {
  const failureClass =
    trouble.code === 'ENOSPC' || trouble.code === 'EDQUOT'
      ? 'disk-full'
      : trouble.code === 'EROFS' || trouble.code === 'EACCES' || trouble.code === 'EPERM'
        ? 'read-only'
        : 'infrastructure';
  const hint =
    failureClass === 'disk-full'
      ? 'free space (`mlp gc --dry-run` shows what the cache could give back), then run again'
      : undefined;
  return {class: failureClass, message: trouble.message, ...(hint === undefined ? {} : {hint})};
}
