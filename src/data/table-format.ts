/** Which format a file of a table has: by its name, else by its first bytes. */
import type {ByteSource} from './byte-source.ts';
import type {ReadOptions, TableFormat} from './read-options.ts';

const ENDINGS: {readonly [ending: string]: TableFormat} = {
  csv: 'csv',
  txt: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  parquet: 'parquet',
  pq: 'parquet',
  arrow: 'arrow',
  arrows: 'arrow',
  feather: 'arrow',
  ipc: 'arrow',
};

/** By the ending of a name, that of a compression (`.gz`, `.zst`) left out; undefined when it says nothing. */
export function formatOfName(name: string): TableFormat | undefined {
  const ending = /\.([^./\\]+?)(?:\.(?:gz|zst))?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
}

export async function formatOf(source: ByteSource, options: ReadOptions): Promise<TableFormat> {
  return options.format ?? formatOfName(source.name) ?? (await formatOfContent(source));
}

async function formatOfContent(source: ByteSource): Promise<TableFormat> {
  for await (const chunk of source.chunks()) {
    const start = String.fromCharCode(...chunk.subarray(0, 64));
    if (start.startsWith('PAR1')) return 'parquet';
    if (start.startsWith('ARROW1') || start.startsWith('\xff\xff\xff\xff')) return 'arrow';
    return /^(?:\xef\xbb\xbf)?\s*\{/.test(start) ? 'jsonl' : 'csv';
  }
  return 'csv';
}
