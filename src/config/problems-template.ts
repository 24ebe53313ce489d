/** Messages about `${...}`. See problems.ts. */
import {suggest} from '../base/suggest.ts';
import {meant, typed} from './problems-shape.ts';
import type {Problem} from './problem.ts';

/** Where a path stops being known. */
export interface MissingStep {
  /** The path up to there, dotted. */
  readonly before: string;
  readonly missing: string;
  readonly known: readonly string[];
}

export const templateProblemCodes = {
  'bad-template': 'a `${` that does not begin a well-formed template',
  'unknown-template': 'a template whose first word means nothing here',
  'missing-param': 'a param that no params file has',
  'unknown-axis': '`${matrix.x}` without an axis x',
  'no-item': '`${item}` in a stage without `foreach`, or a part that the item does not have',
  'undeclared-env': '`${env.X}` of a variable that is not declared, or not set',
  'unknown-stage': 'a stage that is not in the file',
  'unknown-output': 'an output or input that the stage does not declare',
  'not-a-scalar': 'a list or a map in the middle of a text',
  'several-files': 'a name that stands for more files than are known before the run',
  'template-loop': 'templates that need each other',
  'back-ticks': 'a template between the back-ticks of a command',
  'nul-in-command': 'a NUL character in a command',
} as const;

const code = (name: keyof typeof templateProblemCodes): {code: string} => ({code: name});

const SHELL_HINT = 'write `\\${...}` for a variable of the shell';

export const badTemplate = (text: string): Problem => ({
  ...code('bad-template'),
  message: `${typed(text)} is not a template`,
  hint: SHELL_HINT,
});

export function unknownTemplate(text: string, root: string, known: readonly string[]): Problem {
  const near = meant(root, known).hint;
  return {
    ...code('unknown-template'),
    message: `unknown template ${typed(text)}`,
    hint: near ?? `templates begin with ${known.join(', ')}; ${SHELL_HINT}`,
  };
}

export const notHere = (text: string, where: string): Problem => ({
  ...code('unknown-template'),
  message: `${typed(text)} cannot be used in ${where}`,
});

/** @param at the step that is missing, what is before it, and what is there instead. */
export function missingParam(path: string, {before, missing, known}: MissingStep): Problem {
  const near = suggest(missing, known);
  const some = `${known.slice(0, 8).join(', ')}${known.length > 8 ? ', ...' : ''}`;
  const otherwise = known.length === 0 ? 'name the params file with `params: [params.yaml]`' : `known here: ${some}`;
  const hint = near === undefined ? otherwise : `did you mean \`${before === '' ? near : `${before}.${near}`}\`?`;
  return {...code('missing-param'), message: `there is no param ${typed(path)}`, hint};
}

export const unknownAxis = (axis: string, axes: readonly string[]): Problem => ({
  ...code('unknown-axis'),
  message:
    axes.length === 0
      ? `${typed(`\${matrix.${axis}}`)} is used in a stage without \`matrix\``
      : `the matrix has no axis ${typed(axis)}`,
  ...meant(axis, axes, axes.length === 0 ? undefined : `its axes: ${axes.join(', ')}`),
});

export const noItem = (text: string): Problem => ({
  ...code('no-item'),
  message: `${typed(text)} is used in a stage without \`foreach\``,
  hint: 'give the stage `foreach`, or use `${matrix.NAME}` with `matrix`',
});

export const itemHasNo = (text: string, missing: string, known: readonly string[]): Problem => ({
  ...code('no-item'),
  message: `an item has no ${typed(missing)}, so ${typed(text)} has no value`,
  ...meant(missing, known, known.length === 0 ? undefined : `it has: ${known.slice(0, 8).join(', ')}`),
});

export const undeclaredEnv = (name: string, declared: readonly string[]): Problem => ({
  ...code('undeclared-env'),
  message: `the variable ${typed(name)} is not declared`,
  ...meant(name, declared, `add it to \`env\`: [${name}]`),
});

export const unsetEnv = (name: string): Problem => ({
  ...code('undeclared-env'),
  message: `the variable ${typed(name)} is declared but not set`,
  hint: `set it, or give a default: \${env.${name}:-value}`,
});

export const unknownStage = (name: string, known: Iterable<string>): Problem => ({
  ...code('unknown-stage'),
  message: `there is no stage ${typed(name)}`,
  ...meant(name, known),
});

export const badStageReference = (text: string): Problem => ({
  ...code('bad-template'),
  message: `${typed(text)} does not name a file of a stage`,
  hint: 'write `${stages.NAME.outs.KEY}`, or `.metrics.`, or `.plots.`',
});

export const unknownOutput = (owner: string, role: string, name: string, known: readonly string[]): Problem => ({
  ...code('unknown-output'),
  message: `${owner} has nothing named ${typed(name)} in its \`${role}\``,
  ...meant(name, known, known.length === 0 ? undefined : `it has: ${known.slice(0, 8).join(', ')}`),
});

export const notAScalar = (text: string, found: string): Problem => ({
  ...code('not-a-scalar'),
  message: `${typed(text)} is ${found}, which cannot stand here in a text`,
  hint: 'let the template be the whole value, or name one element of it',
});

export const severalFiles = (text: string): Problem => ({
  ...code('several-files'),
  message: `${typed(text)} is a glob or a URL, whose files are not known before the run`,
  hint: 'read the file list in MLP_INPUTS, or let the shell expand the pattern',
});

export const filesAnywhere = (text: string): Problem => ({
  ...code('several-files'),
  message: `${typed(text)} begins with an item that is known only during the run, so that it may be anywhere`,
  hint: 'let the path begin with a folder: `build/${item}`',
});

export const templateLoop = (text: string): Problem => ({
  ...code('template-loop'),
  message: `${typed(text)} needs its own value`,
  hint: 'write one of the paths out',
});

export const inBackTicks = (text: string): Problem => ({
  ...code('back-ticks'),
  message: `${typed(text)} stands between back-ticks, where no quotes keep a value together`,
  hint: 'write `$(command)` instead of the back-ticks',
});

export const nulInCommand = (): Problem => ({
  ...code('nul-in-command'),
  message: 'a command cannot hold a NUL character',
});
