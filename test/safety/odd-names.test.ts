/** Names with any sign in them: inputs, outputs, folders, params, metrics, working folders. */
import {readdirSync, utimesSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {pipelineText} from './spawned-cli.ts';

/** What a path may not hold is only NUL and the slash; the name, told by its trait. */
const NAMES: Readonly<Record<string, string>> = {
  'blanks at all ends': '  two  blanks  ',
  'both quotes': `it's "quoted"`,
  dollars: '$HOME ${HOME} $(touch pwned)',
  backticks: '`touch pwned`',
  'a newline': 'line one\nline two',
  'a tab and a carriage return': 'tab\there\rthere',
  'an escape': 'bell\u0007 and \u001b[31mred\u001b[0m',
  'a composed accent': 'pr\u00e9cision',
  'a combining accent': 'pre\u0301cision',
  'signs beyond the first plane': '𝛽-模型-🦊',
  'a leading dash': '-rf',
  'two leading dashes': '--help',
  'a leading hash': '# not a comment',
  percents: '%s%d%n 100%',
  'wildcards that are none': 'a.b+c^d|e&f;g<h>i!j~k=l:m,n@o',
  backslashes: 'back\\slash\\n',
  'a trailing dot': 'dot.',
  'words of YAML': 'null',
  'a number': '1e3',
  'a constructor': '__proto__',
  'the longest name': `${'n'.repeat(251)}.txt`,
};

/** What stands for a text in pipeline.yaml: `${` begins a template there. */
const asTyped = (text: string): string => text.replaceAll('${', '\\${');

const copy = [
  'sh',
  '-c',
  'cat -- "$1" > "$2"; if [ -n "$3" ]; then mkdir -p -- "$3"; cat -- "$1" > "$3/inner"; fi',
  'sh',
];

describe.each(Object.entries(NAMES))('%s', (_, name) => {
  it('may stand in inputs, outputs, folders, params and working folders', async () => {
    await using rig = new Rig();
    const input = `in/${name}`;
    const output = `out/${name}`;
    const folder = `folder/${name}/deeper`;
    rig.write(input, 'first');
    rig.write(`cwd/${name}/.keep`, '');
    const typed = {
      input: asTyped(input),
      output: asTyped(output),
      folder: asTyped(folder),
      cwd: asTyped(`cwd/${name}`),
    };
    const stages = {
      copy: {
        cmd: [...copy, typed.input, typed.output, typed.folder],
        deps: {[name]: {path: typed.input}},
        outs: {[name]: typed.output, folder: typed.folder},
      },
      quoted: {cmd: 'cat -- ${params.path} > q.txt', deps: [{path: typed.output}], params: ['path'], outs: ['q.txt']},
      elsewhere: {cmd: 'pwd > ../../pwd.txt', cwd: typed.cwd, outs: ['pwd.txt']},
      whole: {cmd: 'find folder | LC_ALL=C sort > w.txt', deps: ['folder'], outs: ['w.txt']},
    };
    const params = JSON.stringify({path: output, [name]: {below: name}});
    rig.write('params.yaml', params);
    rig.write('pipeline.yaml', pipelineText(stages, {params: ['params.yaml']}));

    expect(await rig.run()).toMatchObject({code: 0, ran: expect.arrayContaining(Object.keys(stages))});
    expect(rig.read(output)).toBe('first');
    expect(rig.read(`${folder}/inner`)).toBe('first');
    expect(rig.read('q.txt')).toBe('first');
    expect(rig.read('pwd.txt')).toBe(`${rig.folder}/cwd/${name}\n`);
    expect(readdirSync(rig.folder)).not.toContain('pwned');

    const skipped = {copy: 'skipped', quoted: 'skipped', elsewhere: 'skipped', whole: 'skipped'};
    expect((await rig.run()).outcomes).toEqual(skipped);
    rig.remove('out');
    rig.remove('folder');
    expect((await rig.run()).outcomes).toEqual({...skipped, copy: 'restored'});
    expect(rig.read(output)).toBe('first');

    // The lock alone, read back, tells the same.
    rig.remove('.mlp/mlp.db');
    rig.remove('.mlp/mlp.db-wal');
    rig.remove('.mlp/mlp.db-shm');
    const lock = rig.read('mlp.lock');
    expect(await rig.mlp('status', '--check')).toMatchObject({code: 0});
    expect((await rig.run()).code).toBe(0);
    expect(rig.read('mlp.lock')).toBe(lock);

    rig.write(input, 'second');
    expect(await rig.run()).toMatchObject({
      code: 0,
      outcomes: {copy: 'ran', quoted: 'ran', elsewhere: 'skipped', whole: 'ran'},
    });
    expect(rig.read('q.txt')).toBe('second');

    for (const argv of [
      ['status'],
      ['plan'],
      ['why', 'copy'],
      ['dag'],
      ['dag', '--format', 'dot'],
      ['dag', '--format', 'mermaid'],
      ['run', '--force'],
      ['logs', 'copy'],
      ['doctor'],
    ]) {
      const {out, talk, code} = await rig.mlp(...argv);
      expect({argv, code}).toEqual({argv, code: 0});
      // eslint-disable-next-line no-control-regex
      expect(`${out}${talk}`).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
    }
  });
});

it('the composed and the combining form of a name are two files', async () => {
  await using rig = new Rig();
  const [composed = '', combining = ''] = [NAMES['a composed accent'], NAMES['a combining accent']];
  rig.write(composed, 'composed');
  rig.write(combining, 'combining');
  rig.write(
    'pipeline.yaml',
    pipelineText({
      one: {cmd: [...copy, composed, 'one.txt'], deps: [composed], outs: ['one.txt']},
      two: {cmd: [...copy, combining, 'two.txt'], deps: [combining], outs: ['two.txt']},
    }),
  );
  expect(await rig.run()).toMatchObject({code: 0});
  expect([rig.read('one.txt'), rig.read('two.txt')]).toEqual(['composed', 'combining']);
  rig.write(combining, 'changed');
  expect((await rig.run()).outcomes).toEqual({one: 'skipped', two: 'ran'});
});

it('a name with the signs of a pattern is the file of that name when written as `path`', async () => {
  await using rig = new Rig();
  const name = 'data[1]{a,b}*?.csv';
  rig.write(name, 'first');
  rig.write('pipeline.yaml', pipelineText({a: {cmd: [...copy, name, 'a.txt'], deps: [{path: name}], outs: ['a.txt']}}));
  expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
  rig.write(name, 'second');
  expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
});

it('an output with the signs of a pattern is made before whoever names it', async () => {
  await using rig = new Rig();
  const name = 'data[1].csv';
  rig.write(
    'pipeline.yaml',
    pipelineText({
      b: {cmd: [...copy, name, 'b.txt'], deps: [name], outs: ['b.txt']},
      a: {cmd: ['sh', '-c', 'echo a > "$1"', 'sh', name], outs: [name]},
    }),
  );
  expect(await rig.run()).toMatchObject({code: 0, ran: ['a', 'b']});
  expect((await rig.run()).outcomes).toEqual({a: 'skipped', b: 'skipped'});
});

it('a pattern that matches nothing is told, unless it may', async () => {
  await using rig = new Rig();
  const stage = {cmd: 'echo a > a.txt', outs: ['a.txt']};
  rig.write('pipeline.yaml', pipelineText({a: {...stage, deps: ['data[1].csv']}}));
  const {code, talk} = await rig.mlp('run');
  expect({code, talk}).toMatchObject({code: 1, talk: expect.stringContaining('not there: `data[1].csv`')});
  expect(talk).toContain('`{path: NAME}`');
  rig.write('pipeline.yaml', pipelineText({a: {...stage, deps: [{glob: 'data[1].csv', optional: true}]}}));
  expect(await rig.run()).toMatchObject({code: 0, ran: ['a']});
});

it.each([
  ['a name of 256 bytes', 'n'.repeat(256)],
  ['a path of 5,000 bytes', Array.from({length: 50}, () => 'n'.repeat(99)).join('/')],
])('%s, which no disk takes, is named in the message', async (_, name) => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: {cmd: 'true', outs: [name]}}));
  const {code, talk} = await rig.mlp('run');
  expect(code).toBeGreaterThan(0);
  expect(code).toBeLessThan(3);
  expect(talk).toMatch(/too long|did not write/);
});

