/** Sentences for one difference between two key documents, and short texts for JSON values. */
import {safeText, truncate} from '../base/display.ts';
import type {Json} from '../base/json.ts';
import {unreachable} from '../base/unreachable.ts';
import type {KeyChange} from '../model/key-document.ts';
import type {Glyphs} from './glyphs.ts';
import {glyphsFor} from './glyphs.ts';

/** Columns of a value in a sentence. */
const VALUE_WIDTH = 40;

/** A JSON value in a sentence: plain words without quotes, everything else as JSON, cut where it is long. */
export function valueText(value: Json | undefined, ellipsis = '…'): string {
  if (value === undefined || value === null) return value === null ? 'null' : 'nothing';
  const plainWord = typeof value === 'string' && value !== '' && !/[\s"'`,]/.test(value);
  return truncate(safeText(plainWord ? value : JSON.stringify(value)), VALUE_WIDTH, ellipsis);
}

/** `before → after`, or what was added or removed. */
export function beforeAfterText(change: Pick<KeyChange, 'before' | 'after'>, glyphs: Glyphs): string {
  const {before, after} = change;
  if (before === undefined && after === undefined) return 'changed';
  if (before === undefined) return `added (${valueText(after, glyphs.ellipsis)})`;
  if (after === undefined) return `removed (was ${valueText(before, glyphs.ellipsis)})`;
  return `${valueText(before, glyphs.ellipsis)} ${glyphs.arrow} ${valueText(after, glyphs.ellipsis)}`;
}

/** For what has no readable value, such as a file's hash. */
function changeVerb(change: Pick<KeyChange, 'before' | 'after'>): string {
  if (change.before === undefined && change.after !== undefined) return 'added';
  if (change.after === undefined && change.before !== undefined) return 'removed';
  return 'changed';
}

/** Of an input that is a packaged model: which version, or profile, it is. Of the time: when. */
function inputText(input: Json | undefined): string | undefined {
  const text = String(input);
  const [, version] = /^model .*@(\d+) [0-9a-f]{64}$/.exec(text) ?? [];
  if (version !== undefined) return `version ${version}`;
  const [, profile] = /^model profile ([0-9a-f]{8})/.exec(text) ?? [];
  if (profile !== undefined) return `profile ${profile}`;
  return text === 'model none' ? 'none' : /^clock (.+)/.exec(text)?.[1];
}

/** What a part of the key is called, e.g. `params`, `input`. */
export function keyPartWord(part: KeyChange['part']): string {
  switch (part) {
    case 'action':
      return 'command';
    case 'deps':
      return 'input';
    case 'outs':
      return 'output';
    case 'code':
    case 'params':
    case 'env':
    case 'runtime':
    case 'seed':
    case 'cwd':
      return part;
    case 'names':
      return 'name';
    case 'salt':
      return '`cache.salt`';
    case 'scheme':
      return 'key scheme';
    default:
      return unreachable(part);
  }
}

/** What became of one part of the key: `200 → 300`, `changed`, `added`, `not set → 1`. */
export function keyChangeOutcome(change: KeyChange, glyphs: Glyphs = glyphsFor(true)): string {
  switch (change.part) {
    case 'params':
    case 'seed':
    case 'scheme':
    case 'runtime':
    case 'cwd':
    case 'names':
      return beforeAfterText(change, glyphs);
    case 'env': {
      const side = (value: Json | undefined): string =>
        value === null || value === undefined ? 'not set' : valueText(value, glyphs.ellipsis);
      return change.before === undefined && change.after === undefined
        ? 'changed'
        : `${side(change.before)} ${glyphs.arrow} ${side(change.after)}`;
    }
    case 'action':
      return isOfCommand(change.path) ? 'changed' : beforeAfterText(change, glyphs);
    case 'deps': {
      const [before, after] = [inputText(change.before), inputText(change.after)];
      return before === undefined || after === undefined ? changeVerb(change) : `${before} ${glyphs.arrow} ${after}`;
    }
    case 'code':
    case 'outs':
    case 'salt':
      return changeVerb(change);
    default:
      return unreachable(change.part);
  }
}

/** The thing that changed, without its kind: `train.trees`, `data/a.csv`, `setting trees`. */
export function keyChangeSubject(change: KeyChange): string {
  const path = safeText(change.path);
  if (change.part !== 'action') return path;
  if (isOfCommand(change.path)) return '';
  return path === 'version' ? path : `setting ${path.replace(/^with\.?/, '')}`.trimEnd();
}

/** The command's text, its words, its shell: all of them are "the command" to the person who wrote it. */
const isOfCommand = (path: string): boolean => /^(kind|script|shell|text|argv|function|uses)?([.[]|$)/.test(path);

/** One change as a short sentence: `params train.trees 200 → 300`, `input data/a.csv changed`, `command changed`. */
export function keyChangeText(change: KeyChange, glyphs: Glyphs = glyphsFor(true)): string {
  const subject = keyChangeSubject(change);
  const kind = change.part === 'action' && subject.startsWith('setting') ? '' : keyPartWord(change.part);
  return [kind, subject, keyChangeOutcome(change, glyphs)].filter((word) => word !== '').join(' ');
}
