/** Texts as one reader would take for the same: without case, accents, and white space at the ends or repeated. */
import type {StringColumn, Table} from '../table.ts';

export function normalizeText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .trim()
    .replace(/\s+/g, ' ');
}

/** A table in which every text is normalized. */
export function normalizeTexts(table: Table): Table {
  return {
    ...table,
    columns: table.columns.map((column) => (column.type === 'string' ? normalizeColumn(column) : column)),
  };
}

function normalizeColumn(column: StringColumn): StringColumn {
  const places = new Map<string, number>();
  const placeOf = column.words.map((word) => {
    const text = normalizeText(word);
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  });
  return {
    ...column,
    words: [...places.keys()],
    codes: column.codes.map((code) => (code < 0 ? -1 : (placeOf[code] ?? -1))),
  };
}
