import type {KindReads, StageKind} from './kind.ts';
import {sqlSettings, type SqlSettings} from './sql/settings.ts';

/** One query over the deps to one file; memory is bounded by `resources.memory`. */
export const sql: StageKind = {
  name: 'sql',
  summary: 'Runs a SQL query over its deps by DuckDB and writes the result to its one out.',
  version: 2,
  settings: sqlSettings,
  reads: (settings): KindReads => {
    const {query_file} = settings as unknown as SqlSettings;
    return query_file === undefined ? {} : {deps: {query_file: {path: query_file}}};
  },
  run: async (context, settings, host) => (await import('./sql/run-sql.ts')).runSql(context, settings, host),
};
