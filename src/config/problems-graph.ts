/** Messages about how stages hang together. See problems.ts. */
import {typed} from './problems-shape.ts';
import type {Problem} from './problem.ts';

export const graphProblemCodes = {
  cycle: 'stages that wait for each other',
  'two-writers': 'one path that two stages write',
  'nested-outputs': 'an output inside another output',
} as const;

export const cycle = (stages: readonly string[]): Problem => ({
  code: 'cycle',
  message:
    stages.length === 1
      ? `stage \`${stages[0] ?? ''}\` reads what it writes`
      : `stages wait for each other: ${[...stages, stages[0] ?? ''].map((name) => `\`${name}\``).join(' -> ')}`,
  hint:
    stages.length === 1
      ? 'write the result to another path, or name the inputs more narrowly'
      : 'one of them must not read what another writes',
});

/** `reader` comes after `writer`, because of a file or an `after`. */
export const cycleEdge = (reader: string, writer: string, path: string | undefined): string =>
  path === undefined
    ? `\`${reader}\` comes after \`${writer}\``
    : `\`${reader}\` reads ${typed(path)}, which \`${writer}\` writes`;

export function twoWriters(path: string, first: string, second: string, axes: readonly string[]): Problem {
  const sameGroup = first.split('@')[0] === second.split('@')[0] && first !== second;
  const message =
    first === second
      ? `stage \`${first}\` declares the output ${typed(path)} twice`
      : `${typed(path)} is written by \`${first}\` and by \`${second}\``;
  if (!sameGroup)
    return {code: 'two-writers', message, hint: 'each path has one writer: choose another path for one of them'};
  const example = axes.length === 0 ? '`${item}`' : axes.map((axis) => `\`\${matrix.${axis}}\``).join(' and ');
  return {code: 'two-writers', message, hint: `put ${example} into the path, so that each branch has its own`};
}

export const nestedOutputs = (inner: string, innerStage: string, outer: string, outerStage: string): Problem => ({
  code: 'nested-outputs',
  message:
    innerStage === outerStage
      ? `the output ${typed(inner)} lies inside the output ${typed(outer)} of the same stage`
      : `the output ${typed(inner)} of \`${innerStage}\` lies inside the output ${typed(outer)} of \`${outerStage}\``,
  hint: 'declare the folder only, or keep the two apart',
});
