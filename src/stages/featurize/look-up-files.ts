/** Files that `look_up` looks up in: tables, or texts with an entry on each line. */
import {isMissing, isNumeric} from '../../data/table.ts';
import {formatOfName} from '../../data/table-format.ts';
import type {Host} from '../../host/host.ts';
import {Source} from '../../ml/features/source.ts';
import type {LookUpTable} from '../../ml/features/spec.ts';
import {fileSource, readTableFile} from '../shared/table-files.ts';
import type {TableSettings} from './settings.ts';

/** @param path of the file as it is now. @throws Error with a sentence for the user */
export async function readLookUpTable(host: Host, path: string, settings: TableSettings): Promise<LookUpTable> {
  const isText = /\.txt(\.gz|\.zst)?$/i.test(settings.file) || formatOfName(settings.file) === undefined;
  if (!isText) return fromTable(host, path, settings);
  const {file, key, value, entries} = settings;
  if (key !== undefined || (value !== undefined && value !== 'rank'))
    throw new Error(`\`${file}\` is a text, which has no columns: \`key\` and \`value\` are for tables`);
  const lines = (await textOf(host, path)).split(/\r?\n/).map((line) => line.trim());
  const kept = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const keys = entries === 'words' ? kept.flatMap((line) => line.split(/\s+/u)) : kept;
  return value === 'rank' ? {keys, values: ranks(keys.length)} : {keys};
}

async function textOf(host: Host, path: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of fileSource(host, path).chunks()) text += decoder.decode(chunk, {stream: true});
  return text + decoder.decode();
}

/** By Zipf's law, the logarithm of the place in a list sorted by frequency is close to that of the frequency. */
function ranks(count: number): readonly number[] {
  return Array.from({length: count}, (_, index) => 1 - Math.log(index + 1) / Math.log(count + 1));
}

async function fromTable(host: Host, path: string, {file, key, value}: TableSettings): Promise<LookUpTable> {
  const table = await readTableFile(host, path);
  const keyName = key ?? table.columns[0]?.name ?? '';
  const source = new Source(table, {});
  source.column(keyName);
  const {codes, distinct} = source.texts(keyName);
  const rows = Array.from(codes.keys()).filter((row) => (codes[row] ?? -1) >= 0);
  const keys = rows.map((row) => distinct[codes[row] ?? -1] ?? '');
  if (value === undefined) return {keys};
  if (value === 'rank') return {keys, values: ranks(keys.length)};
  const column = source.column(value);
  if (!isNumeric(column)) throw new Error(`the column \`${value}\` of \`${file}\` is ${column.type}, not numbers`);
  const known = rows.filter((row) => !isMissing(column, row) && Number.isFinite(column.values[row]));
  return {
    keys: known.map((row) => distinct[codes[row] ?? -1] ?? ''),
    values: known.map((row) => column.values[row] ?? 0),
  };
}
