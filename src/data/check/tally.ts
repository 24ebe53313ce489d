/** Rows that break a rule: counted, the first of them kept as examples. */
import {formatCount, formatNumber, plural} from '../../base/format.ts';
import {MOST_EXAMPLES, type FindingExample, type FindingLevel} from '../findings.ts';
import type {Amount, RuleLevel} from '../schema/schema.ts';
import type {CheckedBatch} from './checked-batch.ts';

export class Tally {
  /** Rows that the rule looked at. */
  checked = 0;
  bad = 0;
  readonly examples: FindingExample[] = [];
  /** Rows of the batch at hand, from 0; whoever writes them takes them. */
  #rows: number[] = [];

  /** @param value null for a missing cell. */
  add(batch: CheckedBatch, row: number, value: () => string | null): void {
    this.bad += 1;
    this.#rows.push(row);
    if (this.examples.length >= MOST_EXAMPLES) return;
    const key = batch.keyOf(row);
    this.examples.push({row: batch.firstRow + row, ...(key === undefined ? {} : {key}), value: value()});
  }

  /** The bad rows since it was last asked. */
  takeRows(): readonly number[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}

/** Whether more rows are bad than may be. @param amount undefined: none may. */
export function exceeds(bad: number, checked: number, amount: Amount | undefined): boolean {
  if (amount === undefined) return bad > 0;
  if (amount.kind === 'rows') return bad > amount.rows;
  // 0.07 * 100 is 7.000000000000001: a share is met when it is met but for rounding.
  return bad > amount.share * checked * (1 + 1e-12);
}

/** What was measured beside what is allowed, in the unit of the latter. */
export function measuredOf(
  {bad, checked}: Pick<Tally, 'bad' | 'checked'>,
  amount: Amount | undefined,
): {readonly measured: number | null; readonly limit: number} {
  if (amount?.kind === 'rows') return {measured: bad, limit: amount.rows};
  return {measured: checked === 0 ? null : bad / checked, limit: amount?.share ?? 0};
}

/** `12 of 2,000 values of \`amount\` (0.6 %) are below 0`, with what may be where it is not nothing; `are` follows the count. */
export function sentenceOf(
  {bad, checked}: Pick<Tally, 'bad' | 'checked'>,
  noun: string,
  what: string,
  amount: Amount | undefined,
  column?: string,
): string {
  const of = column === undefined ? '' : ` of \`${column}\``;
  const share = bad === 0 ? '' : ` (${shareText(bad / checked)})`;
  const may =
    amount === undefined || (amount.kind === 'rows' ? amount.rows : amount.share) === 0
      ? ''
      : `, at most ${amount.text} may be`;
  const count = bad === 0 && checked > 0 ? 'none' : formatCount(bad);
  return `${count} of ${plural(checked, noun)}${of}${share} ${bad === 1 || (bad === 0 && checked > 0) ? 'is' : 'are'} ${what}${may}`;
}

/** `0.6 %`: with a digit more than a count of percent where that would be 0 or 100. */
export function shareText(share: number): string {
  return `${formatNumber(share * 100, 3)} %`;
}

export const levelOf = (isBroken: boolean, ...levels: readonly (RuleLevel | undefined)[]): FindingLevel =>
  isBroken ? (levels.find((level) => level !== undefined) ?? 'error') : 'ok';
