import {expect, test} from 'vitest';
import type {Diagnostic, Place} from '../../../src/model/diagnostic.ts';
import {loadPaint} from '../../../src/report/paint.ts';
import {renderDiagnostics} from '../../../src/report/render/diagnostics.ts';

function place(lineText: string, marked: string, more: Partial<Place> = {}): Place {
  const column = lineText.indexOf(marked) + 1;
  return {file: 'pipeline.yaml', line: 14, column, length: marked.length, lineText, ...more};
}

function mistake(where: Place, more: Partial<Diagnostic> = {}): Diagnostic {
  return {code: 'unknown-key', severity: 'error', message: 'unknown key `dep`', place: where, ...more};
}

test('a mistake shows where, the line, a squiggle and a hint', () => {
  const first = mistake(place('    dep: data/a.csv', 'dep'), {hint: 'did you mean `deps`?'});
  const second: Diagnostic = {
    code: 'two-writers',
    severity: 'warning',
    message: '`model.json` is written by two stages',
    place: place('outs: [model.json]', 'model.json', {line: 20}),
    related: [{message: 'the other writer is here', place: place('outs: model.json', 'model.json', {line: 3})}],
  };
  expect(renderDiagnostics([first, second])).toMatchInlineSnapshot(`
    "pipeline.yaml:14:5: error unknown-key: unknown key \`dep\`
      dep: data/a.csv
      ~~~
      hint: did you mean \`deps\`?

    pipeline.yaml:20:8: warning two-writers: \`model.json\` is written by two stages
      outs: [model.json]
             ~~~~~~~~~~
      pipeline.yaml:3:7: the other writer is here
        outs: model.json
              ~~~~~~~~~~
    "
  `);
});

test('one without a place is a sentence', () => {
  expect(
    renderDiagnostics([{code: 'no-pipeline', severity: 'error', message: 'no pipeline.yaml here', hint: 'mlp init'}]),
  ).toBe('error no-pipeline: no pipeline.yaml here\n  hint: mlp init\n');
});

test('a very long line is cut around the place', () => {
  const line = `cmd: ${'word '.repeat(400)}WRONG ${'more '.repeat(400)}`;
  const text = renderDiagnostics([mistake(place(line, 'WRONG'))], {width: 80});
  for (const shown of text.split('\n').slice(1)) expect(shown.length).toBeLessThanOrEqual(80);
  expect(text).toMatchInlineSnapshot(`
    "pipeline.yaml:14:2006: error unknown-key: unknown key \`dep\`
      …word word word word word word WRONG more more more more more more more more …
                                     ~~~~~
    "
  `);
  expect(renderDiagnostics([mistake(place(line, line))], {width: 80, unicode: false})).toMatchInlineSnapshot(`
    "pipeline.yaml:14:1: error unknown-key: unknown key \`dep\`
      cmd: word word word word word word word word word word word word word wo...
      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    "
  `);
});

test('the squiggle stands below its text also after tabs and wide characters', () => {
  expect(renderDiagnostics([mistake(place('a:\t\t名前: dep', 'dep')), mistake(place('名前: データ # x', 'データ'))]))
    .toMatchInlineSnapshot(`
    "pipeline.yaml:14:9: error unknown-key: unknown key \`dep\`
      a:    名前: dep
                  ~~~

    pipeline.yaml:14:5: error unknown-key: unknown key \`dep\`
      名前: データ # x
            ~~~~~~
    "
  `);
});

test('control characters of the file do not reach the terminal', () => {
  expect(renderDiagnostics([mistake(place('a: \u001b[31mred', 'red'), {message: 'bad\nname'})])).toMatchInlineSnapshot(`
    "pipeline.yaml:14:9: error unknown-key: bad\\nname
      a: \\u001b[31mred
                   ~~~
    "
  `);
});

test('a place at the end of a line has a squiggle too', () => {
  expect(renderDiagnostics([mistake({file: 'p.yaml', line: 1, column: 5, length: 1, lineText: 'key:'})])).toContain(
    '  key:\n      ~\n',
  );
});

test('of ten thousand mistakes fifty are shown', () => {
  const many = Array.from({length: 10_000}, () => mistake(place('dep: x', 'dep')));
  const text = renderDiagnostics(many);
  expect(text.match(/unknown-key/g)?.length).toBe(50);
  expect(text).toMatch(/\n\nand 9,950 more\n$/);
  expect(renderDiagnostics(many.slice(0, 3), {most: 2})).toMatch(/\n\nand 1 more\n$/);
  expect(renderDiagnostics([])).toBe('');
});

test('colour marks the severity and is never all that does', async () => {
  const paint = await loadPaint(true);
  const text = renderDiagnostics([mistake(place('dep: x', 'dep'))], {paint});
  expect(text).toContain('\u001b[31merror unknown-key:\u001b[39m');
  expect(text.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderDiagnostics([mistake(place('dep: x', 'dep'))]));
});
