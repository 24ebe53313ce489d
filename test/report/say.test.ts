import {describe, expect, test} from 'vitest';
import {stageName} from '../../src/model/ids.ts';
import type {KeyChange} from '../../src/model/key-document.ts';
import type {Reason} from '../../src/model/run.ts';
import {keyChangeText} from '../../src/report/say-change.ts';
import {failureText, interruptText, logsCommand} from '../../src/report/say-trouble.ts';
import {reasonText} from '../../src/report/say.ts';
import {sampleReasons} from './sample-events.ts';

test('every reason has its words', () => {
  const said = Object.values(sampleReasons).map((reason) => `${reason.kind}: ${reasonText(reason)}`);
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "fresh: train wrote the same bytes
    new: never ran before
    changed: code: lib/text.ts clean() changed, params train.trees 200 → 300 and input data/a.csv added
    outputs-missing: model.json was missing
    outputs-edited: model.json was edited after the stage wrote it
    outputs-of-other-run: model.json was from other inputs
    failed-before: failed the last time
    interrupted-before: was interrupted the last time
    input-moved: model.json changed while the stage ran
    not-in-cache: model.json is no longer in the cache
    corrupt-object: model.json is damaged in the cache
    always: always runs (\`always: true\`)
    forced: forced by \`--force\`
    no-outputs: has no outputs, so nothing can be kept
    frozen: is frozen (\`frozen: true\`)
    needs-approval: needs an approval by @ds-leads: \`mlp review show 3f2a\`
    rejected: anna@firm.lt rejected it
    no-review: nobody was asked (\`--no-review\`)
    upstream: depends on train
    blocked-by: needs train
    run-stopped: the run stopped after train failed
    input-missing: model.json is missing
    cannot-decide: the list is no JSON"
  `);
});

test('a plan speaks of now, a run of then', () => {
  const reason: Reason = {kind: 'outputs-missing', paths: ['a', 'b']};
  expect(reasonText(reason, 'run')).toBe('a and b are missing');
  expect(reasonText(reason, 'ran')).toBe('a and b were missing');
});

describe('what changed', () => {
  const param = (index: number): KeyChange => ({part: 'params', path: `p${String(index)}`, before: 1, after: 2});

  test('three causes are named, the others are counted', () => {
    const changes = Array.from({length: 7}, (_, index) => param(index));
    expect(reasonText({kind: 'changed', changes})).toBe('params p0 1 → 2, params p1 1 → 2, params p2 1 → 2 and 4 more');
    expect(reasonText({kind: 'changed', changes: changes.slice(0, 2)})).toBe('params p0 1 → 2 and params p1 1 → 2');
    expect(reasonText({kind: 'changed', changes: []})).toBe('its key changed');
  });

  test('code is said in words and not counted twice', () => {
    const changes: KeyChange[] = [{part: 'code', path: 'typescript', before: 'x', after: 'y'}, param(1)];
    expect(reasonText({kind: 'changed', changes, code: ['lib/text.ts clean() changed']})).toBe(
      'code: lib/text.ts clean() changed and params p1 1 → 2',
    );
    const code = ['a changed', 'b changed', 'c changed', 'd changed', 'e changed'];
    expect(reasonText({kind: 'changed', changes: [], code})).toBe('code: a changed, b changed, c changed and 2 more');
  });

  test.each<[KeyChange, string]>([
    [{part: 'params', path: 'train.trees', before: 200, after: 300}, 'params train.trees 200 → 300'],
    [{part: 'params', path: 'a', before: true, after: 1}, 'params a true → 1'],
    [{part: 'params', path: 'a', before: 'x y', after: ''}, 'params a "x y" → ""'],
    [{part: 'params', path: 'a', after: {b: [1]}}, 'params a added ({"b":[1]})'],
    [{part: 'params', path: 'a', before: null}, 'params a removed (was null)'],
    [{part: 'params', path: 'a\nb', before: 'x'.repeat(100), after: 1}, `params a\\nb ${'x'.repeat(39)}… → 1`],
    [
      {part: 'deps', path: 'data/a.csv', before: ['file', false, 'x'], after: ['file', false, 'y']},
      'input data/a.csv changed',
    ],
    [{part: 'deps', path: 'data/b.csv', after: ['file', false, 'y']}, 'input data/b.csv added'],
    [{part: 'outs', path: 'model.json', before: ['out', 'any', '']}, 'output model.json removed'],
    [{part: 'env', path: 'SEED', before: null, after: '1'}, 'env SEED not set → 1'],
    [{part: 'runtime', path: 'node', before: '20.20', after: '22.1'}, 'runtime node 20.20 → 22.1'],
    [{part: 'action', path: 'text', before: 'a', after: 'b'}, 'command changed'],
    [{part: 'action', path: 'with.trees', before: 1, after: 2}, 'setting trees 1 → 2'],
    [{part: 'cwd', path: '', before: '.', after: 'src'}, 'cwd . → src'],
    [{part: 'seed', path: '', before: 1, after: 2}, 'seed 1 → 2'],
    [{part: 'salt', path: '', before: 'a', after: 'b'}, '`cache.salt` changed'],
    [{part: 'code', path: 'src/extra.sql', before: 'x', after: 'y'}, 'code src/extra.sql changed'],
  ])('%j', (change, text) => {
    expect(keyChangeText(change)).toBe(text);
  });
});

test('failures are a few words where the class says all', () => {
  expect(failureText({class: 'exit', exitCode: 1, message: 'm'})).toBe('exit 1');
  expect(failureText({class: 'signal', signal: 'SIGKILL', message: 'm'})).toBe('killed by SIGKILL');
  expect(failureText({class: 'timeout', message: 'took longer than 30m\n'})).toBe('took longer than 30m\\n');
});

test('the command that shows a log can be pasted', () => {
  expect(['train@forest', 'a b', "it's", '-x'].map(logsCommand)).toEqual([
    'mlp logs train@forest',
    "mlp logs 'a b'",
    "mlp logs 'it'\\''s'",
    "mlp logs '-x'",
  ]);
});

test('an interrupt says what is waited for', () => {
  const event = {type: 'interrupt', signal: 'SIGINT', running: [], kill: false} as const;
  expect(interruptText(event)).toBe('SIGINT: stopping');
  expect(interruptText({...event, running: [stageName('a'), stageName('b')]})).toBe(
    'SIGINT: waiting for a and b to stop (once more kills them)',
  );
  expect(interruptText({...event, running: [stageName('a')], kill: true})).toBe('SIGINT again: killing a');
});
