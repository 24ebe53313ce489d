import {ingestReads, ingestSchema, type IngestSettings} from './ingest/settings.ts';
import type {StageKind} from './kind.ts';

/** Reads files, downloads and queries into one table or one folder of tables; memory does not grow with the rows. */
export const ingest: StageKind = {
  name: 'ingest',
  summary: 'Reads files, folders, URLs and database queries into one table, with a manifest and a file of bad rows.',
  version: 2,
  settings: async () => ({schema: await ingestSchema()}),
  reads: (settings) => ingestReads(settings as unknown as IngestSettings),
  run: async (context, settings, host) => (await import('./ingest/run-ingest.ts')).runIngest(context, settings, host),
};
