/**
 * Findings as JUnit XML, which CI services show as tests: a suite for each table, a case for each rule. Errors are
 * failures; warnings and notes pass, with their text in `system-out`, as the format has no word for them.
 */
import {wellFormed} from '../../base/display.ts';
import {groupBy} from '../../base/group-by.ts';
import type {FindingRow, FindingsView} from '../views/findings.ts';

/** @returns XML that ends with a line end. */
export function findingsJunit({findings}: FindingsView): string {
  const suites = [...groupBy(findings, ({table}) => table)].map(([table, rows]) => {
    const cases = rows.map((finding) => testCase(finding));
    return `  <testsuite ${counts(rows)} name="${xml(table)}">\n${cases.join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts(findings)} name="mlp">\n${suites.join('')}</testsuites>\n`;
}

const isCrash = ({code}: FindingRow): boolean => code === 'check.crashed';

function counts(rows: readonly FindingRow[]): string {
  const failed = rows.filter((row) => row.level === 'error');
  const errors = failed.filter(isCrash).length;
  return `tests="${String(rows.length)}" failures="${String(failed.length - errors)}" errors="${String(errors)}"`;
}

function testCase(finding: FindingRow): string {
  const [subject, text] = [xml(finding.column ?? finding.table), xml(detail(finding))];
  const head = `    <testcase classname="${xml(finding.table)}.${subject}" name="${xml(`${finding.id} (${finding.rule})`)}"`;
  if (finding.level === 'ok') return `${head}/>\n`;
  const inside =
    finding.level === 'error'
      ? element(isCrash(finding) ? 'error' : 'failure', finding, text)
      : `<system-out>${finding.level}: ${text}</system-out>`;
  return `${head}>${inside}</testcase>\n`;
}

const element = (tag: string, {message, code}: FindingRow, text: string): string =>
  `<${tag} message="${xml(message)}" type="${xml(code)}">${text}</${tag}>`;

function detail({message, where, hint, examples}: FindingRow): string {
  const rows = examples.map(({row, key, value}) =>
    [row === undefined ? '' : `row ${String(row)}`, key === undefined ? '' : `key ${key}`, value ?? 'missing']
      .filter((part) => part !== '')
      .join(': '),
  );
  return [message, ...rows, where ?? '', hint === undefined ? '' : `hint: ${hint}`]
    .filter((line) => line !== '')
    .join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};

/** Text of a value or attribute. What XML 1.0 cannot hold at all (controls, lone surrogates) is replaced. */
export function xml(text: string): string {
  return wellFormed(text)
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll('\t', '&#9;')
    .replaceAll('\r', '&#13;');
}
