import {existsSync, readdirSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createPython} from '../../src/languages/python.ts';
import type {CodeEntry, CodeFingerprint} from '../../src/languages/language.ts';
import {entryOf, project, troubled, understood, type FilesOfProject, type TestProject} from './test-host.ts';
import {canTestPython} from '../rig/needs.ts';

const python = createPython();
const script = entryOf('python', 'src/train.py', 'python3');

const FILES: FilesOfProject = {
  'src/train.py': [
    '"""Trains."""',
    'import json, os.path',
    'import numpy as np',
    'from helpers.clean import clean',
    'from sklearn.linear_model import LogisticRegression',
    '',
    'RATE = 0.1',
    '',
    'def train(rows, steps=10):',
    '    """Fits."""',
    '    total: float = 0.0  # so far',
    '    for row in rows: total += clean(row) * RATE',
    '    return total / steps',
    '',
    'if __name__ == "__main__": print(train([1]))',
    '',
  ].join('\n'),
  'src/helpers/__init__.py': '',
  'src/helpers/clean.py': 'from . import deep\n\ndef clean(x):\n    return deep.half(x)\n',
  'src/helpers/deep.py': 'def half(x):\n    return x / 2\n',
};

const read = async (at: TestProject, entry: CodeEntry = script): Promise<CodeFingerprint> =>
  understood(await python.fingerprint(entry, at.host));

const train = FILES['src/train.py'] ?? '';

