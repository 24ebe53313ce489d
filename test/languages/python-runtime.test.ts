import {describe, expect, it} from 'vitest';
import {createPython} from '../../src/languages/python.ts';
import {entryOf, project, troubled, type TestProject} from './test-host.ts';
import {canTestPython} from '../rig/needs.ts';

const python = createPython();

describe.runIf(canTestPython)('the runtime of a Python stage', () => {
  /** A site-packages folder with hand-made distributions, seen through PYTHONPATH of a start script in the project. */
  const withPackages = (): TestProject =>
    project({
      'a.py': 'import fancy\n',
      'site-packages/Fancy_Tool-1.2.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: Fancy.Tool\nVersion: 1.2\nRequires-Dist: needed>=1\nRequires-Dist: winonly; sys_platform == "win32"\nRequires-Dist: test; extra == "dev"\n',
      'site-packages/Fancy_Tool-1.2.dist-info/top_level.txt': 'fancy\n',
      'site-packages/needed-3.0.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: needed\nVersion: 3.0\nRequires-Dist: fancy-tool\n',
      'site-packages/winonly-1.dist-info/METADATA': 'Metadata-Version: 2.1\nName: winonly\nVersion: 1\n',
      'site-packages/other-1.dist-info/METADATA': 'Metadata-Version: 2.1\nName: other\nVersion: 1\n',
      'site-packages/fancy.py': '',
      'py/bin/python3': '#!/bin/sh\nPYTHONPATH="$(dirname "$0")/../../site-packages" exec python3 "$@"\n',
    });

  it('holds the version and those of the imported distributions with what they require', async () => {
    const at = withPackages();
    at.host.files.setExec('py/bin/python3', true);
    const runtime = await python.runtime(entryOf('python', 'a.py', 'py/bin/python3'), ['fancy', 'missing'], at.host);
    if ('kind' in runtime) throw new Error(runtime.message);
    expect(runtime.identity).toMatchObject({packages: {'fancy-tool': '1.2', needed: '3.0', missing: null}});
    expect(JSON.stringify(runtime.identity)).not.toContain(at.root);
    expect(Object.keys((runtime.identity as {packages: object}).packages)).toHaveLength(3);
    expect(runtime.guards).toContain('py/bin/python3');
    expect(runtime.guards.some((path) => path.endsWith('site-packages'))).toBe(true);
  });

  it('runs nothing of the project', async () => {
    const trap = 'raise SystemExit("run")\n';
    const names = ['base64.py', 'json.py', 're.py', 'os.py', 'importlib.py', 'ast.py'];
    const at = project({'a.py': 'import json\n', ...Object.fromEntries(names.map((name) => [name, trap]))});
    const entry = entryOf('python', 'a.py', 'python3');
    expect(await python.runtime(entry, [], at.host)).toMatchObject({identity: {packages: {}}});
    expect(await python.fingerprint(entry, at.host)).toMatchObject({packages: []});
  });

  it('asks the interpreter through its launcher', async () => {
    const at = withPackages();
    at.host.files.setExec('py/bin/python3', true);
    at.write({'py/bin/uv': '#!/bin/sh\nshift\nexec "$@"\n'});
    at.host.files.setExec('py/bin/uv', true);
    const launcher = [at.host.files.absolute('py/bin/uv'), 'run'];
    const runtime = await python.runtime(entryOf('python', 'a.py', 'python3', {launcher}), [], at.host);
    expect(runtime).toMatchObject({identity: {packages: {}}});
  });

  it('takes the interpreter of a script that is started by its own name from its first line', async () => {
    const at = project({'a.py': '#!/usr/bin/env -S nopython\nx = 1\n'});
    expect(troubled(await python.runtime(entryOf('python', 'a.py', ''), [], at.host)).message).toBe(
      '`nopython` cannot be started: `nopython` is not on PATH.',
    );
  });
});
