import {describe, expect, test} from 'vitest';
import {renderDag} from '../../../src/report/render/dag.ts';
import type {DagView} from '../../../src/report/views/dag.ts';

const view: DagView = {
  stages: [
    {name: 'ingest', needs: [], description: 'reads "raw" files'},
    {name: 'featurize', needs: ['ingest']},
    {name: 'train@forest', needs: ['featurize']},
    {name: 'train@logistic', needs: ['featurize']},
    {name: 'per-city', needs: ['ingest'], dynamic: true},
    {name: 'evaluate', needs: ['train@forest', 'train@logistic', 'featurize']},
  ],
};
const stale: DagView = {
  stages: view.stages.map((stage, index) => ({
    ...stage,
    verdict: (['fresh', 'run', 'may', 'may', 'restore', 'error'] as const)[index] ?? 'may',
  })),
};
const odd: DagView = {
  stages: [
    {name: 'a"b\\', needs: []},
    {name: 'c[d]\n<e> #1;', needs: ['a"b\\']},
    {name: 'データ', needs: ['c[d]\n<e> #1;']},
  ],
};

describe('text', () => {
  test('one line a stage, moved in by its depth, with what it needs', () => {
    expect(renderDag(view, 'text')).toMatchInlineSnapshot(`
      "ingest
        featurize           ← ingest
          train@forest      ← featurize
          train@logistic    ← featurize
        per-city (dynamic)  ← ingest
            evaluate        ← train@forest, train@logistic and featurize
      "
    `);
  });

  test('staleness is a word, so that it needs no colour', () => {
    expect(renderDag(stale, 'text', {unicode: false, width: 50})).toMatchInlineSnapshot(`
      "ingest                fresh
        featurize           run      <- ingest
          train@forest      may run  <- featurize
          train@logistic    may run  <- featurize
        per-city (dynamic)  restore  <- ingest
            evaluate        error    <- train@forest,...
      "
    `);
  });

  test('many needs are counted, odd names stay on their line', () => {
    const names = Array.from({length: 9}, (_, index) => `s${String(index)}`);
    const wide: DagView = {stages: [...names.map((name) => ({name, needs: []})), {name: 'all', needs: names}]};
    expect(renderDag(wide, 'text')).toContain('  all  ← s0, s1, s2, s3 and 5 more\n');
    expect(renderDag(odd, 'text')).toMatchInlineSnapshot(`
      "a"b\\
        c[d]\\n<e> #1;  ← a"b\\
          データ       ← c[d]\\n<e> #1;
      "
    `);
    expect(renderDag({stages: []}, 'text')).toBe('no stages\n');
  });

  test('a chain of 50 does not run off to the right', () => {
    const stages = Array.from({length: 50}, (_, index) => ({
      name: `s${String(index)}`,
      needs: index === 0 ? [] : [`s${String(index - 1)}`],
    }));
    expect(
      Math.max(
        ...renderDag({stages}, 'text')
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(40);
  });
});

test('Mermaid', () => {
  expect(renderDag(stale, 'mermaid')).toMatchInlineSnapshot(`
    "flowchart LR
      s0["ingest"]
      s1["featurize"]
      s2["train@forest"]
      s3["train@logistic"]
      s4[["per-city"]]
      s5["evaluate"]
      s0 --> s1
      s1 --> s2
      s1 --> s3
      s0 --> s4
      s2 --> s5
      s3 --> s5
      s1 --> s5
      class s0 fresh
      class s1 run
      class s2 may
      class s3 may
      class s4 restore
      class s5 error
      classDef fresh fill:#d7f0dd,color:#222
      classDef run fill:#ffd9b3,color:#222
      classDef may fill:#fff3c4,color:#222
      classDef restore fill:#d3e9f7,color:#222
      classDef error fill:#f8c9c9,color:#222
    "
  `);
  expect(renderDag(odd, 'mermaid')).toMatchInlineSnapshot(`
    "flowchart LR
      s0["a#34;b#92;"]
      s1["c#91;d#93;#92;n#60;e#62; #35;1#59;"]
      s2["データ"]
      s0 --> s1
      s1 --> s2
    "
  `);
});

test('DOT', () => {
  expect(renderDag(stale, 'dot')).toMatchInlineSnapshot(`
    "digraph pipeline {
      rankdir=LR;
      node [shape=box, style="rounded,filled", fillcolor="#ffffff"];
      s0 [label="ingest", tooltip="reads \\"raw\\" files", fillcolor="#d7f0dd"];
      s1 [label="featurize", fillcolor="#ffd9b3"];
      s2 [label="train@forest", fillcolor="#fff3c4"];
      s3 [label="train@logistic", fillcolor="#fff3c4"];
      s4 [label="per-city", fillcolor="#d3e9f7", peripheries=2];
      s5 [label="evaluate", fillcolor="#f8c9c9"];
      s0 -> s1;
      s1 -> s2;
      s1 -> s3;
      s0 -> s4;
      s2 -> s5;
      s3 -> s5;
      s1 -> s5;
    }
    "
  `);
  expect(renderDag(odd, 'dot')).toMatchInlineSnapshot(`
    "digraph pipeline {
      rankdir=LR;
      node [shape=box, style="rounded,filled", fillcolor="#ffffff"];
      s0 [label="a\\"b\\\\"];
      s1 [label="c[d]\\\\n<e> #1;"];
      s2 [label="データ"];
      s0 -> s1;
      s1 -> s2;
    }
    "
  `);
});

test('JSON has a version and holds the names as they are', () => {
  const parsed: unknown = JSON.parse(renderDag(odd, 'json'));
  expect(parsed).toEqual({schema_version: 1, stages: odd.stages});
});

test('HTML is a page of its own that says states in words and escapes names', () => {
  const page = renderDag(stale, 'html');
  expect(page).toMatch(/^<!doctype html>[^]*<svg class="graph"[^]*<\/html>\n$/);
  for (const word of ['fresh', 'run', 'may run', 'restore', 'error']) expect(page).toContain(`>${word}</text>`);
  expect(page).toContain('reads &quot;raw&quot; files');
  const names = renderDag(odd, 'html');
  expect(names).not.toContain('<e>');
  expect(names).toContain('>c[d]\\n&lt;e&gt; #1;</text>');
  expect(renderDag({stages: []}, 'html')).toContain('no stages');
});
