/** Programs that start another program: what they are called and where the other one begins among their words. */
import type {Word} from './command-words.ts';
import {baseName} from './programs.ts';

export interface Unwrapped {
  readonly words: readonly Word[];
  readonly launcher: readonly string[];
  /** Folder that a wrapper changed to (`env -C`), relative to the one before. */
  readonly folder?: string;
}

interface Wrapper {
  /** Flags that take the next word as their value. */
  readonly values: readonly string[];
  /** Words that are not flags before the program. */
  readonly operands?: number;
  /** Has `NAME=value` words before the program. */
  readonly assigns?: boolean;
}

const MPI_VALUES = [
  '-n',
  '-np',
  '--np',
  '-N',
  '-x',
  '-H',
  '--host',
  '--hostfile',
  '-machinefile',
  '-f',
  '-ppn',
  '--bind-to',
  '--map-by',
  '--rank-by',
  '-wdir',
  '--wdir',
];

const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['env', {values: ['-u', '--unset', '-C', '--chdir'], assigns: true}],
  ['time', {values: ['-f', '-o', '--format', '--output']}],
  ['nice', {values: ['-n', '--adjustment']}],
  ['ionice', {values: ['-c', '-n', '-p']}],
  ['nohup', {values: []}],
  ['setsid', {values: []}],
  ['exec', {values: ['-a']}],
  ['command', {values: []}],
  ['stdbuf', {values: ['-i', '-o', '-e']}],
  ['timeout', {values: ['-s', '--signal', '-k', '--kill-after'], operands: 1}],
  // `-c` says how the mask is written and takes no value of its own.
  ['taskset', {values: [], operands: 1}],
  [
    'numactl',
    {
      values: [
        '-N',
        '-m',
        '-C',
        '-p',
        '-i',
        '-w',
        '--cpunodebind',
        '--membind',
        '--physcpubind',
        '--interleave',
        '--preferred',
      ],
    },
  ],
  [
    'srun',
    {
      values: [
        '-n',
        '-N',
        '-c',
        '-p',
        '-t',
        '-G',
        '-J',
        '-A',
        '-w',
        '--ntasks',
        '--nodes',
        '--cpus-per-task',
        '--partition',
        '--time',
        '--gpus',
        '--gres',
        '--mem',
        '--job-name',
        '--account',
        '--nodelist',
      ],
    },
  ],
  ['xargs', {values: ['-n', '-I', '-P', '-d', '-a', '-L', '-s', '-E']}],
  ['mpirun', {values: MPI_VALUES}],
  ['mpiexec', {values: MPI_VALUES}],
  ['npx', {values: ['-p', '--package', '-c']}],
  ['bunx', {values: ['-p', '--package']}],
]);

/** Programs that start another one inside an environment of their own: `uv run [flags] python x.py`. */
const LAUNCHERS: ReadonlyMap<string, {readonly verbs: readonly string[]; readonly values: readonly string[]}> = new Map(
  [
    [
      'uv',
      {
        verbs: ['run'],
        values: [
          '--with',
          '--with-editable',
          '--with-requirements',
          '-p',
          '--python',
          '--extra',
          '--no-extra',
          '--group',
          '--no-group',
          '--only-group',
          '--env-file',
          '--index',
          '--default-index',
          '-i',
          '--index-url',
          '--extra-index-url',
          '-P',
          '--package',
          '--project',
          '--directory',
          '--upgrade-package',
          '-C',
          '--config-setting',
          '--cache-dir',
          '--config-file',
          '--color',
        ],
      },
    ],
    ['poetry', {verbs: ['run'], values: ['-C', '--directory', '-P', '--project']}],
    ['pipenv', {verbs: ['run'], values: []}],
    ['pdm', {verbs: ['run'], values: ['-p', '--project', '-s', '--site-packages']}],
    ['rye', {verbs: ['run'], values: []}],
    ['hatch', {verbs: ['run'], values: ['-e', '--env']}],
    ['pixi', {verbs: ['run'], values: ['-e', '--environment', '--manifest-path']}],
    ['conda', {verbs: ['run'], values: ['-n', '--name', '-p', '--prefix', '--cwd']}],
    ['mamba', {verbs: ['run'], values: ['-n', '--name', '-p', '--prefix', '--cwd']}],
    [
      'micromamba',
      {verbs: ['run'], values: ['-n', '--name', '-p', '--prefix', '--cwd', '-a', '--attach', '-e', '--env']},
    ],
    ['pnpm', {verbs: ['exec', 'dlx'], values: ['-C', '--dir']}],
    ['npm', {verbs: ['exec', 'x'], values: ['-p', '--package']}],
    ['yarn', {verbs: ['exec', 'node'], values: []}],
  ],
);

