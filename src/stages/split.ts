import type {ReadOptions} from '../data/read-options.ts';
import {createSplitter} from '../data/split/create-splitter.ts';
import {MOST_PARTS, type Part, type SplitMethod} from '../data/split/splitter.ts';
import {rowsWhere} from '../data/table-tools.ts';
import type {Host} from '../host/host.ts';
import type {StageContext} from './define-stage.ts';
import type {StageKind} from './kind.ts';
import {CountedTable} from './shared/counted-table.ts';
import {readOptionsOf, type ReadSettings, readSettings} from './shared/read-settings.ts';
import {scanTableFile} from './shared/table-files.ts';

interface SplitSettings extends ReadSettings {
  readonly parts?: readonly (string | {readonly [name: string]: number})[];
  readonly folds?: number;
  readonly stratify?: string | readonly string[];
  readonly group?: string | readonly string[];
  readonly hash?: string | readonly string[];
  readonly salt: string;
  readonly time?: string;
  readonly cuts?: readonly (string | number)[];
  readonly file_format: string;
}

const METHODS = ['stratify', 'group', 'hash', 'time'] as const;
const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?$/;

/** Splits a table into parts or folds. Reads it twice; rows keep their order. */
export const split: StageKind = {
  name: 'split',
  summary:
    'Splits a table into train, test and other parts, or into folds: at random, by strata, groups, time or hash.',
  version: 1,
  settings: async () => {
    const z = await import('zod');
    const columns = z.union([z.string(), z.array(z.string()).min(1)]);
    const part = z.union([z.string(), z.record(z.string(), z.number().positive())]);
    const schema = z
      .strictObject({
        parts: z
          .array(part)
          .min(2)
          .max(MOST_PARTS)
          .optional()
          .describe('Names and shares, `[train: 0.8, test: 0.2]`; oldest first with `time`; only names with `cuts`.'),
        folds: z
          .int()
          .min(2)
          .max(100)
          .optional()
          .describe('Instead of `parts`: this many folds, each with its `train` and `test`, in a folder.'),
        stratify: columns.optional().describe('Columns whose values have the same shares in every part.'),
        group: columns.optional().describe('Columns whose equal values stay in one part.'),
        hash: columns
          .optional()
          .describe('Columns by whose values alone a row finds its part, whatever rows come later.'),
        salt: z.string().default('').describe('With `hash`: another text gives another split.'),
        time: z.string().optional().describe('Column of times: every part is before the next.'),
        cuts: z
          .array(z.union([z.number(), z.string().regex(ISO_TIME)]))
          .min(1)
          .optional()
          .describe('With `time`: where the second part begins, the third, ...: `[2024-01-01]`.'),
        file_format: z.string().default('csv').describe('With `folds`: ending of the files, such as `parquet`.'),
        ...readSettings(z),
      })
      .superRefine((settings, check) => {
        const wrong = mistakeIn(settings as SplitSettings);
        if (wrong !== undefined) check.addIssue({code: 'custom', message: wrong});
      });
    return {schema};
  },
  run: async (context, written, host) => {
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
  },
};

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

/** Names and shares; with `cuts` the shares do not count. */
function partsOf({parts = []}: SplitSettings): readonly Part[] {
  return parts.map((part) => {
    const [name, share] = typeof part === 'string' ? [part, 1 / parts.length] : (Object.entries(part)[0] ?? ['', 0]);
    return {name, share};
  });
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

/** ISO texts are in UTC, whether they say so or not. */
function timeOf(cut: string | number): number {
  if (typeof cut === 'number') return cut;
  return Date.parse(cut.includes('T') && !cut.endsWith('Z') ? `${cut}Z` : cut);
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

function mistakeIn({parts, folds, cuts, ...settings}: SplitSettings): string | undefined {
  if ((parts === undefined) === (folds === undefined)) return '`split` needs either `parts` or `folds`';
  const methods = METHODS.filter((method) => settings[method] !== undefined);
  if (methods.length > 1) return `\`${methods[0] ?? ''}\` and \`${methods[1] ?? ''}\` cannot both decide: remove one`;
  if (settings.salt !== '' && settings.hash === undefined) return '`salt` belongs to `hash`';
  if (cuts !== undefined && (settings.time === undefined || parts === undefined))
    return '`cuts` belongs to `time` and `parts`';
  if (parts === undefined) return undefined;
  const maps = parts.filter((part) => typeof part !== 'string');
  if (maps.some((part) => Object.keys(part).length !== 1))
    return 'each of `parts` has one name: `[train: 0.8, test: 0.2]`';
  const names = partsOf({parts, ...settings}).map(({name}) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `the part \`${twice}\` is named twice`;
  if (cuts !== undefined) {
    if (maps.length > 0) return 'with `cuts`, `parts` are names without shares: `[train, test]`';
    const times = cuts.map(timeOf);
    if (cuts.length !== parts.length - 1)
      return `${parts.length} parts need ${parts.length - 1} \`cuts\`, not ${cuts.length}`;
    if (times.some((time, index) => !(time > (times[index - 1] ?? -Infinity)))) return '`cuts` must be times that rise';
    return undefined;
  }
  if (maps.length < parts.length) return 'each of `parts` needs a share: `[train: 0.8, test: 0.2]`';
  const sum = maps.reduce((total, part) => total + (Object.values(part)[0] ?? 0), 0);
  return Math.abs(sum - 1) > 1e-6
    ? `the shares of \`parts\` must add up to 1, not ${Number(sum.toPrecision(6))}`
    : undefined;
}
