/** Which member claims which words of a command. */
import {describe, expect, it} from 'vitest';
import {createLanguages} from '../../src/languages/index.ts';
import type {Action} from '../../src/model/stage.ts';
import {projectPath} from '../../src/model/ids.ts';

const languages = createLanguages({apiModule: '/nowhere/api.js'});

/** `language:script`, with the interpreter and folder where they are not plain. */
const claims = (action: Action, cwd = '.'): readonly string[] =>
  languages.flatMap((language) =>
    language.entries(action, cwd).map((entry) => {
      expect(entry.language).toBe(language.name);
      const by = [...(entry.launcher ?? []), entry.interpreter].join(' ');
      return `${entry.language}:${entry.script}${by === '' ? '' : ` by ${by}`}${entry.cwd === cwd ? '' : ` in ${entry.cwd}`}${entry.module === undefined ? '' : ` -m ${entry.module}`}`;
    }),
  );
const script = (text: string): Action => ({kind: 'script', text, shell: ['sh', '-eu', '-c']});

describe('a command is claimed by the language it runs', () => {
  it.each<[string, readonly string[]]>([
    ['python train.py --x y.py', ['python:train.py by python']],
    ['python3.11 -u -W ignore "a b.py"', ['python:a b.py by python3.11']],
    ['/usr/bin/python3 -B ./src/../train.py', ['python:train.py by /usr/bin/python3']],
    ['.venv/bin/python train.py', ['python:train.py by .venv/bin/python']],
    ['python -m pkg.mod --x', ['python:pkg/mod.py by python -m pkg.mod']],
    ['python -um pkg', ['python:pkg.py by python -m pkg']],
    ['python -m torch.distributed.run --nproc 2 train.py', ['python:train.py by python']],
    ['torchrun --nproc_per_node 2 train.py', ['python:train.py']],
    ['uv run --with x train.py', ['python:train.py by uv run --with x python']],
    ['conda run -n x python train.py', ['python:train.py by conda run -n x python']],
    ['taskset -c 0,1 python train.py', ['python:train.py by python']],
    ['taskset 0x3 python train.py', ['python:train.py by python']],
    ['python -c "import x"', []],
    ['python - < train.py', ['python:train.py by python']],
    ['python $SCRIPT', []],
    ['python -- -dash.py', ['python:-dash.py by python']],
    ['python ../outside.py', []],
    ['python /abs/x.py', []],
    ['./train.py', ['python:train.py']],
    ['cd sub && python train.py', ['python:sub/train.py by python in sub']],
    ['Rscript --vanilla train.R 3', ['r:train.R by Rscript']],
    ['Rscript -e \'source("x.R")\'', []],
    ['R -f train.R', ['r:train.R by R']],
    ['R --no-save --file=train.R --args -f x', ['r:train.R by R']],
    ['R CMD BATCH --vanilla train.R out.txt', ['r:train.R by R']],
    ['R --no-save < train.R', ['r:train.R by R']],
    ['bin/train.R', ['r:bin/train.R']],
    ['node --max-old-space-size=4096 a.mjs x.js', ['typescript:a.mjs by node']],
    ['node --import ./hook.mjs -r dotenv/config a.js', ['typescript:hook.mjs by node', 'typescript:a.js by node']],
    ['node -e "1" a.js', []],
    ['npx tsx a.ts', ['typescript:a.ts by tsx']],
    ['ts-node -P tsconfig.x.json a.ts', ['typescript:a.ts by ts-node']],
    ['deno run --allow-read a.ts', ['typescript:a.ts by deno']],
    ['deno task build', []],
    ['bun run a.ts', ['typescript:a.ts by bun']],
    ['bun run build', []],
    ['./x.mjs', ['typescript:x.mjs by node']],
    ['./x.sh a', ['shell:x.sh']],
    ['bash -e x.sh', ['shell:x.sh by bash']],
    ['sh x', ['shell:x by sh']],
    ['bash -o pipefail x.sh', ['shell:x.sh by bash']],
    ['. ./env.sh; source lib/more.sh', ['shell:env.sh', 'shell:lib/more.sh']],
    ['. .venv/bin/activate', []],
    ['ruby -I lib x.rb', ['shell:x.rb by ruby']],
    ['perl -ne "print"', []],
    ['perl x.pl', ['shell:x.pl by perl']],
    ['julia --threads 4 x.jl', ['shell:x.jl by julia']],
    ['make -f sub/x.mk all', ['shell:sub/x.mk by make']],
    ['make -C sub all', ['shell:sub/Makefile by make']],
    ['awk -f x.awk in.txt', ['shell:x.awk by awk']],
    ["awk '{print $1}' in.txt", []],
    ['php x.php; lua x.lua', ['shell:x.php by php', 'shell:x.lua by lua']],
    ['bin/tool in.txt', ['shell:bin/tool']],
    ['/usr/bin/sort in.txt; sort a/b; ../tool', []],
    ['echo python train.py ./x.sh', []],
    ['python a.py && bash b.sh | Rscript c.R', ['python:a.py by python', 'r:c.R by Rscript', 'shell:b.sh by bash']],
  ])('%s', (text, expected) => {
    expect(claims(script(text))).toEqual(expected);
  });

  it('takes a list of words as they are', () => {
    expect(claims({kind: 'argv', argv: ['python', '$x *.py']})).toEqual(['python:$x *.py by python']);
    expect(claims({kind: 'argv', argv: ['A=1', 'python', 'a.py']})).toEqual([]);
    expect(claims({kind: 'argv', argv: ['sh', '-c', 'cd s && python a.py']})).toEqual(['python:s/a.py by python in s']);
    expect(claims({kind: 'argv', argv: []})).toEqual([]);
  });

  it('resolves paths from the stage’s folder', () => {
    expect(claims(script('python a.py; cd ..; sh b.sh; cd ..; sh c.sh'), 'one')).toEqual([
      'python:one/a.py by python',
      'shell:b.sh by sh in .',
    ]);
  });

  it('knows functions, and nothing of built-in kinds and of shells that are none', () => {
    const module = projectPath('src/a b.ts');
    if (module === undefined) throw new Error('not a path');
    expect(claims({kind: 'function', module, exportName: 'go'})).toEqual(['typescript:src/a b.ts']);
    expect(claims({kind: 'builtin', uses: 'ingest', version: 1, settings: {}})).toEqual([]);
    expect(claims({kind: 'script', text: 'python a.py', shell: ['perl', '-e']})).toEqual([]);
    expect(claims({kind: 'script', text: 'python a.py', shell: ['bash', '-euo', 'pipefail', '-c']})).toEqual([
      'python:a.py by python',
    ]);
  });
});
