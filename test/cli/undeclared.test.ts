/** What a stage opens and does not declare is said in every run, with the lines for pipeline.yaml. */
import {describe, expect, it} from 'vitest';
import {canTestPython} from '../rig/needs.ts';
import {Rig, type RunResult} from '../rig/rig.ts';
import {pipelineText} from '../safety/spawned-cli.ts';

const warnings = ({events}: RunResult) =>
  events.flatMap((event) => (event.type === 'notice' && event.level === 'warning' ? [event] : []));

async function projectRun(
  rig: Rig,
  stage: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string>>,
): Promise<RunResult> {
  rig.write('pipeline.yaml', pipelineText({train: stage}));
  for (const [path, text] of Object.entries(files)) rig.write(path, text);
  const result = await rig.run();
  expect(result.outcomes, result.out + result.talk).toEqual({train: 'ran'});
  return result;
}

const READER = [
  'import os, sys, subprocess',
  'open("in.csv").read(); open("data/extra.csv").read()',
  'os.makedirs("out", exist_ok=True)',
  'open("out/model.txt", "w").write("m"); open("out/model.txt").read()',
].join('\n');

describe.runIf(canTestPython)('a Python stage', () => {
  const declared = {cmd: 'python3 train.py', deps: ['in.csv'], outs: ['out/model.txt']};
  const files = {'in.csv': '1', 'data/extra.csv': '2', 'train.py': READER};

  it('that reads a file beside its deps is warned of it, with the lines to add', async () => {
    await using rig = new Rig();
    const [warning, ...more] = warnings(await projectRun(rig, declared, files));
    expect(more).toEqual([]);
    expect(warning).toMatchObject({
      code: 'undeclared-input',
      stage: 'train',
      message: 'read `data/extra.csv`, which is not declared: a change there would not make it run again',
      hint: 'add to the stage in pipeline.yaml: deps: [data/extra.csv]',
    });
  });

  it.each([
    'python3 train.py',
    'set -eu; x=1; python3 train.py',
    'cd . && python3 -m train',
    'PYTHONPATH=.:$PYTHONPATH python3 train.py',
  ])('is seen when it is started by `%s`', async (cmd) => {
    await using rig = new Rig();
    expect(warnings(await projectRun(rig, {...declared, cmd}, files)).map(({code}) => code)).toEqual([
      'undeclared-input',
    ]);
  });

  it.each(['python3 -I train.py', 'python3 -E train.py', 'python3 -S train.py'])(
    'runs as it always did, unseen, when it is started by `%s`',
    async (cmd) => {
      await using rig = new Rig();
      expect(warnings(await projectRun(rig, {...declared, cmd}, files))).toEqual([]);
      expect(rig.read('out/model.txt')).toBe('m');
    },
  );

  it('with odd names, from another folder and in a process of its own', async () => {
    await using rig = new Rig();
    const odd = ['a b.csv', 'new\nline.csv', 'ä"é.csv', '*.csv', '${x}.csv'];
    const script = `import subprocess, sys\nsubprocess.run([sys.executable, "-c", "import os; os.chdir('/')\\nfor name in os.listdir('${rig.folder}/d'): open('${rig.folder}/e/../d/' + name).read()"], check=True)`;
    rig.write('e/x', '');
    const found = warnings(
      await projectRun(
        rig,
        {cmd: 'python3 train.py > o', outs: ['o']},
        {
          'train.py': script,
          ...Object.fromEntries(odd.map((name) => [`d/${name}`, '1'])),
        },
      ),
    );
    expect(found).toHaveLength(1);
    const list = /deps: (\[.*\])$/.exec(found[0]?.hint ?? '')?.[1] ?? '';
    // What it says can be copied: the warning is gone then.
    rig.write(
      'pipeline.yaml',
      `mlp: 1\nstages:\n  train:\n    cmd: python3 train.py > o\n    outs: [o]\n    deps: ${list}\n`,
    );
    const again = await rig.run();
    expect(again.outcomes, again.out).toEqual({train: 'ran'});
    expect(warnings(again)).toEqual([]);
  });

  it('that writes beside its outputs is warned of that, not of what it reads back or removes', async () => {
    await using rig = new Rig();
    const script =
      'import os\nopen("notes.txt","a").write("x"); open("notes.txt").read(); open("tmp","w"); os.remove("tmp"); open("o","w")';
    const found = warnings(await projectRun(rig, {cmd: 'python3 train.py', outs: ['o']}, {'train.py': script}));
    expect(found).toMatchObject([
      {code: 'undeclared-output', hint: 'add to the stage in pipeline.yaml: outs: [notes.txt]'},
    ]);
  });

  it('may read its code, its params, folders, globs, what tools keep, and files outside', async () => {
    await using rig = new Rig();
    const script = [
      'import lib.helper, glob',
      'for path in ["params.yaml", "pipeline.yaml", "folder/a/b", "g/1.csv", "train.py", ".git/HEAD", "env/lib/x", "/etc/hostname"]: open(path).read()',
      'open("o", "w")',
    ].join('\n');
    rig.write('params.yaml', 'a: 1\n');
    rig.write('env/pyvenv.cfg', '');
    const stage = {cmd: 'python3 train.py', deps: ['folder', 'g/*.csv'], outs: ['o'], params: ['a']};
    rig.write('pipeline.yaml', pipelineText({train: stage}, {params: ['params.yaml']}));
    for (const path of ['folder/a/b', 'g/1.csv', '.git/HEAD', 'env/lib/x', 'lib/__init__.py']) rig.write(path, '');
    rig.write('lib/helper.py', 'X = 1\n');
    rig.write('train.py', script);
    const result = await rig.run();
    expect(result.outcomes, result.out + result.talk).toEqual({train: 'ran'});
    expect(warnings(result)).toEqual([]);
  });

  it('that loads code by a computed name is told to declare it as code', async () => {
    await using rig = new Rig();
    const script = 'import importlib\nimportlib.import_module("plug" + "in")\nopen("o", "w")';
    const files = {'train.py': script, 'plugin.py': 'Y = 2\n'};
    const stage = {cmd: 'python3 train.py', outs: ['o'], env: {PYTHONDONTWRITEBYTECODE: ''}};
    // The second time Python reads what it compiled the first time.
    for (const _ of [1, 2]) {
      const found = warnings(await projectRun(rig, stage, files));
      expect(found).toMatchObject([{hint: 'add to the stage in pipeline.yaml: code: [plugin.py]'}]);
      rig.write('train.py', `${script}\nprint(1)`);
      rig.remove('o');
      files['train.py'] = `${script}\nprint(1)`;
    }
  });

  it("keeps the user's own sitecustomize and PYTHONPATH", async () => {
    await using rig = new Rig();
    const stage = {
      cmd: 'python3 train.py',
      outs: ['o'],
      env: {PYTHONPATH: 'mine'},
      code: ['mine/sitecustomize.py', 'mine/helper.py'],
    };
    rig.write('mine/sitecustomize.py', 'MARK = "mine"\n');
    rig.write('mine/helper.py', 'X = 3\n');
    const script =
      'import sys, sitecustomize, helper\nopen("o","w").write(sitecustomize.MARK + str(helper.X) + str(any("hooks" in p for p in sys.path)))';
    expect(warnings(await projectRun(rig, stage, {'train.py': script}))).toEqual([]);
    expect(rig.read('o')).toBe('mine3False');
  });

  it('in a folder whose name cannot stand in PYTHONPATH runs unseen, with its path as it was', async () => {
    await using outer = new Rig();
    outer.write('a:b/x', '');
    const rig = new Rig(outer.path('a:b'));
    const script = 'import sys, os\nopen("o", "w").write(str(any(p.endswith("/a") for p in sys.path)))';
    await projectRun(rig, {cmd: 'python3 train.py', outs: ['o']}, {'train.py': script});
    expect(rig.read('o')).toBe('False');
  });

  it('has the same key and the same bytes as one that nobody looks at', async () => {
    await using rig = new Rig();
    await projectRun(rig, declared, files);
    expect((await rig.run()).outcomes).toEqual({train: 'skipped'});
    rig.remove('out');
    expect((await rig.run()).outcomes).toEqual({train: 'restored'});
  });
});

