/** What a `split` stage does. */
import type {Json} from '../../base/json.ts';
import type {ReadOptions} from '../../data/read-options.ts';
import {createSplitter} from '../../data/split/create-splitter.ts';
import type {Part, SplitMethod} from '../../data/split/splitter.ts';
import {rowsWhere} from '../../data/table-tools.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import {CountedTable} from '../shared/counted-table.ts';
import {readOptionsOf} from '../shared/read-settings.ts';
import {scanTableFile} from '../shared/table-files.ts';
import {partsOf, timeOf, type SplitSettings} from './settings.ts';

/** @throws Error with a sentence for the user */
export async function runSplit(context: StageContext, written: Json, host: Host): Promise<void> {
  const settings = written as unknown as SplitSettings;
  const plan = planOf(context, settings, host);
  const input = inputOf(context);
  const options = readOptionsOf(settings);
  const splitter = createSplitter(methodOf(context, settings), plan.parts);
  let rows = 0;
  // What the first pass found, so that the second need not look for it again.
  let types: ReadOptions['types'] = {};
  for await (const batch of scanTableFile(host, input, options)) {
    splitter.see(batch);
    rows += batch.rowCount;
    types = Object.fromEntries(batch.columns.map(({name, type}) => [name, type]));
    context.signal.throwIfAborted();
  }
  splitter.ready();
  const targets: (Target & {readonly table: CountedTable})[] = [];
  let done = 0;
  try {
    for (const target of plan.targets) targets.push({...target, table: await CountedTable.create(host, target.path)});
    for await (const batch of scanTableFile(host, input, {...options, types})) {
      const parts = splitter.partsOf(batch);
      for (const {table, takes} of targets) await table.write(rowsWhere(batch, (row) => takes(parts[row] ?? 0)));
      done += batch.rowCount;
      context.progress(rows === 0 ? 1 : done / rows);
      context.signal.throwIfAborted();
    }
    for (const {table, name} of targets) {
      await table.end();
      context.metric(`rows.${name}`, table.rows);
    }
  } catch (error) {
    for (const {table} of targets) table.discard();
    throw error;
  }
}

/** A file to write, and which parts' rows go into it. */
interface Target {
  readonly name: string;
  readonly path: string;
  takes(part: number): boolean;
}

interface Plan {
  readonly parts: readonly Part[];
  readonly targets: readonly Target[];
}

function planOf(context: StageContext, settings: SplitSettings, host: Host): Plan {
  const {folds} = settings;
  if (folds !== undefined) return foldsPlan(context, folds, settings, host);
  const parts = partsOf(settings);
  return {
    parts,
    targets: parts.map(({name}, index) => ({name, path: outOf(context, name), takes: (part) => part === index})),
  };
}

/** By time, each fold tests on the block after those that it trains on; else each part is the test once. */
function foldsPlan({outputs}: StageContext, folds: number, {time, file_format}: SplitSettings, {files}: Host): Plan {
  const [folder, ...others] = Object.values(outputs);
  if (folder === undefined || others.length > 0)
    throw new Error('`split` does not know where to: name one folder in `outs` for the folds');
  files.makeFolder(folder);
  const count = time === undefined ? folds : folds + 1;
  const parts = Array.from({length: count}, (_, index) => ({name: `fold ${index + 1}`, share: 1 / count}));
  const targets = Array.from({length: folds}, (_, index): readonly Target[] => {
    const name = `fold-${index + 1}`;
    const tested = time === undefined ? index : index + 1;
    const inFold = (which: string, takes: Target['takes']): Target => ({
      name: `${name}.${which}`,
      path: `${folder}/${name}/${which}.${file_format}`,
      takes,
    });
    return [
      inFold('train', (part) => (time === undefined ? part !== tested : part < tested)),
      inFold('test', (part) => part === tested),
    ];
  });
  return {parts, targets: targets.flat()};
}

const listOf = (columns: string | readonly string[]): readonly string[] =>
  typeof columns === 'string' ? [columns] : columns;

function methodOf({seed}: StageContext, {stratify, group, hash, salt, time, cuts}: SplitSettings): SplitMethod {
  if (stratify !== undefined) return {kind: 'stratified', columns: listOf(stratify), seed};
  if (group !== undefined) return {kind: 'group', columns: listOf(group), seed};
  if (hash !== undefined) return {kind: 'hash', columns: listOf(hash), salt};
  if (time === undefined) return {kind: 'fraction', seed};
  return {kind: 'time', column: time, ...(cuts === undefined ? {} : {cuts: cuts.map(timeOf)})};
}

/** The out that is called as the part, or whose file is. */
function outOf({outputs}: StageContext, part: string): string {
  const stem = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\..*$/, '');
  const path = outputs[part] ?? Object.values(outputs).find((out) => stem(out) === part);
  if (path !== undefined) return path;
  const names = Object.keys(outputs).map((name) => `\`${name}\``);
  throw new Error(
    `\`split\` does not know where to: name an out \`${part}\` for that part${names.length === 0 ? '' : `; there are ${names.join(', ')}`}`,
  );
}

function inputOf({inputFiles}: StageContext): string {
  const [input, ...others] = Object.values(inputFiles).flat();
  if (input === undefined) throw new Error('`split` has nothing to split: name one table in `deps`');
  if (others.length > 0)
    throw new Error(
      `\`split\` splits one table, but \`deps\` has ${others.length + 1} files: make them one with \`ingest\``,
    );
  return input;
}