it('a name that is not UTF-8 in a folder is refused with its name, or kept as it is', async () => {
  await using rig = new Rig();
  rig.write(
    'pipeline.yaml',
    pipelineText({a: {cmd: ['sh', '-c', 'mkdir d; printf x > "d/$(printf "\\377\\376")"'], outs: ['d']}}),
  );
  const {code, talk} = await rig.mlp('run');
  expect({code, talk}).toMatchObject({code: 1, talk: expect.stringMatching(/UTF-8/)});
});

const METRICS = [
  'log loss',
  'f1@[IoU=0.5], x',
  'précision β',
  'm'.repeat(300),
  '\u001b[31mred',
  'a\nb',
  'a\tb',
  '',
  ' ',
  '"',
  "'",
  '__proto__',
  'a.b',
  '模型',
];

it.each(['json', 'yaml', 'csv', 'lines'])('metrics of any name come back as they were, from %s', async (form) => {
  await using rig = new Rig();
  const values = METRICS.map((name, at) => [name, at + 0.5] as const);
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const text = {
    json: `{${values.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`,
    yaml: values.map(([name, value]) => `? ${JSON.stringify(name)}\n: ${value}\n`).join(''),
    csv: `${values.map(([name]) => quote(name)).join(',')}\n${values.map(([, value]) => value).join(',')}\n`,
    lines: values.map(([name, value]) => `{${JSON.stringify(name)}:${value}}\n`).join(''),
  }[form] as string;
  rig.write('made', text);
  const stage =
    form === 'lines'
      ? {cmd: 'cat made > "$MLP_METRICS"', deps: ['made']}
      : {cmd: `cp made m.${form}`, deps: ['made'], metrics: [`m.${form}`]};
  rig.write('pipeline.yaml', pipelineText({a: stage}));
  const {code, events, talk} = await rig.run();
  expect({code, talk}).toMatchObject({code: 0});
  const end = events.find((event) => event.type === 'stage.end');
  const known = new Map((end?.metrics ?? []).map(({name, value}) => [name, value]));
  for (const [name, value] of values) expect({name, value: known.get(name)}).toEqual({name, value});
  const {out, talk: shown} = await rig.mlp('run', '--force');
  expect(`${out}${shown}`).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
});

