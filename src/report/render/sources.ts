/** Text of `mlp add`: one line a source. */
import {quoteName, safeText} from '../../base/display.ts';
import {formatBytes, plural} from '../../base/format.ts';
import {quoteWord} from '../../base/shell-quote.ts';
import type {LookOptions} from '../look.ts';
import {lookOf} from '../look.ts';
import type {SourceRow, SourcesView} from '../views/sources.ts';
import {renderTable, type Cell} from './table.ts';

const WORDS: {readonly [state in SourceRow['state']]: Cell} = {
  added: ['added', 'good'],
  changed: ['recorded anew', 'good'],
  unchanged: 'as it was added before',
  removed: 'forgotten; the file stays',
  'as-added': 'as added',
  edited: ['differs from what was added', 'warn'],
  absent: 'not on disk; in the cache',
  lost: ['neither on disk nor in the cache', 'bad'],
};

/** @returns text that ends with a line end. */
export function renderSources({sources, tracked}: SourcesView, options: LookOptions = {}): string {
  const look = lookOf(options);
  if (sources.length === 0) return 'nothing was added; `mlp add PATH` versions a file or folder that no stage makes\n';
  const rows = sources.map(({path, bytes, files, state}): readonly Cell[] => [
    safeText(path),
    formatBytes(bytes),
    files === undefined ? '' : plural(files, 'file'),
    WORDS[state],
  ]);
  const lines = renderTable(
    [{title: ''}, {title: '', align: 'right'}, {title: '', align: 'right'}, {title: ''}],
    rows,
    look,
  );
  const hints = tracked.map(
    (path) =>
      `Git still tracks ${quoteName(path)}: \`git rm -r --cached ${quoteWord(path)}\` ends that, the file stays`,
  );
  return `${[...lines, ...hints].join('\n')}\n`;
}
