/** Findings as SARIF 2.1.0, which code hosts show beside the lines of a change: the line is that of the rule in the schema. */
import {wellFormed} from '../../base/display.ts';
import type {FindingLevel, FindingRow, FindingsView} from '../views/findings.ts';
import {placeOf} from './findings-place.ts';

const LEVELS: {readonly [level in FindingLevel]: string} = {error: 'error', warn: 'warning', info: 'note', ok: 'none'};

/**
 * @param version of mlp. @param meanings what each code means.
 * @returns JSON that ends with a line end.
 */
export function findingsSarif(
  {findings}: FindingsView,
  version: string,
  meanings: {readonly [code: string]: string},
): string {
  const codes = [...new Set(findings.map(({code}) => code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'mlp',
            semanticVersion: version,
            rules: codes.map((id) => ({id, shortDescription: {text: meanings[id] ?? id}})),
          },
        },
        // Columns are counted in what JavaScript counts in.
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, codes.indexOf(finding.code))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function result(finding: FindingRow, ruleIndex: number): object {
  const {file, line} = placeOf(finding);
  const hint = finding.hint === undefined ? '' : `\n${finding.hint}`;
  return {
    ruleId: finding.code,
    ruleIndex,
    kind: finding.level === 'ok' ? 'pass' : 'fail',
    level: LEVELS[finding.level],
    message: {text: wellFormed(`${finding.table}: ${finding.message}${hint}`)},
    locations: [
      {
        physicalLocation: {
          artifactLocation: {uri: uriOf(file)},
          ...(line === undefined ? {} : {region: {startLine: line}}),
        },
        logicalLocations: [{fullyQualifiedName: wellFormed(finding.id), kind: 'member'}],
      },
    ],
    // What makes a result the same as one of an earlier run.
    partialFingerprints: {'mlpFinding/v1': wellFormed(`${finding.table}:${finding.id}`)},
    properties: {
      rule: finding.rule,
      measured: finding.measured,
      limit: finding.limit,
      rowsChecked: finding.rowsChecked,
      rowsBad: finding.rowsBad,
    },
  };
}

/** A project-relative path as the relative URI that it is in SARIF. */
const uriOf = (path: string): string => wellFormed(path).split('/').map(encodeURIComponent).join('/');
