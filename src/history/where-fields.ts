/** What a run can be asked for: `status`, `metrics.f1`, `params.train.lr`; for `--where`, `--sort` and `--columns`. */
import {err, ok, type Result} from '../base/result.ts';
import {suggest} from '../base/suggest.ts';
import {whereWords, type Part, type WhereMistake, type WhereWord} from './where-words.ts';

const PLAIN = [
  'id',
  'status',
  'name',
  'tag',
  'note',
  'pinned',
  'started',
  'ended',
  'duration',
  'branch',
  'commit',
  'dirty',
] as const;
export type PlainField = (typeof PLAIN)[number];

const NAMED = {metrics: 'metric', params: 'param', facts: 'fact', stage: 'outcome'} as const;

export interface NamedField {
  readonly kind: 'metric' | 'param' | 'fact' | 'outcome';
  /** Whole. */
  readonly name: string;
  /** Ways to read it as a stage and a name: `eval:f1` of a metric, `train.lr` of a param; none where it was quoted. */
  readonly ofStage: readonly {readonly stage: string; readonly name: string}[];
}

export type FieldName = {readonly kind: PlainField} | NamedField;

export type Field = FieldName & {
  /** As it was typed. */
  readonly typed: string;
  readonly at: number;
  readonly length: number;
};

export function fieldOf(word: WhereWord, typed: string): Result<Field, WhereMistake> {
  const place = {typed, at: word.at, length: word.length};
  const [first, ...more] = word.parts;
  const [root = '', ...rest] = first?.quoted === true ? [''] : (first?.text ?? '').split('.');
  const plain = PLAIN.find((name) => name === root);
  if (plain !== undefined && rest.length === 0 && more.length === 0) return ok({kind: plain, ...place});
  const kind = Object.hasOwn(NAMED, root) ? NAMED[root as keyof typeof NAMED] : undefined;
  if (kind === undefined) {
    const near = suggest(root, [...PLAIN, ...Object.keys(NAMED)]);
    return err({
      message: `there is no field \`${typed}\``,
      ...place,
      hint: `${near === undefined ? '' : `did you mean \`${near}\`? `}fields are ${PLAIN.join(', ')}, metrics.NAME, params.NAME, facts.NAME, stage.NAME.outcome; texts stand in quotes on the right`,
    });
  }
  const parts = [{text: rest.join('.'), quoted: false}, ...more];
  const name = parts.map((part) => part.text).join('');
  if (rest.length === 0 || name === '') {
    return err({message: `\`${root}\` needs a name: \`${root}.NAME\``, ...place});
  }
  if (kind === 'outcome') return ok({kind, name: name.replace(/\.outcome$/, ''), ofStage: [], ...place});
  return ok({kind, name, ofStage: kind === 'fact' ? [] : waysToSplit(parts, kind === 'metric' ? ':' : '.'), ...place});
}

/** A separator within quotes belongs to the name. */
function waysToSplit(parts: readonly Part[], separator: string): NamedField['ofStage'] {
  const whole = parts.map((part) => part.text).join('');
  const ways: {readonly stage: string; readonly name: string}[] = [];
  let start = 0;
  for (const {text, quoted} of parts) {
    for (let at = 0; !quoted && at < text.length; at++) {
      if (text.charAt(at) !== separator) continue;
      ways.push({stage: whole.slice(0, start + at), name: whole.slice(start + at + 1)});
    }
    start += text.length;
  }
  return ways.filter(({stage, name}) => stage !== '' && name !== '');
}

/** One field on its own, such as a column. */
export function parseField(text: string): Result<Field, WhereMistake> {
  const words = whereWords(text);
  if (!words.ok) return words;
  const [word, next] = words.value;
  if (word?.kind !== 'word')
    return err({message: 'a field is missing', at: 0, length: text.length, hint: 'such as `status` or `metrics.f1`'});
  if (next !== undefined && next.kind !== 'end') {
    const hint = 'a name with blanks or operators stands in quotes: `metrics."log loss"`';
    return err({message: 'one field ends here', at: next.at, length: next.length, hint});
  }
  return fieldOf(word, text.trim());
}
