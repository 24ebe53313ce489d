/** How much room a text takes in a terminal, and how to make it fit: padding, cutting, printing odd characters safely. */

/** Code points that terminals draw two columns wide (East Asian Wide and Fullwidth of Unicode 16), as [first, last]. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2fb],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/**
 * Text of which every code unit takes one column: Latin, Greek, Cyrillic, dashes and dots, arrows, mathematics, boxes,
 * check marks. Nearly all text is of this sort, and telling so is many times faster than finding graphemes.
 */
const ONE_COLUMN_EACH =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2190-\u22ff\u2500-\u25fc\u2713\u2717]*$/;
const ZERO_WIDTH = /^[\p{Mark}\p{Format}\p{Control}]+$/u;
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;

/** What a person sees as one character. Costly: only for text that is not ONE_COLUMN_EACH. */
function graphemes(text: string): string[] {
  return Array.from(new Intl.Segmenter('en', {granularity: 'grapheme'}).segment(text), (part) => part.segment);
}

function graphemeWidth(grapheme: string): number {
  if (PRINTABLE_ASCII.test(grapheme)) return grapheme.length;
  if (ZERO_WIDTH.test(grapheme)) return 0;
  if (EMOJI.test(grapheme)) return 2;
  const point = grapheme.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}

/** Columns that a terminal needs for one line of text without escape sequences. */
export function displayWidth(text: string): number {
  if (ONE_COLUMN_EACH.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += graphemeWidth(grapheme);
  return width;
}

/** Spaces behind the text up to `width` columns; a longer text stays as it is. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/** Spaces before the text up to `width` columns; a longer text stays as it is. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** The longest beginning that fits into `width` columns; a character is never cut in two. */
function beginning(text: string, width: number): string {
  if (ONE_COLUMN_EACH.test(text)) return text.slice(0, Math.max(0, width));
  let taken = '';
  let used = 0;
  for (const grapheme of graphemes(text)) {
    used += graphemeWidth(grapheme);
    if (used > width) break;
    taken += grapheme;
  }
  return taken;
}

/** Cuts the end of a text that is wider than `width` columns and marks the cut with `ellipsis` (`…` or `...`). */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (displayWidth(text) <= width) return text;
  const room = width - displayWidth(ellipsis);
  return room <= 0 ? beginning(text, width) : beginning(text, room) + ellipsis;
}

/** Cuts the middle of a text that is wider than `width` columns: for names whose end tells them apart. */
export function truncateMiddle(text: string, width: number, ellipsis = '…'): string {
  if (displayWidth(text) <= width) return text;
  const room = width - displayWidth(ellipsis);
  if (room < 2) return truncate(text, width, ellipsis);
  const back = Math.floor(room / 2);
  if (ONE_COLUMN_EACH.test(text)) return text.slice(0, room - back) + ellipsis + text.slice(text.length - back);
  const reversed = graphemes(text).reverse();
  let end = '';
  let used = 0;
  for (const grapheme of reversed) {
    used += graphemeWidth(grapheme);
    if (used > back) break;
    end = grapheme + end;
  }
  return beginning(text, room - back) + ellipsis + end;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text as UTF-8 can hold it: halves of characters are replaced. */
export function wellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}

// Controls (C0, DEL, C1), line and paragraph separators, direction overrides, zero-width marks that hide text, lone
// surrogates. A zero-width joiner stays: emoji and several scripts need it.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT_ESCAPES: {readonly [character: string]: string} = {'\n': '\\n', '\r': '\\r', '\t': '\\t'};

/** One line that shows every character: what would move the cursor or hide text is written as an escape. */
export function safeText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(
    UNSAFE,
    (character) => SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A name for a sentence: as it is when it is one plain word, else in double quotes with odd characters escaped. */
export function quoteName(name: string): string {
  const safe = safeText(name);
  return name !== '' && safe === name && !/[\s"]/.test(name) ? name : `"${safe.replaceAll('"', '\\"')}"`;
}

const ESCAPE_SEQUENCE =
  // OSC up to BEL or ST; CSI; character set; other two-character escapes.
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[()*+][0-~]|\u001b[0-Z\\^-~]/g;
const UNFINISHED_SEQUENCE = /(?:\u001b(?:\[[0-?]*[ -/]*|\][^\u0007\u001b]*)?|[\u009b\u009d][0-?]*)$/;

/** The text without terminal escape sequences, also without one that is cut off at the end. */
export function stripEscapes(text: string): string {
  if (!/[\u001b\u009b\u009d]/.test(text)) return text;
  return text.replace(ESCAPE_SEQUENCE, '').replace(UNFINISHED_SEQUENCE, '');
}