describe('a function', () => {
  it.each([
    ['readFileSync', "import {readFileSync} from 'node:fs';", 'readFileSync("extra.csv")'],
    [
      'fs.promises',
      "import fs from 'node:fs';",
      'await fs.promises.readFile(new URL("file://" + process.cwd() + "/extra.csv"))',
    ],
    ['node:fs/promises', "import {readFile} from 'node:fs/promises';", 'await readFile(Buffer.from("extra.csv"))'],
    ['open', "import {openSync} from 'node:fs';", 'openSync(".//extra.csv", "r")'],
    ['a stream', "import fs from 'fs';", 'for await (const _ of fs.createReadStream("extra.csv"));'],
    ['a callback', "import {readFile} from 'fs';", 'await new Promise((done) => readFile("extra.csv", done))'],
  ])('that reads by %s is seen', async (_, imports, code) => {
    await using rig = new Rig();
    const text = `${imports}\nimport {writeFileSync as w} from 'node:fs';\nexport default async ({outputs}) => { ${code}; w(outputs.o, 'x'); };\n`;
    const stage = {run: 'train.ts', outs: {o: 'o.txt'}};
    const found = warnings(await projectRun(rig, stage, {'train.ts': text, 'extra.csv': '1'}));
    expect(found).toMatchObject([
      {code: 'undeclared-input', hint: expect.stringContaining('deps: [extra.csv]') as string},
    ]);
  });

  it('beside another is not mistaken for it', async () => {
    await using rig = new Rig();
    const text = (own: string) =>
      `import fs from 'node:fs';\nexport default async ({outputs}) => { for (let i = 0; i < 20; i++) { fs.readFileSync('${own}'); await new Promise(setImmediate); } fs.writeFileSync(Object.values(outputs)[0], ''); };`;
    for (const name of ['a', 'b']) {
      rig.write(`${name}.ts`, text(`${name}.csv`));
      rig.write(`${name}.csv`, name);
    }
    rig.write('pipeline.yaml', pipelineText({a: {run: 'a.ts', outs: ['oa']}, b: {run: 'b.ts', outs: ['ob']}}));
    const found = warnings(await rig.run('-j', '2'));
    expect(found.map(({stage, hint}) => [stage, hint?.split(': ').at(-1)]).sort()).toEqual([
      ['a', '[a.csv]'],
      ['b', '[b.csv]'],
    ]);
  });

  it('and a program under node that write beside their outputs are seen, with NODE_OPTIONS kept', async () => {
    await using rig = new Rig();
    const cmd =
      'node --input-type=module -e \'import {writeFileSync} from "node:fs"; writeFileSync("o", process.env.NODE_OPTIONS); writeFileSync("log.txt", "")\'';
    const found = warnings(await projectRun(rig, {cmd, outs: ['o'], env: {NODE_OPTIONS: '--no-warnings'}}, {}));
    expect(found).toMatchObject([
      {code: 'undeclared-output', hint: expect.stringContaining('outs: [log.txt]') as string},
    ]);
    expect(rig.read('o')).toMatch(/ --no-warnings$/);
  });
});
