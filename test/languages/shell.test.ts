import {describe, expect, it} from 'vitest';
import {createShell} from '../../src/languages/shell.ts';
import {entryOf, project, troubled, understood} from './test-host.ts';

const shell = createShell();

describe('the code of a shell stage is its bytes', () => {
  it('changes with every byte, also of scripts that it starts in turn', async () => {
    const at = project({'run.sh': '#!/bin/sh\nbash lib/more.sh\n', 'lib/more.sh': './run.sh\n', 'other.sh': ''});
    const entry = entryOf('shell', 'run.sh', '');
    const before = understood(await shell.fingerprint(entry, at.host));
    expect(Object.keys(before.modules)).toEqual(['run.sh', 'lib/more.sh']);
    at.write({'other.sh': 'x'});
    expect(await shell.fingerprint(entry, at.host)).toEqual(before);
    at.write({'lib/more.sh': './run.sh # more\n'});
    expect(understood(await shell.fingerprint(entry, at.host)).fingerprint).not.toBe(before.fingerprint);
  });

  it('tells which other code it starts', async () => {
    const at = project({'run.sh': 'cd sub\n\npython train.py --x\n./tool.py\necho done\n'});
    const found = understood(await shell.fingerprint(entryOf('shell', 'run.sh', 'bash'), at.host));
    expect(found.untracked).toEqual([
      {path: 'run.sh', line: 3, what: 'code that `python train.py --x` starts'},
      {path: 'run.sh', line: 4, what: 'code that `./tool.py` starts'},
    ]);
  });

  it('takes a file that is not there as absent, and its coming as a change', async () => {
    const at = project({});
    const entry = entryOf('shell', 'bin/tool', '');
    const before = understood(await shell.fingerprint(entry, at.host));
    expect(before).toMatchObject({modules: {}, absent: ['bin/tool']});
    at.write({'bin/tool': '\0binary'});
    const after = understood(await shell.fingerprint(entry, at.host));
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after.untracked).toEqual([]);
  });

  it('is the same at another place, with odd names too', async () => {
    const files = {"a 'b'\n✓.sh": "sh '-x.sh'; sh -- -x.sh\n", '-x.sh': 'echo\n'};
    const entry = entryOf('shell', "a 'b'\n✓.sh", 'sh');
    const found = understood(await shell.fingerprint(entry, project(files).host));
    expect(await shell.fingerprint(entry, project(files).host)).toEqual(found);
    expect(Object.keys(found.modules)).toHaveLength(2);
  });
});

describe('the runtime of a shell stage', () => {
  it('is empty for shells and programs of the project, and the version of other interpreters', async () => {
    const at = project({'bin/perl': '#!/bin/sh\necho "This is perl 5, version 36 (v5.36.0)"\n'});
    at.host.files.setExec('bin/perl', true);
    expect(await shell.runtime(entryOf('shell', 'x.sh', 'bash'), [], at.host)).toEqual({identity: {}, guards: []});
    expect(await shell.runtime(entryOf('shell', 'x', ''), [], at.host)).toEqual({identity: {}, guards: []});
    expect(await shell.runtime(entryOf('shell', 'x.pl', 'bin/perl'), [], at.host)).toEqual({
      identity: {perl: '5.36'},
      guards: ['bin/perl'],
    });
  });

  it('is trouble when the interpreter is missing', async () => {
    const at = project({}, {path: '/nowhere'});
    expect(troubled(await shell.runtime(entryOf('shell', 'x.jl', 'julia'), [], at.host))).toMatchObject({
      kind: 'interpreter',
      message: '`julia` cannot be started: `julia` is not on PATH.',
      hint: 'Install `julia` and put it on PATH.',
    });
    expect(
      await shell.doctor(
        at.host,
        ['bash', 'julia', 'bash'].map((interpreter) => ({interpreter, cwd: '.'})),
      ),
    ).toMatchObject([{ok: false}, {ok: false}]);
  });
});