describe.runIf(canTestPython)('the code of a Python stage is what it means', () => {
  it.each<[string, Readonly<Record<string, string | undefined>>]>([
    ['a comment', {'src/train.py': train.replace('# so far', '# all of them')}],
    ['a docstring', {'src/train.py': train.replace('"""Fits."""', '"""Fits a\n    line."""')}],
    ['no docstring', {'src/train.py': train.replace('    """Fits."""\n', '').replace('"""Trains."""\n', '')}],
    [
      'other line breaks',
      {
        'src/train.py': train
          .replace('(rows, steps=10)', '(\n    rows,\n    steps=10,\n)')
          .replaceAll('\n\n', '\n\n\n'),
      },
    ],
    ['other quotes', {'src/train.py': train.replace('"__main__"', "'__main__'")}],
    ['the annotation of a local variable', {'src/train.py': train.replace('total: float', 'total: int')}],
    ['a local annotation less', {'src/train.py': train.replace('total: float', 'total')}],
    ['a comment in a helper', {'src/helpers/deep.py': '# halves\ndef half(x):\n    return (x / 2)\n'}],
    ['a file that nobody imports', {'src/other.py': 'x = 1\n'}],
  ])('%s changes nothing', async (_, changes) => {
    const at = project(FILES);
    const before = await read(at);
    at.write(changes);
    expect((await read(at)).fingerprint).toBe(before.fingerprint);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a helper two imports deep', {'src/helpers/deep.py': 'def half(x):\n    return x / 3\n'}],
    ['a constant', {'src/train.py': train.replace('0.1', '0.2')}],
    ['a default argument', {'src/train.py': train.replace('steps=10', 'steps=11')}],
    ['an integer turned into a boolean', {'src/train.py': train.replace('steps=10', 'steps=True')}],
    ['an integer turned into a float', {'src/train.py': train.replace('steps=10', 'steps=10.0')}],
    [
      'the annotation of a parameter, which can be read at run time',
      {'src/train.py': train.replace('rows,', 'rows: list,')},
    ],
    ['code of a package on the way', {'src/helpers/__init__.py': 'import os\n'}],
    ['a new module that shadows an installed one', {'src/numpy.py': 'x = 1\n'}],
    ['a new module that shadows one of the standard library', {'src/json.py': 'x = 1\n'}],
    ['a new package that shadows a module', {'src/helpers/deep/__init__.py': 'def half(x): return x\n'}],
  ])('%s changes it', async (_, changes) => {
    const at = project(FILES);
    const before = await read(at);
    at.write(changes);
    const after = await read(at);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    const touched = Object.keys(changes);
    expect(touched.every((path) => path in before.modules || before.absent.includes(path))).toBe(true);
  });

  it('keeps docstrings that the program reads', async () => {
    const at = project({'a.py': '"""usage: 1"""\nprint(__doc__)\n'});
    const entry = entryOf('python', 'a.py', 'python3');
    const before = await read(at, entry);
    at.write({'a.py': '"""usage: 2"""\nprint(__doc__)\n'});
    expect((await read(at, entry)).fingerprint).not.toBe(before.fingerprint);
  });

  it('is the same in a project at another place', async () => {
    expect(await read(project(FILES))).toEqual(await read(project(FILES)));
  });

  it('names modules, packages, and the pieces that changed', async () => {
    const at = project(FILES);
    const before = await read(at);
    expect(Object.keys(before.modules).sort()).toEqual(Object.keys(FILES).sort());
    expect(before.packages).toEqual(['numpy', 'sklearn']);
    expect(Object.keys(before.pieces).sort()).toEqual([
      'src/helpers/clean.py#(top level)',
      'src/helpers/clean.py#clean',
      'src/helpers/deep.py#half',
      'src/train.py#(top level)',
      'src/train.py#RATE',
      'src/train.py#train',
    ]);
    at.write({'src/helpers/deep.py': 'def half(x):\n    return x / 3\n'});
    const after = await read(at);
    expect(Object.keys(after.pieces).filter((name) => after.pieces[name] !== before.pieces[name])).toEqual([
      'src/helpers/deep.py#half',
    ]);
  });

  it('tells what it cannot follow, with the line, and follows a literal importlib', async () => {
    const at = project({
      'a.py':
        'import importlib, sys\nsys.path.insert(0, "x")\nimportlib.import_module(name)\nimportlib.import_module("b")\neval("1")\ndf.eval("x")\n',
      'b.py': 'x = 1\n',
    });
    const found = await read(at, entryOf('python', 'a.py', 'python3'));
    expect(Object.keys(found.modules)).toEqual(['a.py', 'b.py']);
    expect(found.untracked).toEqual([
      {path: 'a.py', line: 2, what: 'change of sys.path'},
      {path: 'a.py', line: 3, what: 'dynamic import by importlib.import_module'},
      {path: 'a.py', line: 5, what: 'eval'},
    ]);
  });

  it('follows namespace packages, relative imports of parents, cycles and star imports', async () => {
    const at = project({
      'a.py': 'from space.inner import *\nimport space.two\n',
      'space/inner/__init__.py': 'from ..two import y\n__all__ = ["sub"]\n',
      'space/inner/sub.py': 'from . import sub as again\n',
      'space/two.py': 'import a\ny = 1\n',
    });
    const found = await read(at, entryOf('python', 'a.py', 'python3'));
    expect(Object.keys(found.modules).sort()).toEqual([
      'a.py',
      'space/inner/__init__.py',
      'space/inner/sub.py',
      'space/two.py',
    ]);
  });

  it('reads a module named by -m from the folder of the command, its package and __main__ too', async () => {
    const at = project({
      'lib/pkg/__init__.py': '',
      'lib/pkg/__main__.py': 'from .work import f\n',
      'lib/pkg/work.py': 'def f(): pass\n',
      'lib/pkg/one.py': 'import pkg.work\n',
    });
    const whole = await read(at, entryOf('python', 'lib/pkg.py', 'python3', {module: 'pkg', cwd: 'lib'}));
    expect(Object.keys(whole.modules).sort()).toEqual([
      'lib/pkg/__init__.py',
      'lib/pkg/__main__.py',
      'lib/pkg/work.py',
    ]);
    const one = await read(at, entryOf('python', 'lib/pkg/one.py', 'python3', {module: 'pkg.one', cwd: 'lib'}));
    expect(Object.keys(one.modules).sort()).toEqual(['lib/pkg/__init__.py', 'lib/pkg/one.py', 'lib/pkg/work.py']);
    const installed = await read(at, entryOf('python', 'pytest.py', 'python3', {module: 'pytest'}));
    expect(installed.modules).toEqual({});
    expect(installed.packages).toEqual(['pytest']);
  });

  it('follows modules at the top of the project and in src, as installed in place, without forgetting the package', async () => {
    const at = project({
      'scripts/a.py': 'import mylib.x\nimport datasets\n',
      'src/mylib/__init__.py': '',
      'src/mylib/x.py': 'x = 1\n',
      'datasets/a.csv': '',
    });
    const found = await read(at, entryOf('python', 'scripts/a.py', 'python3'));
    expect(Object.keys(found.modules).sort()).toEqual(['scripts/a.py', 'src/mylib/__init__.py', 'src/mylib/x.py']);
    expect(found.packages).toEqual(['datasets', 'mylib']);
  });

  it('copes with odd names', async () => {
    const names = ['a b.py', 'it\'s "q".py', 'sö ✓.py', 'src/-dash.py', 'x\ny.py', '$HOME.py'];
    const at = project(Object.fromEntries(names.map((name) => [name, 'x = "ü✓"\n'])));
    for (const name of names) {
      expect(Object.keys((await read(at, entryOf('python', name, 'python3'))).modules)).toEqual([name]);
    }
  });
});