/** Launchers that choose a JavaScript tool, not an interpreter's environment. */
const JAVASCRIPT_LAUNCHERS = new Set(['pnpm', 'npm', 'yarn']);

/** Removes wrappers and launchers until a program is left. */
export function unwrap(given: readonly Word[]): Unwrapped {
  let words = given;
  let launcher: readonly string[] = [];
  let folder: string | undefined;
  for (;;) {
    const program = words[0];
    if (program === undefined || !program.literal) break;
    const name = baseName(program.text);
    const wrapper = WRAPPERS.get(name);
    const host = LAUNCHERS.get(name);
    if (wrapper !== undefined) {
      if (name === 'env') folder = flagValue(words, ['-C', '--chdir']) ?? folder;
      words = words.slice(programAfter(words, 1, wrapper));
    } else if (host !== undefined) {
      const verb = programAfter(words, 1, {values: host.values});
      if (!host.verbs.includes(words[verb]?.text ?? '')) break;
      const start =
        name === 'yarn' && words[verb]?.text === 'node' ? verb : programAfter(words, verb + 1, {values: host.values});
      const before = words.slice(0, start);
      if (!JAVASCRIPT_LAUNCHERS.has(name) && before.every((word) => word.literal))
        launcher = before.map((word) => word.text);
      const scripted = name === 'uv' ? scriptOfUv(words, verb, start) : undefined;
      if (scripted !== undefined) return {...scripted, ...(folder === undefined ? {} : {folder})};
      words = words.slice(start);
    } else break;
  }
  return {words, launcher, ...(folder === undefined ? {} : {folder})};
}

/** `uv run x.py`, `uv run --script x.py` and `uv run -m pkg` start Python without naming it. */
function scriptOfUv(words: readonly Word[], verb: number, start: number): Unwrapped | undefined {
  const python: Word = {text: 'python', literal: true, quoted: true};
  const asModule = words.findIndex(
    (word, index) => index > verb && index < start && ['-m', '--module'].includes(word.text),
  );
  const isScript = /\.pyw?$/.test(words[start]?.text ?? '');
  if (asModule === -1 && !isScript) return undefined;
  const flags = words.slice(0, start).filter((word) => !['-m', '--module', '-s', '--script'].includes(word.text));
  const dashM: readonly Word[] = asModule === -1 ? [] : [{text: '-m', literal: true, quoted: true}];
  return {
    words: [python, ...dashM, ...words.slice(start)],
    launcher: flags.every((word) => word.literal) ? flags.map((word) => word.text) : [],
  };
}

/** Index of the first word from `from` on that is neither a flag nor a flag's value nor one of the wrapper's operands. */
function programAfter(words: readonly Word[], from: number, wrapper: Wrapper): number {
  let operands = wrapper.operands ?? 0;
  let index = from;
  for (; index < words.length; index++) {
    const text = words[index]?.text ?? '';
    if (text === '--') {
      index++;
      break;
    }
    if (text.startsWith('-') && text !== '-') {
      if (wrapper.values.includes(text)) index++;
    } else if (wrapper.assigns === true && /^[A-Za-z_]\w*=/.test(text)) continue;
    else if (operands > 0) operands--;
    else break;
  }
  return index;
}

function flagValue(words: readonly Word[], names: readonly string[]): string | undefined {
  for (let index = 1; index < words.length; index++) {
    const text = words[index]?.text ?? '';
    if (names.includes(text)) return words[index + 1]?.text;
    const long = names.find((name) => name.startsWith('--') && text.startsWith(`${name}=`));
    if (long !== undefined) return text.slice(long.length + 1);
    if (!text.startsWith('-') && !text.includes('=')) return undefined;
  }
  return undefined;
}

/** The first word after the program that is neither a flag nor the value of one of the flags in `values`. */
export function firstOperand(words: readonly Word[], values: readonly string[]): Word | undefined {
  return words[programAfter(words, 1, {values})];
}
