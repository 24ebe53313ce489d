import type {Finding, SchemaPatch} from '../findings.ts';

/**
 * The changes of a schema that make findings go away. What was found of the values of a column whose type changes was found of
 * the old type: it has to be looked at again.
 */
export function patchesOf(findings: readonly Finding[]): SchemaPatch {
  const retyped = new Set(findings.flatMap(({code, column}) => (code === 'column.type' ? (column ?? []) : [])));
  return findings.flatMap(({code, column = '', patch = []}) =>
    code.startsWith('value.') && retyped.has(column) ? [] : patch,
  );
}