describe.runIf(canTestPython)('the fingerprint does not depend on the version of Python', () => {
  const versions = join(homedir(), '.pyenv', 'versions');
  const installed = existsSync(versions) ? readdirSync(versions).filter((name) => /^3\.(?:[89]|1\d)/.test(name)) : [];
  const interpreters = ['python3', ...installed.map((name) => join(versions, name, 'bin', 'python'))].filter(
    (path) => path === 'python3' || existsSync(path),
  );

  it(`of those that are here`, async () => {
    const at = project({
      ...FILES,
      'src/helpers/clean.py': [
        'import typing, asyncio',
        'from dataclasses import dataclass',
        'from . import deep',
        '@dataclass(frozen=True)',
        'class A(object):',
        '    """Doc."""',
        '    x: "typing.List[int]" = None',
        '    def m(self, a, /, b=1, *c, d: int = 2, **e) -> int: return a[1:2, ::3][b] if (n := a) else {**e}',
        "def clean(x, s=u'é', b=b'\\x00'):",
        "    y = f'{x!r:>{3}} a' 'b' f\"{s}\"",
        '    async def z():',
        '        async with a() as b, c as d: yield await b',
        '    try: return deep.half(x), -1, 1e300 * 10, 12345678901234567890, 1j, ..., lambda *, q: q',
        '    except (ValueError, TypeError) as error: raise KeyError from error',
        '    finally: del y',
        '',
      ].join('\n'),
    });
    const found = new Set<string>();
    for (const interpreter of interpreters) found.add(JSON.stringify(await read(at, {...script, interpreter})));
    expect([...found]).toHaveLength(1);
  });
});

describe.runIf(canTestPython)('trouble with Python is told', () => {
  it('says where a syntax error is, also in a helper', async () => {
    const at = project({...FILES, 'src/helpers/deep.py': 'x = 1\ndef half(:\n'});
    const trouble = troubled(await python.fingerprint(script, at.host));
    expect(trouble.kind).toBe('syntax');
    expect(trouble.message).toMatch(/^src\/helpers\/deep\.py:2:\d+: invalid syntax/);
  });

  it('says that a script is missing', async () => {
    const trouble = troubled(await python.fingerprint(script, project({}).host));
    expect(trouble).toMatchObject({kind: 'missing', message: '`src/train.py` is not there, but `python3` starts it.'});
  });

  it('falls back to lines without comments where no Python is, and says so', async () => {
    const at = project(FILES, {path: '/nowhere'});
    const before = await read(at);
    expect(before.untracked).toEqual([
      {path: 'src/train.py', line: 1, what: 'what it imports, because `python3` is not installed here'},
    ]);
    at.write({'src/train.py': `# more\n\n${train}`});
    expect((await read(at)).fingerprint).toBe(before.fingerprint);
    at.write({'src/train.py': train.replace('0.1', '0.2')});
    expect((await read(at)).fingerprint).not.toBe(before.fingerprint);
    expect(troubled(await python.runtime(script, [], at.host))).toMatchObject({kind: 'interpreter'});
    expect((await python.doctor(at.host, [{interpreter: 'python3', cwd: '.'}]))[0]).toMatchObject({
      ok: false,
      message: '`python3`, which a stage needs for Python, cannot be started.',
    });
  });
});
