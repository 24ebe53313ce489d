/** The difference of two texts as `diff -u` writes it and `patch` takes it. Myers' greedy algorithm: few changes cost little. */

type Edit = readonly [sign: ' ' | '-' | '+', line: string];

const CONTEXT = 3;

/** @returns '' when the texts are equal. */
export function unifiedDiff(before: string, after: string, name: string): string {
  if (before === after) return '';
  const edits = editsOf(linesOf(before), linesOf(after));
  const changed = edits.flatMap(([sign], index) => (sign === ' ' ? [] : [index]));
  const hunks: [from: number, to: number][] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    if (last !== undefined && index - last[1] < 2 * CONTEXT) last[1] = index + 1;
    else hunks.push([index, index + 1]);
  }
  return `--- ${name}\n+++ ${name}\n${hunks.map(([from, to]) => hunkText(edits, from, to)).join('')}`;
}

function hunkText(edits: readonly Edit[], from: number, to: number): string {
  const start = Math.max(0, from - CONTEXT);
  const shown = edits.slice(start, to + CONTEXT);
  const count = (list: readonly Edit[], other: string): number => list.filter(([sign]) => sign !== other).length;
  const range = (other: '-' | '+'): string => {
    const length = count(shown, other);
    return `${count(edits.slice(0, start), other) + (length === 0 ? 0 : 1)},${length}`;
  };
  const lines = shown.map(([sign, line]) =>
    line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`,
  );
  return `@@ -${range('+')} +${range('-')} @@\n${lines.join('')}`;
}

/** Lines with their ends. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function editsOf(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const rows: Map<number, number>[] = [];
  let furthest = new Map([[1, 0]]);
  const at = (row: Map<number, number>, diagonal: number): number => row.get(diagonal) ?? -1;
  const isDown = (row: Map<number, number>, k: number, d: number): boolean =>
    k === -d || (k !== d && at(row, k - 1) < at(row, k + 1));
  for (let d = 0; ; d++) {
    rows.push(furthest);
    const next = new Map(furthest);
    for (let k = -d; k <= d; k += 2) {
      let x = isDown(furthest, k, d) ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return traced(a, b, rows, d, isDown, at);
    }
    furthest = next;
  }
}

/** Walks back from the end. */
function traced(
  a: readonly string[],
  b: readonly string[],
  rows: readonly Map<number, number>[],
  length: number,
  isDown: (row: Map<number, number>, k: number, d: number) => boolean,
  at: (row: Map<number, number>, diagonal: number) => number,
): readonly Edit[] {
  const edits: Edit[] = [];
  let x = a.length;
  let y = b.length;
  const same = (toX: number, toY: number): void => {
    for (; x > toX && y > toY; y--) edits.push([' ', a[--x] ?? '']);
  };
  for (let d = length; d > 0; d--) {
    const row = rows[d] as Map<number, number>;
    const down = isDown(row, x - y, d);
    const k = down ? x - y + 1 : x - y - 1;
    same(at(row, k), at(row, k) - k);
    if (down) edits.push(['+', b[--y] ?? '']);
    else edits.push(['-', a[--x] ?? '']);
  }
  same(0, 0);
  return edits.reverse();
}
