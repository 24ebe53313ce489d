/** Where the marks of an axis stand and what is written at them. Pure. */
import {formatNumber} from '../../base/format.ts';

export interface Axis {
  /** Ends of the axis, both finite, low < high. */
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** The text at a tick: as many digits as tell neighbours apart. */
  readonly label: (tick: number) => string;
}

/** 1, 2 or 5 times a power of ten, so that about `count` steps fill `span`. */
export function niceStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const ratio = rough / power;
  return power * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10);
}

/**
 * An axis that shows all `values`; those that are not finite are passed over.
 * @param options.tight the ends are those of the data, not the next round numbers: for steps along x.
 */
export function axisFor(
  values: readonly number[],
  options: {readonly count?: number; readonly tight?: boolean; readonly whole?: boolean} = {},
): Axis {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = [0, 1];
  if (low === high) {
    // A constant gets room on both sides; near the largest doubles adding would overflow.
    const room = low === 0 ? 1 : Math.abs(low) * 0.1;
    [low, high] = [low - room, high + room];
  }
  // Half of each, since the difference of two large doubles may be infinite.
  const span = (high / 2 - low / 2) * 2;
  // Beyond what steps of doubles can express: a span that overflows, or one at the edge of what its values can tell apart.
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (!Number.isFinite(span) || span < 1e-300 || span / largest < 1e-12) {
    return {low, high, ticks: [low, high], label: (tick) => formatNumber(tick, Number.isFinite(span) ? 17 : 3)};
  }
  const nice = niceStep(span, options.count ?? 4);
  const step = options.whole === true ? Math.max(1, Math.round(nice)) : nice;
  const first = options.tight === true ? Math.ceil(low / step) : Math.floor(low / step);
  const last = options.tight === true ? Math.floor(high / step) : Math.ceil(high / step);
  const ticks = Array.from({length: Math.max(0, last - first + 1)}, (_, index) => (first + index) * step);
  return {
    low: options.tight === true ? low : (ticks[0] ?? low),
    high: options.tight === true ? high : (ticks.at(-1) ?? high),
    ticks,
    label: (tick) => tickText(tick, step),
  };
}

function tickText(tick: number, step: number): string {
  const size = Math.max(Math.abs(tick), step);
  if (size >= 1e6 || step < 1e-5) {
    const digits = Math.max(1, Math.ceil(Math.log10(size / step)) + 1);
    return Math.abs(tick) < step / 2
      ? '0'
      : formatNumber(Number(tick.toPrecision(Math.min(15, digits))), Math.min(15, digits));
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const text = tick.toFixed(decimals);
  return Number(text) === 0 ? '0' : text;
}
