import {describe, expect, it} from 'vitest';
import {renderFindings} from '../../../src/report/render/findings.ts';
import {findingsGithub} from '../../../src/report/render/findings-github.ts';
import {findingsJunit} from '../../../src/report/render/findings-junit.ts';
import {findingsSarif} from '../../../src/report/render/findings-sarif.ts';
import type {FindingRow, FindingsView} from '../../../src/report/views/findings.ts';

const row: FindingRow = {
  id: 'value.range:amount',
  code: 'value.range',
  level: 'error',
  table: 'data/a b.csv',
  column: 'amount',
  rule: 'minimum: 0',
  measured: -3,
  limit: 0,
  rowsChecked: 2000,
  rowsBad: 1232,
  examples: [
    {row: 3, key: '7', value: '-1'},
    {row: 1700, value: null},
  ],
  message: '1,232 of 2,000 values are below 0',
  where: 'schema/a.yaml:12',
  hint: 'look',
};
const odd: FindingRow = {
  ...row,
  id: 'value.enum:"<&>\u0000\ud800',
  code: 'value.enum',
  level: 'warn',
  column: '"<&>\u0000\ud800',
  message: 'a%b\n::error::c ]]>',
  examples: [],
  where: 'no line',
};
const held: FindingRow = {
  ...row,
  id: 'rows.count',
  code: 'rows.count',
  level: 'ok',
  examples: [],
  message: '2,000 rows',
};
const view: FindingsView = {findings: [row, odd, held]};

describe('findings', () => {
  it('as text', () => {
    expect(renderFindings(view)).toMatchInlineSnapshot(`
      "error value.range:amount: 1,232 of 2,000 values are below 0
        row 3 (key 7): \`-1\`, row 1,700: missing and 1,230 more rows
        ← schema/a.yaml:12: minimum: 0
        hint: look
      warning value.enum:"<&>\\u0000\\ud800: a%b\\n::error::c ]]>
        ← no line: minimum: 0
        hint: look
      data/a b.csv: 1 error, 1 warning, 1 rule held
      "
    `);
    expect(renderFindings(view, {all: true})).toContain('ok rows.count: 2,000 rows\n');
    expect(renderFindings(view, {most: 1})).toContain('\nand 1 more finding\n');
    expect(renderFindings({findings: []})).toBe('no rule was checked\n');
  });

  it('as annotations', () => {
    expect(findingsGithub(view)).toMatchInlineSnapshot(`
      "::error file=schema/a.yaml,line=12,title=value.range%3Aamount::data/a b.csv: 1,232 of 2,000 values are below 0%0Ahint: look
      ::warning file=no line,title=value.enum%3A"<&>\\u0000\\ud800::data/a b.csv: a%25b%0A::error::c ]]>%0Ahint: look
      "
    `);
  });

  it('as JUnit XML without what XML cannot hold', () => {
    expect(findingsJunit(view)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="3" failures="1" errors="0" name="mlp">
        <testsuite tests="3" failures="1" errors="0" name="data/a b.csv">
          <testcase classname="data/a b.csv.amount" name="value.range:amount (minimum: 0)"><failure message="1,232 of 2,000 values are below 0" type="value.range">1,232 of 2,000 values are below 0
      row 3: key 7: -1
      row 1700: missing
      schema/a.yaml:12
      hint: look</failure></testcase>
          <testcase classname="data/a b.csv.&quot;&lt;&amp;&gt;��" name="value.enum:&quot;&lt;&amp;&gt;�� (minimum: 0)"><system-out>warn: a%b
      ::error::c ]]&gt;
      no line
      hint: look</system-out></testcase>
          <testcase classname="data/a b.csv.amount" name="rows.count (minimum: 0)"/>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('as SARIF', () => {
    const text = findingsSarif(view, '1.2.3', {'value.range': 'Values are below or above the limits'});
    expect(text).not.toMatch(/\\ud800/);
    const log = JSON.parse(text) as {runs: readonly {results: readonly object[]}[]};
    expect(log).toMatchObject({version: '2.1.0'});
    expect(log.runs[0]?.results[0]).toMatchInlineSnapshot(`
      {
        "kind": "fail",
        "level": "error",
        "locations": [
          {
            "logicalLocations": [
              {
                "fullyQualifiedName": "value.range:amount",
                "kind": "member",
              },
            ],
            "physicalLocation": {
              "artifactLocation": {
                "uri": "schema/a.yaml",
              },
              "region": {
                "startLine": 12,
              },
            },
          },
        ],
        "message": {
          "text": "data/a b.csv: 1,232 of 2,000 values are below 0
      look",
        },
        "partialFingerprints": {
          "mlpFinding/v1": "data/a b.csv:value.range:amount",
        },
        "properties": {
          "limit": 0,
          "measured": -3,
          "rowsBad": 1232,
          "rowsChecked": 2000,
          "rule": "minimum: 0",
        },
        "ruleId": "value.range",
        "ruleIndex": 2,
      }
    `);
    expect(log.runs[0]?.results.slice(1)).toMatchObject([
      {kind: 'fail', level: 'warning', locations: [{physicalLocation: {artifactLocation: {uri: 'no%20line'}}}]},
      {kind: 'pass', level: 'none'},
    ]);
  });
});
