/** The live view on a real terminal: what Ctrl-C at the keyboard does, and the state the terminal is left in. */
import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {Marker, mlpBin, pipelineText} from './spawned-cli.ts';

interface OnTerminal {
  readonly code: number;
  readonly screen: string;
}

/** @param keys typed when the stage has made the file `at-work`. */
async function onTerminal(rig: Rig, marker: Marker, keys: string, ...argv: readonly string[]): Promise<OnTerminal> {
  const args = [
    join(import.meta.dirname, 'on-terminal.py'),
    '80',
    rig.path('at-work'),
    keys,
    process.execPath,
    mlpBin,
    ...argv,
  ];
  const env = marker.env({TERM: 'xterm-256color'});
  const {stdout} = await promisify(execFile)('python3', args, {cwd: rig.folder, env, maxBuffer: 2 ** 26});
  return JSON.parse(stdout) as OnTerminal;
}

const SHOW = '\u001b[?25h';
const HIDE = '\u001b[?25l';

function expectSaneTerminal(screen: string): void {
  expect(screen.lastIndexOf(SHOW)).toBeGreaterThan(screen.lastIndexOf(HIDE));
  // No alternate screen, and the shell's prompt finds a line of its own.
  expect(screen).not.toContain('\u001b[?1049h');
  const visible = screen.replace(/\u001b\[[0-9;?]*[a-zA-Z]/g, '');
  expect(visible.endsWith('\n') || visible.endsWith('\r')).toBe(true);
}

it('after a run the cursor is visible', async () => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: {cmd: 'sleep 0.5; echo a > a.txt', outs: ['a.txt']}}));
  const {code, screen} = await onTerminal(rig, new Marker(), '', 'run');
  expect(code).toBe(0);
  expect(screen).toContain(HIDE);
  expectSaneTerminal(screen);
});

it.each([
  ['Ctrl-C', '\\x03', 130],
  ['Ctrl-C twice', '\\x03\\x03', 130],
])('after %s at the keyboard the cursor is visible and nothing runs any more', async (_, keys, expected) => {
  await using rig = new Rig();
  const marker = new Marker();
  const cmd = "trap '' INT; echo begun; sleep 0.3; touch at-work; while :; do sleep 0.05; done";
  rig.write('pipeline.yaml', pipelineText({a: {cmd, outs: ['a.txt']}}));
  const {code, screen} = await onTerminal(rig, marker, keys, 'run', '--grace', '0.5');
  await marker.allGone();
  expect(code).toBe(expected);
  expectSaneTerminal(screen);
});

it('names and output with control characters never steer the terminal', async () => {
  await using rig = new Rig();
  const evil = 'a\u001b[2J\u001b]0;title\u0007\r\n\tb';
  rig.write(
    'pipeline.yaml',
    pipelineText({
      a: {
        cmd: ['sh', '-c', 'printf "\\033[2J\\033]0;title\\007\\033[?25l\\n"; sleep 0.3; exit 1'],
        deps: [evil],
        outs: [`${evil}.out`],
      },
    }),
  );
  rig.write(evil, 'x');
  const {code, screen} = await onTerminal(rig, new Marker(), '', 'run');
  expect(code).toBe(1);
  expect(screen).not.toContain('\u001b[2J');
  expect(screen).not.toContain('\u001b]0;title');
  expectSaneTerminal(screen);
});
