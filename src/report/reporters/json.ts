/**
 * For `--json`: every event as one line of JSON with `schema_version`, as described by events.schema.json. A number that
 * JSON lacks is the string `NaN`, `Infinity` or `-Infinity`.
 */
import {exactJson} from '../../base/exact-json.ts';
import type {RunEvent} from '../../model/event.ts';
import {EVENT_SCHEMA_VERSION} from '../../model/event.ts';
import type {Reporter, ReporterContext} from '../reporter.ts';

/** Skips that follow each other are written together up to this many, since each write is a system call. */
const MOST_GATHERED = 200;

/** One event as a line of NDJSON, without the line end. */
export function eventLine(event: RunEvent): string {
  return exactJson({schema_version: EVENT_SCHEMA_VERSION, ...event});
}

export function createJsonReporter(context: ReporterContext): Reporter {
  let gathered: string[] = [];
  const flush = (): void => {
    if (gathered.length > 0) context.out(`${gathered.join('\n')}\n`);
    gathered = [];
  };
  return {
    name: 'json',
    event(event): void {
      gathered.push(eventLine(event));
      const isSkip = event.type === 'stage.end' && event.outcome === 'skipped';
      if (!isSkip || gathered.length >= MOST_GATHERED) flush();
    },
    close: flush,
  };
}
