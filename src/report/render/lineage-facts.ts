/** What a result depended on beside its inputs, one line for each sort: params, code, environment. */
import {safeText, truncate} from '../../base/display.ts';
import {formatList, plural} from '../../base/format.ts';
import {isJsonObject, leavesOf, type JsonObject} from '../../base/json.ts';
import type {LineageResult} from '../../model/lineage.ts';

const USUAL_ITEMS = 6;
const MOST_COMMAND_WIDTH = 80;

/** @param all nothing is left out. */
export function factLines(result: LineageResult, all: boolean): readonly string[] {
  const most = all ? Number.MAX_SAFE_INTEGER : USUAL_ITEMS;
  const lines: string[] = [];
  const line = (title: string, items: readonly string[]): void => {
    if (items.length > 0) lines.push(`${title} ${formatList(items.map(safeText), most)}`);
  };
  line(
    'params',
    leavesOf(result.params).map(([path, value]) => `${path} ${JSON.stringify(value)}`),
  );
  line('code', Object.keys(result.code));
  if (Object.keys(result.code).length === 0 && result.action !== undefined)
    line('command', [all ? result.action : shortCommand(result.action)]);
  line(
    'env',
    Object.entries(result.env).map(([name, value]) => (value === null ? `${name} not set` : `${name}=${value}`)),
  );
  line('with', runtimeTexts(result.runtime, all));
  return lines;
}

/** A script on one line, cut where it is long. */
function shortCommand(text: string): string {
  return truncate(text.replaceAll(/\s+/g, ' ').trim(), MOST_COMMAND_WIDTH, '...');
}

/** `python 3.11`, `42 packages`. */
function runtimeTexts(runtime: JsonObject, all: boolean): readonly string[] {
  return leavesOf(runtime, (path) => !all && path.endsWith('packages')).flatMap(([path, value]) => {
    if (!isJsonObject(value))
      return [`${path.slice(path.lastIndexOf('.') + 1)} ${typeof value === 'string' ? value : JSON.stringify(value)}`];
    const count = Object.keys(value).length;
    return count === 0 ? [] : [plural(count, 'package')];
  });
}
