/** Names for parts of modules, so that `why` can say which function changed. Tolerant: only the digest decides. */
import type {Host} from '../../host/host.ts';
import {plainText} from './build.ts';

const DECLARATION =
  /^(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\s*\*?|class|const|let|var|using)\s+([\w$]+)/;

/** `path#name` -> sha256 of its text, for each top-level statement; nameless ones share `(top level)`. */
export async function piecesOf(paths: readonly string[], host: Host): Promise<Readonly<Record<string, string>>> {
  const texts = new Map<string, string>();
  const add = (key: string, text: string): void => void texts.set(key, `${texts.get(key) ?? ''}${text}\n`);
  for (const path of paths) {
    const source = host.files.readTextIfThere(path);
    if (source === undefined) continue;
    const plain = await plainText(path, source);
    if (plain === undefined) add(`${path}#(all)`, source);
    else
      for (const statement of topLevel(plain))
        add(`${path}#${DECLARATION.exec(statement)?.[1] ?? '(top level)'}`, statement);
  }
  return Object.fromEntries([...texts].map(([key, text]) => [key, host.hashing.sha256(text)]));
}

/** esbuild begins each top-level statement in the first column and indents what belongs to it. */
function topLevel(text: string): readonly string[] {
  const statements: string[] = [];
  for (const line of text.split('\n')) {
    const last = statements.length - 1;
    if (last < 0 || /^[A-Za-z_$"'(\[{!+-]/.test(line)) statements.push(line);
    else statements[last] += `\n${line}`;
  }
  return statements.filter((statement) => statement.trim() !== '');
}
