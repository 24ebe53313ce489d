/** Reads source files the way tidy.test.ts judges them: imports by name and line, code without comments and texts. */
import {readdirSync, readFileSync} from 'node:fs';
import {join, posix} from 'node:path';

export interface ImportedModule {
  /** As written: `../base/json.ts`, `node:fs`, `zod`. */
  readonly specifier: string;
  /** `static` costs something at start; `type` nothing; `dynamic` when it is reached (or nothing, inside a type). */
  readonly how: 'static' | 'type' | 'dynamic';
  readonly line: number;
  /** Path relative to src/ for a relative import, e.g. `base/json.ts`. */
  readonly target?: string;
}

export interface SourceFile {
  /** Relative to src/, e.g. `engine/key.ts`. */
  readonly path: string;
  readonly lines: number;
  /** Comments and the insides of texts are blanks; offsets and lines are those of the file. */
  readonly code: string;
  /** Comments are blanks, texts are kept. */
  readonly texts: string;
  readonly imports: readonly ImportedModule[];
  /** Lines with an import() of something that is not a text. */
  readonly computedImports: readonly number[];
}

/** What may stand before a regular expression; after anything else a `/` divides. */
const beforeRegularExpression = /(?:^|[(,=:[!&|?{};\n>~+*%-]|\b(?:return|typeof|case|in|of))\s*$/;
const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const plainText = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y;
const regularExpression = /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const templateText = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;

function withoutCommentsAndTexts(source: string): {code: string; texts: string} {
  let code = '';
  let texts = '';
  let at = 0;
  // One number for each template that is open: how many braces of its current `${}` are.
  const templates: number[] = [];
  const keep = (length: number): void => {
    code += source.slice(at, at + length);
    texts += source.slice(at, at + length);
    at += length;
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  /** Hides the inside of a text: all but its first `open` and last `close` characters. */
  const hide = (text: string, open: number, close: number): void => {
    const inside = text.slice(open, text.length - close).replace(/[^\n]/g, ' ');
    code += text.slice(0, open) + inside + text.slice(text.length - close);
    texts += text;
    at += text.length;
  };
  const insideTemplate = (): void => {
    const text = take(templateText) ?? source.slice(at);
    hide(text, 0, text.endsWith('${') ? 2 : 1);
    if (text.endsWith('${')) templates.push(0);
  };
  while (at < source.length) {
    const character = source[at];
    const skipped = take(comment);
    const text = take(plainText);
    const pattern =
      character === '/' && beforeRegularExpression.test(code.slice(-200)) ? take(regularExpression) : undefined;
    const open = templates.at(-1);
    if (skipped !== undefined) {
      const blanks = skipped.replace(/[^\n]/g, ' ');
      code += blanks;
      texts += blanks;
      at += skipped.length;
    } else if (text !== undefined) hide(text, 1, 1);
    else if (pattern !== undefined) hide(pattern, 1, 1);
    else if (character === '`') {
      keep(1);
      insideTemplate();
    } else if (character === '}' && open === 0) {
      templates.pop();
      keep(1);
      insideTemplate();
    } else {
      if (open !== undefined && character === '{') templates[templates.length - 1] = open + 1;
      if (open !== undefined && character === '}') templates[templates.length - 1] = open - 1;
      keep(1);
    }
  }
  return {code, texts};
}

const staticImport = /\b(import|export)\s+(type\s+)?(?:[\w$*{}\s,]*?\bfrom\s*)?(['"])( *)\3/g;
const dynamicImport = /\bimport\s*\(\s*(?:(['"`])( *)\1)?/g;

export function parseSource(path: string, source: string): SourceFile {
  const {code, texts} = withoutCommentsAndTexts(source);
  const lineAt = (offset: number): number => source.slice(0, offset).split('\n').length;
  const imports: ImportedModule[] = [];
  const computedImports: number[] = [];
  const add = (match: RegExpExecArray, quoted: string, how: ImportedModule['how']): void => {
    const end = match.index + match[0].length - 1;
    const specifier = texts.slice(end - quoted.length, end);
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
    imports.push({specifier, how, line: lineAt(match.index), ...(target === undefined ? {} : {target})});
  };
  for (const match of code.matchAll(staticImport)) {
    if (match[1] === 'export' && !match[0].includes('from')) continue;
    add(match, match[4] ?? '', match[2] === undefined ? 'static' : 'type');
  }
  for (const match of code.matchAll(dynamicImport)) {
    if (match[1] === undefined) computedImports.push(lineAt(match.index));
    else add(match, match[2] ?? '', 'dynamic');
  }
  return {path, lines: source.replace(/\n$/, '').split('\n').length, code, texts, imports, computedImports};
}

/** Every .ts file below a folder, as paths relative to it, sorted. */
export function sourcePaths(folder: string): string[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((path) => path.split('\\').join('/'))
    .filter((path) => /\.(ts|mjs|js)$/.test(path) && !path.includes('node_modules/'))
    .sort();
}

export const readSources = (folder: string): SourceFile[] =>
  sourcePaths(folder).map((path) => parseSource(path, readFileSync(join(folder, path), 'utf8')));
