/** Offsets in the text of a YAML file, for those who change it and keep its comments and layout. */
import type * as Yaml from 'yaml';

/** Where the last item of a list or map ends, without the white space that a block may hold at its end. */
export function lastEnd(list: Yaml.YAMLMap | Yaml.YAMLSeq, text: string, yaml: typeof Yaml): number | undefined {
  const item: unknown = list.items.at(-1);
  const node = yaml.isPair(item) ? (item.value ?? item.key) : item;
  return yaml.isNode(node) ? nodeEnd(node, text) : undefined;
}

/** Without white space at its end. */
export function nodeEnd(node: Yaml.Node, text: string): number | undefined {
  let end = node.range?.[1];
  while (end !== undefined && end > 0 && /\s/.test(text.charAt(end - 1))) end--;
  return end;
}

/** Where the line of an offset ends, before its line end. */
export function lineEnd(offset: number, text: string): number {
  const end = text.indexOf('\n', offset);
  const before = end === -1 ? text.length : end;
  return text[before - 1] === '\r' ? before - 1 : before;
}

export const columnOf = (offset: number, text: string): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);
