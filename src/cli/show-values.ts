/** What `mlp metrics` and `mlp params` have in common: one state, one table, three formats. */
import type {Command} from 'commander';
import {WORKSPACE} from '../history/refs.ts';
import type {Snapshot} from '../model/snapshot.ts';
import type {LookOptions} from '../report/look.ts';
import {exactJson} from '../base/exact-json.ts';
import type {CommandContext} from './command.ts';
import {withSnapshots} from './open-snapshots.ts';
import {lookFor} from './screen.ts';
import {UsageError} from '../project/usage-error.ts';

const FORMATS = ['text', 'json', 'csv'] as const;
type Format = (typeof FORMATS)[number];

export interface ValuesCommand<V extends object> {
  /** `type` of its JSON. */
  readonly type: string;
  readonly view: (snapshot: Snapshot) => V;
  readonly text: (view: V, look: LookOptions) => string;
  readonly csv: (view: V) => string;
}

export function defineValues<V extends object>(
  command: Command,
  context: () => CommandContext,
  {type, view, text, csv}: ValuesCommand<V>,
): void {
  command
    .argument('[ref]', 'a run (number, name, tag, last), a Git revision, `workspace` or a file', WORKSPACE)
    .option('--format <format>', `${FORMATS.join(', ')} (default: text)`, parseFormat)
    .action(async (ref: string, options: {readonly format?: Format}) => {
      const {globals, host} = context();
      await withSnapshots(context(), async (opened) => {
        const [snapshot] = await opened.snapshots(await opened.refs([ref]));
        if (snapshot === undefined) throw new Error('BUG: a word gave no snapshot');
        const shown = view(snapshot);
        const format = globals.json ? 'json' : (options.format ?? 'text');
        if (format === 'json') host.output.out(`${exactJson({schema_version: 1, type, ...shown})}\n`);
        else host.output.out(format === 'csv' ? csv(shown) : text(shown, await lookFor(host)));
      });
    });
}

function parseFormat(text: string): Format {
  const format = FORMATS.find((candidate) => candidate === text);
  if (format === undefined) throw new UsageError(`--format takes ${FORMATS.join(', ')}, not \`${text}\``);
  return format;
}
