import {describe, expect, it} from 'vitest';
import {commandsOfText} from '../../../src/languages/shared/commands.ts';
import {scanShell} from '../../../src/languages/shared/command-words.ts';

/** Each command as its words, expansions as `<>`, with its folder where that is not the first one. */
const commands = (text: string, cwd = '.'): readonly string[] =>
  commandsOfText(text, cwd).map((command) => {
    const words = command.words.map((word) => (word.literal ? word.text : `<${word.text}>`)).join('|');
    const folder = command.cwd === undefined ? '? ' : command.cwd === cwd ? '' : `${command.cwd}: `;
    const launcher = command.launcher.length === 0 ? '' : `(${command.launcher.join(' ')}) `;
    return `${folder}${launcher}${words}${command.stdin === undefined ? '' : ` < ${command.stdin.text}`}`;
  });

describe('a shell script is split into commands as a shell would', () => {
  it.each([
    ['python a.py && Rscript b.R; sh c.sh | tee x & wait', ['python|a.py', 'Rscript|b.R', 'sh|c.sh', 'tee|x', 'wait']],
    ["python 'a b.py' \"c\\\"d.py\" e\\ f.py ''", ['python|a b.py|c"d.py|e f.py|']],
    ['python \\\n  train.py # python not.py\n# sh no.sh', ['python|train.py']],
    ['python a#b.py', ['python|a#b.py']],
    ['A=1 B="x y" python a.py', ['python|a.py']],
    ['python $X "${Y:-a b}" a$Z *.py ~/b.py "$@"', ['python|<$>|<$>|<a$>|<*.py>|<~/b.py>|<$>']],
    ["python '$X' \"\\$X\" $'a b'", ['python|$X|$X|a b']],
    ['python a.py > out.txt 2>&1 < in.txt >> "log file"', ['python|a.py < in.txt']],
    ['python a.py &> all.txt', ['python|a.py']],
    [
      'x=$(python a.py --n 3) && echo "$(sh b.sh)" `sh c.sh`',
      ['python|a.py|--n|3', 'sh|b.sh', 'sh|c.sh', 'echo|<$>|<$>'],
    ],
    ['if [ -f x ]; then python a.py; else sh b.sh; fi', ['python|a.py', 'sh|b.sh']],
    ['for f in a b; do\n  python "$f" x.py\ndone', ['python|<$>|x.py']],
    ['! python a.py || { sh b.sh; }', ['python|a.py', 'sh|b.sh']],
    ['echo $((1 + (2))) ${x:-$(y)} && python a.py', ['echo|<$>|<$>', 'python|a.py']],
    ['diff <(sort a) <(sort b)', ['sort|a', 'sort|b', 'diff']],
  ])('%s', (text, expected) => {
    expect(commands(text)).toEqual(expected);
  });

  it('does not read the text of a here-document as commands', () => {
    expect(commands("cat <<EOF > x\npython no.py\n EOF\nEOF\npython a.py <<-'END'\nsh no.sh\n\tEND\nsh b.sh")).toEqual([
      'cat',
      'python|a.py',
      'sh|b.sh',
    ]);
  });

  it('knows the line of each command', () => {
    const lines = scanShell("a\n\nb 'x\ny' \\\n z\nc <<E\n1\nE\nd\n").map((event) =>
      event.kind === 'command' ? event.line : 0,
    );
    expect(lines).toEqual([1, 3, 6, 9]);
  });

  it('ends on any text, however broken', () => {
    for (const text of ['"', "'", '`', '$(', '${', '$((', '<<', 'a <<E', '\\', '((', ')', '$', 'a &>', "$'", '<(']) {
      expect(() => commands(`python a.py; ${text}`)).not.toThrow();
    }
  });
});

describe('a command is placed in the folder it starts in', () => {
  it.each([
    ['cd sub && python a.py', ['sub: python|a.py']],
    ['cd sub/deep; python a.py; cd ..; sh b.sh', ['sub/deep: python|a.py', 'sub: sh|b.sh']],
    ['(cd sub && python a.py); sh b.sh', ['sub: python|a.py', 'sh|b.sh']],
    ['x=$(cd sub; python a.py); sh b.sh', ['sub: python|a.py', 'sh|b.sh']],
    ['cd sub | cat; sh b.sh', ['cat', 'sh|b.sh']],
    ['cd "$X" && python a.py', ['? python|a.py']],
    ['cd .. && python a.py', ['? python|a.py']],
    ['cd /tmp && python a.py', ['? python|a.py']],
    ['cd -- "a b" && python a.py', ['a b: python|a.py']],
    ['env -C sub X=1 python a.py', ['sub: python|a.py']],
  ])('%s', (text, expected) => {
    expect(commands(text)).toEqual(expected);
  });
});

describe('wrappers before a program are seen through', () => {
  it.each([
    ['env -u A B=1 python a.py', ['python|a.py']],
    ['time nice -n 10 nohup python a.py', ['python|a.py']],
    ['timeout -k 5 10m python a.py', ['python|a.py']],
    ['uv run --with numpy python a.py', ['(uv run --with numpy) python|a.py']],
    ['uv run a.py --x', ['(uv run) python|a.py|--x']],
    ['uv run -m pkg.mod', ['(uv run) python|-m|pkg.mod']],
    ['poetry run python a.py', ['(poetry run) python|a.py']],
    ['pipenv run python a.py', ['(pipenv run) python|a.py']],
    ['conda run -n x --no-capture-output python a.py', ['(conda run -n x --no-capture-output) python|a.py']],
    ['uv sync', ['uv|sync']],
    ['npx -y tsx a.ts', ['tsx|a.ts']],
    ["bash -euo pipefail -c 'cd sub && python a.py'", ['sub: python|a.py']],
    ["uv run bash -c 'python a.py'", ['(uv run) python|a.py']],
    ['mpirun -n 4 python a.py', ['python|a.py']],
    ['mpirun --bind-to none --map-by core -np 4 python a.py', ['python|a.py']],
    ['srun -n 4 --gpus 2 --mem=8G python a.py', ['python|a.py']],
    ['numactl --cpunodebind 0 --membind=0 python a.py', ['python|a.py']],
  ])('%s', (text, expected) => {
    expect(commands(text)).toEqual(expected);
  });
});
