/** What a program says last, when something well known is missing, becomes a hint that mends it. */
import {expect, it} from 'vitest';
import {canTestPython, canTestR} from '../rig/needs.ts';
import {Rig} from '../rig/rig.ts';

async function failureOf(cmd: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  await using rig = new Rig();
  for (const [name, text] of Object.entries(files)) rig.write(name, text);
  rig.write('pipeline.yaml', JSON.stringify({mlp: 1, stages: {a: {cmd, outs: ['a.txt']}}}));
  const {code, talk} = await rig.mlp('run');
  expect(code).toBe(1);
  return talk;
}

it.runIf(canTestPython)('a Python module that is not installed', async () => {
  expect(await failureOf('python3 a.py', {'a.py': 'import no_such_module\n'})).toContain(
    'hint: the Python that the command names has no `no_such_module`',
  );
});

it.runIf(canTestPython)('a line that only a notebook understands', async () => {
  const text = "get_ipython().run_line_magic('matplotlib', 'inline')\n";
  expect(await failureOf('python3 a.py', {'a.py': text})).toContain('take the lines with `get_ipython()` out');
});

it.runIf(canTestR)('an R package that is not installed', async () => {
  expect(await failureOf('Rscript a.R', {'a.R': 'library(no.such.package)\n'})).toContain(
    'has no `no.such.package`: `install.packages("no.such.package")`',
  );
});

it('anything else: the environment is what differs from the terminal', async () => {
  expect(await failureOf('echo "NameError" >&2; exit 1')).toContain('stages see only declared variables');
  expect(await failureOf('exit 1')).toContain('stages see only declared variables');
});
