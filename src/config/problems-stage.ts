/** Messages about what a stage says. See problems.ts. */
import {meant, typed} from './problems-shape.ts';
import type {Problem} from './problem.ts';

export const stageProblemCodes = {
  'bad-stage-name': 'a stage name with characters that it may not have',
  'no-action': 'a stage without `run`, `cmd`, `uses` or `approval`',
  'several-actions': 'a stage with more than one of `run`, `cmd`, `uses` and `approval`',
  'bad-command': 'a command without a word to start',
  'bad-module': 'a function that is not in a TypeScript or JavaScript module',
  'key-not-for-action': 'a key that has no meaning beside this action',
  'unknown-kind': 'a `uses` that names no built-in stage',
  'bad-path': 'a path that is empty, outside the project, or inside .mlp',
  'bad-dependency': 'an input that says none or several of path, glob and url',
  'glob-in-outs': 'an output with a wildcard',
  'glob-too-wide': 'a glob whose braces stand for too many paths',
  'duplicate-dependency': 'one input twice',
  'duplicate-name': 'two outputs with one name, or two inputs of a built-in stage',
  'bad-approval': 'an approval that nobody could ever give',
  'bad-settings': 'settings with an item of a dynamic foreach that do not fit the built-in stage',
  'bad-env-name': 'a name that no variable of the environment can have',
  'env-and-secret': 'a variable that is both declared and secret',
  'unknown-resource': 'a resource that looks like a mistyped one',
  'unknown-executor': 'an `executor` that this mlp does not have',
  'not-in-force': 'a key that is read and has no effect yet',
  'resource-too-large': 'a stage that takes more of a resource than there is',
  'contradicting-keys': 'two keys of a stage that contradict each other',
  'bad-matrix': 'a `matrix` that is not a map of lists',
  'unknown-axis': 'an `exclude` of a matrix with an axis that it does not have',
  'excludes-nothing': 'an `exclude` that no combination of the matrix has',
  'bad-foreach': 'a `foreach` that names nothing to go through',
  'duplicate-branch': 'one value twice in a matrix or foreach',
  'too-many-branches': 'a matrix with too many combinations',
  'no-branches': 'a stage that has no branch at all',
  'item-not-here': '`${item}` of a dynamic foreach in a key that must be known before the run',
  'bad-items': 'what a foreach goes through is not a list of values',
} as const;

const code = (name: keyof typeof stageProblemCodes): {code: string} => ({code: name});

export const badStageName = (name: string): Problem => {
  const mended = name
    .trim()
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[-.]+/, '');
  return {
    ...code('bad-stage-name'),
    message: `${typed(name)} cannot be the name of a stage`,
    hint: `letters, digits, \`_\`, \`-\` and \`.\`, not beginning with \`-\` or \`.\`${mended === '' ? '' : `: for example \`${mended}\``}`,
  };
};

export const noAction = (stage: string): Problem => ({
  ...code('no-action'),
  message: `stage \`${stage}\` does nothing`,
  hint: 'give it one of `cmd`, `run`, `uses` and `approval`',
});

export const severalActions = (stage: string, keys: readonly string[]): Problem => ({
  ...code('several-actions'),
  message: `stage \`${stage}\` has more than one action: ${keys.map((key) => `\`${key}\``).join(', ')}`,
  hint: 'keep one, or make two stages',
});

export const emptyCommand = (): Problem => ({
  ...code('bad-command'),
  message: 'the command is empty',
  hint: 'write what to start, for example `python train.py`',
});

export const badModule = (text: string): Problem => ({
  ...code('bad-module'),
  message: `${typed(text)} is not a TypeScript or JavaScript module`,
  hint: 'write `src/stage.ts` or `src/stage.ts#exportName`; other programs are started with `cmd`',
});

export const keyNotForAction = (key: string, action: string, hint: string): Problem => ({
  ...code('key-not-for-action'),
  message: `\`${key}\` has no meaning beside \`${action}\``,
  hint,
});

export const unknownKind = (name: string, known: readonly string[]): Problem => ({
  ...code('unknown-kind'),
  message: `there is no built-in stage ${typed(name)}`,
  ...meant(name, known, known.length === 0 ? undefined : `there are: ${known.join(', ')}`),
});

export function badPath(text: string, why: 'empty' | 'absolute' | 'outside' | 'whole' | 'internal' | 'nul'): Problem {
  const reasons = {
    empty: ['a path cannot be empty', 'write a path relative to pipeline.yaml'],
    absolute: [
      `${typed(text)} is an absolute path`,
      'write a path relative to pipeline.yaml, so that the project can be moved',
    ],
    outside: [
      `${typed(text)} lies outside the project`,
      'paths are relative to pipeline.yaml; copy or link the file into the project',
    ],
    whole: [`${typed(text)} is the whole project`, 'name the files or folders that are meant'],
    internal: [`${typed(text)} lies inside \`.mlp\`, which belongs to mlp`, 'choose another folder'],
    nul: ['a path cannot hold a NUL character', 'remove it'],
  } as const;
  const [message, hint] = reasons[why];
  return {...code('bad-path'), message, hint};
}

export const badDependency = (): Problem => ({
  ...code('bad-dependency'),
  message: 'an input needs exactly one of `path`, `glob` and `url`',
  hint: '`sha256` belongs to `url`, `optional` to `path` and `glob`',
});

export const otherDependency = (name: string, declared: string, named: string): Problem => ({
  ...code('duplicate-name'),
  message: `the settings read ${typed(named)} as the input \`${name}\`, but \`deps\` has ${typed(declared)} under that name`,
  hint: 'give the input in `deps` another name, or name the same file',
});

