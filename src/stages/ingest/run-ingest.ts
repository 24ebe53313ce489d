/** What an `ingest` stage does. */
import type {Json} from '../../base/json.ts';
import type {ReadOptions} from '../../data/read-options.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import {BadRows} from './bad-rows.ts';
import {manifestOf, type SourceCount} from './manifest.ts';
import type {IngestSettings} from './settings.ts';
import {Plan} from './plan.ts';
import {bringSources, BroughtFiles, type TableSource} from './sources.ts';
import {openTableOutput} from './table-output.ts';

/** @throws Error with a sentence for the user */
export async function runIngest(context: StageContext, written: Json, host: Host): Promise<void> {
  const settings = written as unknown as IngestSettings;
  const outs = outsOf(context);
  const brought = new BroughtFiles(host);
  try {
    await ingestSources(await bringSources(context, settings, host, brought), outs, {context, settings, host});
    brought.removeAll();
  } finally {
    brought.removeQueries();
  }
}

interface Outs {
  readonly table: string;
  readonly badRows: string | undefined;
  readonly manifest: string | undefined;
}

interface Surroundings {
  readonly context: StageContext;
  readonly settings: IngestSettings;
  readonly host: Host;
}

function outsOf({outputs}: StageContext): Outs {
  const {bad_rows: badRows, manifest, ...tables} = outputs;
  const [table, ...others] = Object.values(tables);
  if (table === undefined)
    throw new Error('`ingest` does not know where to: name one file or folder in `outs` for the table');
  if (others.length > 0)
    throw new Error(
      `\`ingest\` makes one table, but \`outs\` names ${others.length + 1}: call the others \`manifest\` and \`bad_rows\`, as in \`outs: {table: ${table}, manifest: ...}\``,
    );
  return {table, badRows, manifest};
}

async function ingestSources(sources: readonly TableSource[], outs: Outs, around: Surroundings): Promise<void> {
  const {context, settings, host} = around;
  const plan = new Plan(context, settings, sources);
  await plan.lookAt(sources);
  const sampler = await plan.sampler(sources);
  const output = await openTableOutput(host, outs.table, settings);
  const badRows = await BadRows.open(host, settings.max_bad, outs.badRows).catch((error: unknown) => {
    output.discard();
    throw error;
  });
  const counted: (TableSource & {readonly count: SourceCount})[] = [];
  let total = 0;
  try {
    for (const source of sources) {
      let [rows, badBefore] = [0, badRows.count];
      let columns: SourceCount['columns'] = [];
      const onBadRow: ReadOptions['onBadRow'] = (row) => badRows.add(source.name, row);
      for await (const batch of plan.scan(source, onBadRow, true)) {
        columns = batch.columns.map(({name, type}) => ({name, type}));
        rows += batch.rowCount;
        await output.write(sampler(plan.wanted(batch, source)));
        await badRows.flush();
        context.signal.throwIfAborted();
      }
      const bad = badRows.count - badBefore;
      total += rows + bad;
      counted.push({...source, count: {rows, bad, columns}});
      if (typeof settings.max_bad === 'number') badRows.refuseTooMany(total);
      context.progress(counted.length / sources.length, source.name);
    }
    badRows.refuseTooMany(total);
    await badRows.end();
    const files = await output.end();
    if (outs.manifest !== undefined) {
      const manifest = manifestOf(host, outs.table, plan.columns, counted, files);
      host.files.writeAtomic(outs.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
    }
    context.metric(
      'rows',
      files.reduce((sum, file) => sum + file.rows, 0),
    );
    context.metric('bad_rows', badRows.count);
  } catch (error) {
    output.discard();
    badRows.discard();
    throw error;
  }
}
