/** Messages about the text of a file: YAML itself, keys, types, params. See problems.ts. */
import {suggest} from '../base/suggest.ts';
import type {Problem} from './problem.ts';

export const shapeProblemCodes = {
  'yaml-syntax': 'the file is not YAML 1.2',
  'not-text': 'the file holds bytes that are not UTF-8 text',
  'nested-too-deeply': 'lists and maps lie too deeply in each other',
  'yaml-tag': 'a `!tag` that means nothing here',
  'not-finite': 'NaN or an infinity, which cannot be compared or stored',
  'unsafe-integer': 'an integer beyond 2^53, which would silently lose digits',
  'duplicate-key': 'one key twice in a map',
  'merge-key': '`<<`, which is not part of YAML 1.2',
  'bad-key': 'a key of a map that is not a text',
  'unknown-alias': '`*name` without `&name` before it, or inside itself',
  'alias-bomb': 'aliases that stand for too many values',
  'empty-file': 'the file holds nothing',
  'unknown-key': 'a key that means nothing here',
  'missing-key': 'a key that must be there',
  'wrong-type': 'a value of another type or form than the key takes',
  'params-file-missing': 'a file named in `params` is not there',
  'params-not-a-map': 'a params file that is not a map of names',
  'bad-set': 'a `--set` that is not NAME=VALUE',
  'set-new-param': '`--set` of a param that no params file has',
} as const;

const code = (name: keyof typeof shapeProblemCodes): {code: string} => ({code: name});

/** ` did you mean `x`?` as a hint, or another one. */
export function meant(word: string, candidates: Iterable<string>, otherwise?: string): {hint?: string} {
  const near = suggest(word, candidates);
  if (near !== undefined) return {hint: `did you mean \`${near}\`?`};
  return otherwise === undefined ? {} : {hint: otherwise};
}

/** What the user typed, short enough for a sentence. */
export function typed(text: string): string {
  const line = text.replaceAll('\n', '\\n').replace(/[\0-\x1f\x7f]/g, '\uFFFD');
  return `\`${line.length > 60 ? `${line.slice(0, 57)}...` : line}\``;
}

const syntaxWords: {readonly [code: string]: Omit<Problem, 'code'>} = {
  TAB_AS_INDENT: {message: 'a tab is used as indentation', hint: 'YAML is indented with spaces'},
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second `key:` on one line, or a line that is indented too far',
    hint: 'put the value in quotes if it holds `: `',
  },
  MULTIPLE_DOCS: {message: 'a second document begins here', hint: 'remove the line `---`'},
  BAD_SCALAR_START: {message: 'a plain text cannot begin with this character', hint: 'put the text in quotes'},
  BAD_INDENT: {message: 'a bracket that was opened before is not closed, or this line is not indented far enough'},
  MISSING_CHAR: {message: 'a closing quote or bracket is missing'},
};

export function yamlSyntax(yamlCode: string, yamlMessage: string): Problem {
  const known = syntaxWords[yamlCode];
  if (known !== undefined) return {...code('yaml-syntax'), ...known};
  return {...code('yaml-syntax'), message: yamlMessage.charAt(0).toLowerCase() + yamlMessage.slice(1)};
}

export const notText = (): Problem => ({
  ...code('not-text'),
  message: 'this is not a text file in UTF-8',
  hint: 'save it as UTF-8',
});

export const tooDeep = (limit: number): Problem => ({
  ...code('nested-too-deeply'),
  message: `lists and maps lie more than ${limit} deep in each other`,
  hint: 'move the inner part into a file that a stage reads',
});

export const yamlTag = (tag: string): Problem => ({
  ...code('yaml-tag'),
  message: `the tag ${typed(tag)} means nothing here`,
  hint: 'remove it',
});

export const notFinite = (text: string): Problem => ({
  ...code('not-finite'),
  message: `${typed(text)} is not a finite number`,
  hint: 'leave the key out, write `null`, or put the word in quotes',
});

