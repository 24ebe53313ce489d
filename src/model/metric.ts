/** A number that a stage reported. The name may hold any character; the value may be NaN or infinite. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  /** Present for a point of a curve. */
  readonly step?: number;
  /** The declared metrics file it was read from, or LOGGED. */
  readonly source: string;
}

/** Source of a metric that was logged while the stage ran: the variable that names the file it is written to. */
export const LOGGED = 'MLP_METRICS';

/** The one text of a number in stored files: JSON's, and `NaN`, `Infinity`, `-Infinity` for what JSON lacks. */
export function formatMetricValue(value: number): string {
  return Number.isFinite(value) ? JSON.stringify(value) : String(value);
}

/** The inverse of formatMetricValue. @returns undefined when the text is no number. */
export function parseMetricValue(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN;
  if (text === 'Infinity') return Number.POSITIVE_INFINITY;
  if (text === '-Infinity') return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? undefined : value;
}
