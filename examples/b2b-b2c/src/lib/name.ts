/** A name taken apart, once, for all features. */
export interface Name {
  /** As written. */
  readonly text: string;
  /** As written, split at white space. */
  readonly tokens: readonly string[];
  /** Small letters and digits only, without accents: `S.r.l.` is `srl`, `Co.,Ltd.` is `co`, `ltd`. At least one. */
  readonly words: readonly string[];
}

export function parseName(text: string): Name {
  return {text, tokens: text.split(' '), words: wordsOf(text)};
}

export function wordsOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/(?<=\p{L}{2})\.(?=\p{L})/gu, ' ')
    .replace(/[.'’/]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ');
}
