/** How deeply lists and maps of a YAML text lie in each other. */

/**
 * Offset of the first value that lies too deep, found without recursion. Whoever parses YAML recurses, and a stack that
 * ends inside a regular expression takes the process with it.
 * @param lex gives the tokens of YAML, as the package `yaml` names them.
 */
export function tooDeep(text: string, deepest: number, lex: (text: string) => Iterable<string>): number | undefined {
  const suspicious = (text.match(/[[{]/g)?.length ?? 0) >= deepest || /^ {150}|^ *(?:[-?] +){50}/m.test(text);
  if (!suspicious) return undefined;
  let offset = 0;
  let flow = 0;
  let line = 0;
  for (const token of lex(text)) {
    if (token === '[' || token === '{') flow++;
    else if (token === ']' || token === '}') flow--;
    else if (token === '-' || token === '?') line++;
    else if (token.includes('\n')) line = 0;
    else if (line === 0 && /^ +$/.test(token) && (offset === 0 || text[offset - 1] === '\n'))
      line = Math.floor(token.length / 2);
    if (flow + line > deepest) return offset;
    if (token !== '\x02' && token !== '\x1f' && token !== '\x18') offset += token.length;
  }
  return undefined;
}
