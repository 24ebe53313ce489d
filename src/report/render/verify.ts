/** Text of `mlp verify`: a verdict for each stage, and where what it gave differs. */
import {safeText, truncate} from '../../base/display.ts';
import {formatBytes, plural} from '../../base/format.ts';
import type {Look, LookOptions} from '../look.ts';
import {lineOf, lookOf} from '../look.ts';
import type {Style} from '../paint.ts';
import type {VerifyOutput, VerifyRow, VerifyView} from '../views/verify.ts';

const MOST_ROWS = 10;
const LONGEST_TEXT = 60;

const WORDS: {readonly [verdict in VerifyRow['verdict']]: readonly [string, Style]} = {
  same: ['gave the same bytes again', 'good'],
  near: ['gave other bytes, with the same metrics within tolerance', 'warn'],
  different: ['gave something else', 'bad'],
  failed: ['failed', 'bad'],
  stale: ['was not verified', 'bad'],
};

/** @returns text that ends with a line end. */
export function renderVerify(view: VerifyView, options: LookOptions = {}): string {
  const look = lookOf(options);
  const lines = view.stages.flatMap((row) => rowLines(row, look));
  const good = view.stages.filter(({verdict}) => verdict === 'same' || verdict === 'near').length;
  lines.push(look.paint.bold(`${String(good)} of ${plural(view.stages.length, 'stage')} verified`));
  if (view.stages.some(({verdict}) => verdict === 'different' || verdict === 'near'))
    lines.push('what is on disk stayed as it was; the other result is kept in the cache');
  return `${lines.join('\n')}\n`;
}

function rowLines(row: VerifyRow, look: Look): readonly string[] {
  const [words, style] = WORDS[row.verdict];
  const message = row.message === undefined ? '' : `: ${safeText(row.message)}`;
  const lines = [lineOf([[safeText(row.stage), 'bold'], [' '], [words, style], [message]], look)];
  for (const output of row.outputs) lines.push(...outputLines(output, look));
  const shown = row.metrics.slice(0, MOST_ROWS).map(({name, source, step, before, after, verdict}) => {
    const at = step === undefined ? '' : ` at step ${String(step)}`;
    const values = `${before ?? 'none'} ${look.glyphs.arrow} ${after ?? 'none'}`;
    return `  metric ${safeText(name)}${at} (${safeText(source)}): ${values}${verdict === 'near' ? ', within tolerance' : ''}`;
  });
  return [...lines, ...shown, ...more(row.metrics.length, 'metric')];
}

function outputLines({path, beforeBytes, afterBytes, text, files}: VerifyOutput, look: Look): readonly string[] {
  const sizes =
    beforeBytes === afterBytes
      ? formatBytes(beforeBytes)
      : `${formatBytes(beforeBytes)} ${look.glyphs.arrow} ${formatBytes(afterBytes)}`;
  const lines = [`  ${safeText(path)} differs (${sizes})`];
  if (text !== undefined)
    lines.push(
      `    line ${String(text.line)}: ${shownLine(text.before)} ${look.glyphs.arrow} ${shownLine(text.after)}`,
    );
  for (const file of (files ?? []).slice(0, MOST_ROWS)) lines.push(`    ${file.change} ${safeText(file.path)}`);
  return [...lines, ...more(files?.length ?? 0, 'file').map((line) => `  ${line}`)];
}

const more = (count: number, noun: string): readonly string[] =>
  count > MOST_ROWS ? [`  and ${plural(count - MOST_ROWS, `more ${noun}`)}`] : [];

const shownLine = (line: string | undefined): string =>
  line === undefined ? 'nothing' : `\`${truncate(safeText(line), LONGEST_TEXT)}\``;
