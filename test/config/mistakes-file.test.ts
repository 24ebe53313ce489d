import {expect, test} from 'vitest';
import {check, load} from './check.ts';

const mistakes: readonly (readonly [string, string])[] = [
  ['an empty file', ''],
  ['a file of comments', '# nothing\n'],
  ['a list', '- a\n'],
  ['a tab as indentation', 'mlp: 1\nstages:\n\ta: {cmd: x}\n'],
  ['an unclosed bracket', 'mlp: 1\nstages: {a: {cmd: x}\n'],
  ['two documents', 'mlp: 1\nstages: {}\n---\nmlp: 1\n'],
  ['a plain text that begins with a back-tick', 'mlp: 1\nname: `x`\nstages: {}\n'],
  ['a tag', 'mlp: 1\nname: !secret x\nstages: {}\n'],
  ['one key twice', 'mlp: 1\nstages:\n  a: {cmd: x}\n  a: {cmd: y}\n'],
  ['a merge key', 'mlp: 1\nstages:\n  a: &a {cmd: x}\n  b:\n    <<: *a\n    cmd: y\n'],
  ['an alias of nothing', 'mlp: 1\nname: *x\nstages: {}\n'],
  ['an alias inside itself', 'mlp: 1\nmeta: &m [*m]\nstages: {}\n'],
  ['a key that is a list', 'mlp: 1\nmeta: {[a]: 1}\nstages: {}\n'],
  ['not a number and infinities', 'mlp: 1\nmeta: [.nan, -.inf, 1e999]\nstages: {}\n'],
  ['an integer beyond 2^53', 'mlp: 1\nmeta: {id: 12345678901234567890}\nstages: {}\n'],
  ['bytes that are no text', 'mlp: 1\nname: a\0b\n'],
  ['missing keys', 'name: x\n'],
  ['another version', 'mlp: 2\nstages: {}\n'],
  [
    'wrong types at the top',
    'mlp: 1\nname: [x]\nparams: {a: 1}\nenv: 3\ncache: {link: [hard], slat: x}\nremote: s3://b\nresources: {gpu: -1}\nstages: []\n',
  ],
  ['a mistyped key', 'mlp: 1\nstage: {}\nstages: {}\n'],
];

test.each(mistakes)('%s', async (_, yaml) => {
  expect(await check(yaml)).toMatchSnapshot();
});

test('tabs, a byte order mark and Windows line ends do not move the places of mistakes', async () => {
  expect(await check('\uFEFFmlp: 1\r\nnam: x\r\nstages: {}\r\n')).toMatchInlineSnapshot(`
    "
    pipeline.yaml:2:1: error unknown-key: unknown key \`nam\` in pipeline.yaml
        nam: x
        ~~~
      hint: did you mean \`name\`?
    "
  `);
  expect(await check('\uFEFFnam: x\nmlp: 1\nstages: {}')).toMatchInlineSnapshot(`
    "
    pipeline.yaml:1:1: error unknown-key: unknown key \`nam\` in pipeline.yaml
        nam: x
        ~~~
      hint: did you mean \`name\`?
    "
  `);
});

test('a list three hundred deep is told, not fallen into', async () => {
  for (const deep of [
    '['.repeat(300) + ']'.repeat(300),
    '['.repeat(200_000),
    '{a: '.repeat(300) + '}'.repeat(300),
    `\n${'- '.repeat(300)}x`,
  ]) {
    const {diagnostics, pipeline} = await load(`mlp: 1\nmeta: ${deep}\n`);
    expect(pipeline).toBeUndefined();
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(['nested-too-deeply']);
  }
  const stairs = Array.from({length: 300}, (_, depth) => `${' '.repeat(depth + 1)}a:\n`).join('');
  expect((await load(`mlp: 1\nmeta:\n${stairs}`)).diagnostics.map((diagnostic) => diagnostic.code)).toContain(
    'nested-too-deeply',
  );
});

test('aliases that multiply are refused before they are followed', async () => {
  let bomb = 'mlp: 1\nstages: {}\nmeta:\n  a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n';
  for (let level = 1; level < 30; level++)
    bomb += `  a${level}: &a${level} [${Array(10)
      .fill(`*a${level - 1}`)
      .join(', ')}]\n`;
  const {diagnostics} = await load(bomb);
  expect(diagnostics.map(({code, place}) => `${code} ${place?.line ?? 0}`)).toEqual(['alias-bomb 8']);
});

test('ten thousand wrong keys are ten thousand mistakes', async () => {
  const keys = Array.from({length: 10_000}, (_, index) => `    dpes${index}: 1\n`).join('');
  const {diagnostics} = await load(`mlp: 1\nstages:\n  a:\n    cmd: x\n${keys}`);
  expect(diagnostics).toHaveLength(10_000);
});

test('whatever the bytes, the loader answers', async () => {
  const pieces = [
    'mlp: 1\n',
    'stages:\n',
    '  a:\n',
    '    cmd: x\n',
    '\t',
    '{',
    '}',
    '[',
    ']',
    ': ',
    '- ',
    '&a ',
    '*a',
    '!t ',
    '"',
    "'",
    '|\n',
    '>\n',
    '\0',
    '\u{1F600}',
    '${',
    '}',
    '#',
    '%',
    '---\n',
    '? ',
  ];
  let seed = 1;
  const next = (): number => (seed = (seed * 48271) % 2147483647);
  for (let round = 0; round < 400; round++) {
    const text = Array.from({length: 1 + (next() % 14)}, () => pieces[next() % pieces.length]).join('');
    const {pipeline, diagnostics} = await load(text);
    expect(
      pipeline !== undefined || diagnostics.some((diagnostic) => diagnostic.severity === 'error'),
      JSON.stringify(text),
    ).toBe(true);
  }
});