it.each([
  ['there but without a number', 'echo "{\\"f1\\": \\"0.9\\"}" > m.json', 'the metrics file `m.json` holds no number'],
  ['no JSON', 'echo f1=0.9 > m.json', 'the metrics file `m.json` cannot be read'],
  ['a folder', 'mkdir m.json', '`m.json` is a folder'],
  ['not there', 'true', 'did not write its metrics file `m.json`'],
])('a declared metrics file that is %s fails the stage and is named', async (_, cmd, message) => {
  await using rig = new Rig();
  rig.write('pipeline.yaml', pipelineText({a: {cmd, metrics: ['m.json']}}));
  const {code, talk} = await rig.mlp('run');
  expect({code, talk}).toMatchObject({code: 1, talk: expect.stringContaining(message)});
});

it('a stage may be named like a method of every object, also in a run that leaves it out', async () => {
  await using rig = new Rig();
  const names = ['a', 'constructor', 'toString', 'hasOwnProperty'];
  rig.write(
    'pipeline.yaml',
    pipelineText(Object.fromEntries(names.map((name) => [name, {cmd: `echo x > ${name}.txt`, outs: [`${name}.txt`]}]))),
  );
  expect(await rig.run()).toMatchObject({code: 0});
  // Old enough that their signatures are trusted.
  for (const name of names) utimesSync(rig.path(`${name}.txt`), 1, 1);
  expect(await rig.run('a')).toMatchObject({code: 0, outcomes: {a: 'skipped'}});
  utimesSync(rig.path('a.txt'), 2, 2);
  expect(await rig.run('a')).toMatchObject({code: 0, outcomes: {a: 'skipped'}});
  expect((await rig.run()).outcomes).toEqual(Object.fromEntries(names.map((name) => [name, 'skipped'])));
});
