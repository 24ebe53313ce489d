/** The ends of the logs of a run's attempts, within a budget: what failed first, since that is what is looked for. */
import type {Files} from '../host/host.ts';
import type {AttemptRow} from '../model/run.ts';

export interface LogBudget {
  /** Of one log. */
  readonly bytesEach: number;
  /** Of all together. */
  readonly bytes: number;
}

export interface LogTail {
  readonly attempt: AttemptRow;
  /** The end of what was printed, decoded; begins at a line where the log was cut. '' when nothing was printed. */
  readonly text: string;
  /** How much stands before the text and was left out. */
  readonly cutBytes: number;
  /** The file is gone, or the budget was used up by the logs before it. */
  readonly missing?: 'gone' | 'budget';
}

/** @returns one for each attempt, in their order. */
export function readLogTails(
  files: Pick<Files, 'stat' | 'readRange'>,
  attempts: readonly AttemptRow[],
  budget: LogBudget,
): readonly LogTail[] {
  let left = budget.bytes;
  const tails = new Map<AttemptRow, LogTail>();
  for (const attempt of attempts.toSorted((a, b) => urgency(a) - urgency(b))) {
    const tail = readTail(files, attempt, Math.min(budget.bytesEach, left));
    left -= tail.text.length;
    tails.set(attempt, tail);
  }
  return attempts.flatMap((attempt) => tails.get(attempt) ?? []);
}

const urgency = ({state}: AttemptRow): number => (state === 'committed' ? 1 : 0);

function readTail(files: Pick<Files, 'stat' | 'readRange'>, attempt: AttemptRow, most: number): LogTail {
  const size = files.stat(attempt.logFile)?.size;
  if (size === undefined) return {attempt, text: '', cutBytes: 0, missing: 'gone'};
  if (size > 0 && most <= 0) return {attempt, text: '', cutBytes: size, missing: 'budget'};
  const from = Math.max(0, size - most);
  const bytes = files.readRange(attempt.logFile, from, most);
  // A cut in the middle of a line, or even of a character, is moved to the next line.
  const line = from === 0 ? -1 : bytes.indexOf(0x0a);
  const start = line === -1 || line === bytes.length - 1 ? 0 : line + 1;
  return {attempt, text: new TextDecoder().decode(bytes.subarray(start)), cutBytes: from + start};
}