export const badApproval = (message: string, hint: string): Problem => ({...code('bad-approval'), message, hint});

export const badSettings = (kind: string): Problem => ({
  ...code('bad-settings'),
  message: `\`with\` does not fit \`${kind}\` with the values of this item`,
  hint: 'compare the types of the item with the settings of the built-in stage',
});

export const globInOuts = (text: string): Problem => ({
  ...code('glob-in-outs'),
  message: `the output ${typed(text)} has a wildcard`,
  hint: 'declare the folder that holds the files; a name that really has these characters is written `{path: ...}`',
});

export const globTooWide = (text: string, limit: number): Problem => ({
  ...code('glob-too-wide'),
  message: `the braces of ${typed(text)} stand for more than ${limit} paths`,
  hint: 'use `*`, or name the folder that holds the files',
});

export const duplicateDependency = (path: string): Problem => ({
  ...code('duplicate-dependency'),
  severity: 'warning',
  message: `the input ${typed(path)} is written twice`,
  hint: 'remove one of the two',
});

export const duplicateName = (name: string): Problem => ({
  ...code('duplicate-name'),
  message: `two outputs of the stage are named ${typed(name)}`,
  hint: 'give them different names',
});

export const badEnvName = (name: string): Problem => ({
  ...code('bad-env-name'),
  message: `${typed(name)} cannot be the name of a variable`,
  hint: 'letters, digits and `_`, not beginning with a digit',
});

export const envAndSecret = (name: string): Problem => ({
  ...code('env-and-secret'),
  message: `the variable \`${name}\` is in \`env\` and in \`secrets\``,
  hint: 'a secret is passed on but is no part of the key: keep it in `secrets` only',
});

export const unknownResource = (name: string, near: string): Problem => ({
  ...code('unknown-resource'),
  message: `unknown resource \`${name}\``,
  hint: `did you mean \`${near}\`? another token must be named at the top: \`resources: {${name}: 1}\``,
});

export const badResource = (name: string): Problem => ({
  ...code('unknown-resource'),
  message: `\`${name}\` is not a number of tokens`,
  hint: 'write a whole number, for example `gpu: 1`',
});

export const resourceTooLarge = (name: string, wanted: number, there: number): Problem => ({
  ...code('resource-too-large'),
  message: `the stage takes ${wanted} \`${name}\`, but there ${there === 1 ? 'is' : 'are'} ${there}, so that it could never start`,
  hint: `write at the top \`resources: {${name}: ${wanted}}\`, or take less`,
});

export const unknownExecutor = (name: string, known: readonly string[]): Problem => ({
  ...code('unknown-executor'),
  message: `there is no executor ${typed(name)}`,
  hint: `there ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}`,
});

export const notInForce = (key: string, effect: string): Problem => ({
  ...code('not-in-force'),
  severity: 'warning',
  message: `\`${key}\` has no effect yet: ${effect}`,
  hint: 'leave it out, or keep it for a later version of mlp',
});

export const contradictingKeys = (a: string, b: string): Problem => ({
  ...code('contradicting-keys'),
  severity: 'warning',
  message: `\`${a}\` and \`${b}\` contradict each other`,
  hint: 'keep one of the two',
});

export const matrixAndForeach = (): Problem => ({
  ...code('bad-matrix'),
  message: 'a stage has either `matrix` or `foreach`',
  hint: 'put the list into `matrix` as another axis',
});

export const badMatrix = (what: string, found: string): Problem => ({
  ...code('bad-matrix'),
  message: `${what}, not ${found}`,
  hint: 'for example `matrix: {model: [logistic, forest], seed: [1, 2, 3]}`',
});

export const badForeach = (found: string): Problem => ({
  ...code('bad-foreach'),
  message: `\`foreach\` takes a list, a map, a param, \`{json: FILE, pointer: a.b}\`, \`{files: FOLDER, pattern: '*.csv'}\` or an output of a stage, not ${found}`,
});

export const duplicateBranch = (name: string): Problem => ({
  ...code('duplicate-branch'),
  message: `the value ${typed(name)} stands twice in the list`,
  hint: 'remove one of the two',
});

export const tooManyBranches = (count: number, limit: number): Problem => ({
  ...code('too-many-branches'),
  message: `the matrix has ${count} combinations, more than ${limit}`,
  hint: 'let one stage handle several values',
});

export const unknownAxis = (axis: string, axes: Iterable<string>): Problem => ({
  ...code('unknown-axis'),
  message: `the matrix has no axis ${typed(axis)}, so nothing is excluded`,
  ...meant(axis, axes),
});

export const excludesNothing = (what: string): Problem => ({
  ...code('excludes-nothing'),
  severity: 'warning',
  message: `no combination of the matrix has ${typed(what)}, so nothing is excluded`,
});

export const noBranches = (stage: string): Problem => ({
  ...code('no-branches'),
  severity: 'warning',
  message: `stage \`${stage}\` has no branch, so nothing of it will run`,
  hint: 'its list is empty',
});

export const itemNotHere = (key: string): Problem => ({
  ...code('item-not-here'),
  message: `\`${key}\` must be known before the run and cannot hold an item of this \`foreach\``,
  hint: 'what it goes through is made by a stage',
});

export const badItems = (message: string, hint?: string): Problem => ({
  ...code('bad-items'),
  message,
  ...(hint === undefined ? {} : {hint}),
});
