/** A database that an older mlp made, brought up to date. */
import {join} from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import {expect, test} from 'vitest';
import {Database} from '../../src/store/database.ts';
import {migrate, migrations} from '../../src/store/migrations.ts';
import {open, options, sha256, tempFolder} from './store-rig.ts';

/** Two runs of two stages as the first schema kept them: states in JSON chunks, params only in key documents. */
function firstSchema(file: string): void {
  const sqlite = new SqliteDatabase(file);
  const database = new Database(sqlite, options);
  migrate(database, migrations.slice(0, 1));
  const blob = (text: string): Buffer => Buffer.from(sha256(text), 'hex');
  const body = (id: number, text: string): void => {
    const cell = text.length < 768 ? text : options.deflate(text);
    sqlite.prepare('INSERT INTO bodies VALUES (?, ?, ?)').run(id, blob(text), cell);
  };
  sqlite.exec(
    "INSERT INTO stages VALUES (1, 'train', 1, 50), (2, 'eval', 3, NULL); INSERT INTO owners VALUES (1, 'b', 1, '1')",
  );
  sqlite.exec("INSERT INTO texts VALUES (1, 'log loss'), (2, 'm.json'), (3, 'curve')");
  for (const [id, stage, params] of [
    [1, 1, {'train.lr': 0.1, model: {kind: 'gb', layers: [1, 2]}}],
    [2, 1, {'train.lr': 0.2}],
    [300, 2, {}],
  ] as const) {
    sqlite
      .prepare("INSERT INTO traces VALUES (?, ?, ?, 1, 1, NULL, NULL, 'ran', NULL, '[1]')")
      .run(id, blob(`key ${id}`), stage);
    const document = JSON.stringify([1, {params, code: {filler: 'x'.repeat(id * 3)}}]);
    sqlite
      .prepare('INSERT INTO trace_details VALUES (?, ?, NULL, NULL)')
      .run(id, document.length < 768 ? document : options.deflate(document));
  }
  const metric = sqlite.prepare('INSERT INTO metrics VALUES (?, ?, ?, 2, ?, ?)');
  metric.run(300, 0, 1, null, 'NaN');
  metric.run(300, 1, 3, 1, 0.5);
  metric.run(300, 2, 3, 2, 0.25);
  body(1, '{"os":"linux"}');
  body(2, '[1,[["train",1],["eval",0]]]');
  body(3, `[1,[["train",2],["eval",300]${',["a long name of a stage@branch",1]'.repeat(40)}]]`);
  const state = sqlite.prepare('INSERT INTO states VALUES (?, ?, ?)');
  state.run(1, blob('state 1'), '[1,[2]]');
  state.run(2, blob('state 2'), '[1,[2,3]]');
  const run = sqlite.prepare("INSERT INTO runs VALUES (?, 1, 2, 'done', '[]', NULL, 1, '{}', ?, 1, ?)");
  run.run(1, 'old', 1);
  run.run(2, null, 2);
  sqlite.close();
}

test('a database of the first schema keeps its runs, and they can be named, tagged and searched', () => {
  const file = join(tempFolder(), 'mlp.db');
  firstSchema(file);
  const store = open(file);
  const [second, first] = store.runs(9);
  expect([second, first]).toMatchObject([{id: 2}, {id: 1, name: 'old', facts: {os: 'linux'}}]);
  if (first === undefined || second === undefined) throw new Error('the runs are gone');
  expect(store.runStages(first.id)).toEqual([
    {stage: 'train', outcome: 'skipped', trace: 1},
    {stage: 'eval', outcome: 'skipped'},
  ]);
  expect(store.runStages(second.id)).toHaveLength(44);
  expect(store.runStages(second.id)[3]).toEqual({stage: 'eval', outcome: 'skipped', trace: 300});
  expect(store.labelRun(first.id, {tag: ['kept'], name: 'new', atMs: 5})).toBe(true);
  expect(store.runsNamed('old')).toEqual([first.id]);
  expect(store.metrics(300)).toEqual([
    {name: 'log loss', value: NaN, source: 'm.json'},
    {name: 'curve', value: 0.5, step: 1, source: 'm.json'},
    {name: 'curve', value: 0.25, step: 2, source: 'm.json'},
  ]);
  expect(store.searchRuns().metric('log loss').get(second.id)).toEqual([NaN]);
  expect(store.integrity()).toBe('ok');
  store.close();

  const sqlite = new SqliteDatabase(file, {readonly: true});
  const rows = (sql: string): unknown => sqlite.prepare(sql).raw().all();
  expect(rows('SELECT t.name, v.trace, v.value FROM curve_ends v JOIN texts t ON t.id = v.name ORDER BY 1')).toEqual([
    ['curve', 300, 0.25],
  ]);
  expect(
    rows(
      'SELECT n.name, p.trace, v.name FROM params p JOIN texts n ON n.id = p.name JOIN texts v ON v.id = p.value ORDER BY 1, 2',
    ),
  ).toEqual([
    ['model.kind', 1, '"gb"'],
    ['model.layers', 1, '[1,2]'],
    ['train.lr', 1, '0.1'],
    ['train.lr', 2, '0.2'],
  ]);
  expect(rows("SELECT count(*) FROM bodies WHERE body LIKE '%train%'")).toEqual([[1]]);
  expect(rows('PRAGMA foreign_key_check')).toEqual([]);
  sqlite.close();
});

test('versions of models that an older mlp registered have no profile', () => {
  const file = join(tempFolder(), 'mlp.db');
  const sqlite = new SqliteDatabase(file);
  migrate(new Database(sqlite, options), migrations.slice(0, 3));
  sqlite
    .prepare("INSERT INTO model_versions VALUES ('names', 1, ?, 7, NULL, NULL, 1, 'p')")
    .run(Buffer.from(sha256('a'), 'hex'));
  sqlite.close();
  const store = open(file);
  expect(store.models.versions()).toEqual([
    {model: 'names', version: 1, hash: sha256('a'), createdAtMs: 7, aliases: [], isApproved: true, predictions: 'p'},
  ]);
  store.close();
});