export const unsafeInteger = (text: string): Problem => ({
  ...code('unsafe-integer'),
  message: `the integer ${typed(text)} is larger than 2^53 and would lose digits`,
  hint: `put it in quotes: "${text}"`,
});

export const duplicateKey = (key: string): Problem => ({
  ...code('duplicate-key'),
  message: `the key ${typed(key)} is written twice in one map`,
  hint: 'remove one of the two',
});

export const mergeKey = (): Problem => ({
  ...code('merge-key'),
  message: '`<<` is not part of YAML 1.2',
  hint: 'write the keys out, or share whole values with `&name` and `*name`',
});

export const badKey = (): Problem => ({...code('bad-key'), message: 'a key must be a text', hint: 'put it in quotes'});

export const unknownAlias = (name: string): Problem => ({
  ...code('unknown-alias'),
  message: `there is no \`&${name}\` before \`*${name}\``,
  hint: 'put a text that begins with `*` in quotes',
});

export const aliasOfItself = (name: string): Problem => ({
  ...code('unknown-alias'),
  message: `\`*${name}\` stands inside \`&${name}\` itself`,
});

export const aliasBomb = (limit: number): Problem => ({
  ...code('alias-bomb'),
  message: `the aliases of this file stand for more than ${limit} values`,
  hint: 'write out what is needed, or move data into a file that a stage reads',
});

export const emptyFile = (): Problem => ({
  ...code('empty-file'),
  message: 'the file is empty',
  hint: '`mlp init` writes one that runs; the least is `mlp: 1` and `stages:`',
});

export const unknownKey = (key: string, known: readonly string[], where: string): Problem => ({
  ...code('unknown-key'),
  message: `unknown key ${typed(key)} in ${where}`,
  ...meant(key, known, otherwise(known)),
});

/** A long list of keys helps nobody; whoever wants to keep a key of their own has a place for it. */
function otherwise(known: readonly string[]): string | undefined {
  if (known.length > 0 && known.length <= 12) return `known keys: ${known.join(', ')}`;
  return known.includes('meta')
    ? 'remove it; what is for you alone goes below `meta`, which may hold anything'
    : undefined;
}

export const missingKey = (key: string, where: string, expected: string): Problem => ({
  ...code('missing-key'),
  message: `the key \`${key}\` is missing in ${where}`,
  hint: `it takes ${expected}`,
});

export const wrongType = (what: string, expected: string, found: string, hint?: string): Problem => ({
  ...code('wrong-type'),
  message: `${what} must be ${expected}, not ${found}`,
  ...(hint === undefined ? {} : {hint}),
});

/** @param sentence what a kind says of settings that do not go together. */
export const settingsDisagree = (what: string, sentence: string): Problem => ({
  ...code('wrong-type'),
  message: `${what}: ${sentence}`,
});

export const paramsFileMissing = (path: string): Problem => ({
  ...code('params-file-missing'),
  message: `the params file ${typed(path)} is not there`,
  hint: 'paths are relative to pipeline.yaml',
});

export const paramsFileOutside = (path: string): Problem => ({
  ...code('params-file-missing'),
  message: `the params file ${typed(path)} is not a path inside the project`,
  hint: 'paths are relative to pipeline.yaml',
});

export const paramsNotAMap = (path: string): Problem => ({
  ...code('params-not-a-map'),
  message: `the params file ${typed(path)} must hold a map of names`,
  hint: 'for example `train: {trees: 200}`',
});

export const badSet = (text: string, why: string): Problem => ({
  ...code('bad-set'),
  message: `\`--set ${text}\`: ${why}`,
  hint: 'write it as `--set train.trees=300`',
});

export const setNewParam = (path: string, known: readonly string[]): Problem => ({
  ...code('set-new-param'),
  severity: 'warning',
  message: `\`--set ${path}=...\` makes a param that no params file has`,
  ...meant(path, known),
});
