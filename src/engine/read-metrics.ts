/**
 * Numbers that a stage wrote: declared metrics files (JSON, YAML, CSV) and lines appended to MLP_METRICS. Nested keys are
 * joined with dots; texts and nulls are no metrics; NaN and infinities may be written as numbers of YAML or as texts. A
 * measurement with its interval, `{value, lo, hi}` and what else it says, is one metric: the value.
 */
import type {Metric} from '../model/metric.ts';
import {parseMetricValue} from '../model/metric.ts';

export type MetricsReply =
  {readonly ok: true; readonly metrics: readonly Metric[]} | {readonly ok: false; readonly message: string};

/** YAML is loaded on use by whoever wires the engine. */
export type ParseYaml = (text: string) => Promise<unknown>;

/** @param path decides the format by its ending; anything but .yaml, .yml and .csv is read as JSON. */
export async function readMetricsFile(path: string, text: string, parseYaml: ParseYaml): Promise<MetricsReply> {
  try {
    if (path.endsWith('.csv')) return {ok: true, metrics: readCsv(text, path)};
    const value: unknown = /\.ya?ml$/.test(path) ? await parseYaml(text) : JSON.parse(jsonWithSpecials(text));
    const metrics: Metric[] = [];
    collect(value, undefined, path, metrics);
    return {ok: true, metrics};
  } catch (error) {
    return {
      ok: false,
      message: `the metrics file \`${path}\` cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** Python's json module writes NaN and Infinity bare; they become texts, which `collect` turns into numbers again. */
function jsonWithSpecials(text: string): string {
  // Whole stretches at once: a text of millions of signs, such as an image, would exhaust the stack sign by sign.
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/g, (found) =>
    found.startsWith('"') ? found : `"${found}"`,
  );
}

/** @param path the keys down to the value, joined; undefined for the whole file, since a key may be an empty text. */
function collect(value: unknown, path: string | undefined, source: string, into: Metric[]): void {
  const name = path ?? 'value';
  if (typeof value === 'number') into.push({name, value, source});
  else if (typeof value === 'boolean') into.push({name, value: value ? 1 : 0, source});
  else if (typeof value === 'string') {
    if (/^-?Infinity$|^NaN$/.test(value)) into.push({name, value: parseMetricValue(value) ?? Number.NaN, source});
  } else if (Array.isArray(value)) {
    value.forEach((member, index) => collect(member, `${path ?? ''}[${index}]`, source, into));
  } else if (typeof value === 'object' && value !== null) {
    if (isMeasurement(value)) collect(value.value, path, source, into);
    else
      for (const [key, member] of Object.entries(value))
        collect(member, path === undefined ? key : `${path}.${key}`, source, into);
  }
}

/** An end of the interval that is nowhere is null. */
function isMeasurement(value: object): value is {readonly value: number} {
  return 'value' in value && typeof value.value === 'number' && 'lo' in value && 'hi' in value;
}

/**
 * Two columns whose second is a number are name,value, with a header or without; else the header names the columns and each
 * row is a step.
 */
function readCsv(text: string, source: string): readonly Metric[] {
  const [header, ...body] = csvRows(text);
  if (header === undefined) return [];
  const isNumber = (field: string | undefined): boolean => parseMetricValue(field ?? '') !== undefined;
  const isMetric = !isNumber(header[0]) && isNumber(header[1]);
  if (
    header.length === 2 &&
    body.every(([, value]) => isNumber(value)) &&
    (body.some(([name]) => !isNumber(name)) || (isMetric && body.length === 0))
  ) {
    return (isMetric ? [header, ...body] : body).map(([name, value]) => ({
      name: name ?? '',
      value: parseMetricValue(value ?? '') ?? Number.NaN,
      source,
    }));
  }
  const stepColumn = header.findIndex((name) => /^(step|epoch|iteration)$/i.test(name));
  return body.flatMap((row, index) =>
    header.flatMap((name, column) => {
      const value = parseMetricValue(row[column] ?? '');
      if (column === stepColumn || value === undefined) return [];
      const step = stepColumn < 0 ? index : (parseMetricValue(row[stepColumn] ?? '') ?? index);
      return [{name, value, source, ...(body.length === 1 && stepColumn < 0 ? {} : {step})}];
    }),
  );
}

/** Fields in double quotes may hold commas and line ends. Empty lines are left out. */
function csvRows(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|\r|$)/gy)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

/**
 * Lines of MLP_METRICS: {"step": 3, "loss": 0.12}, or {"name": "f1", "value": 0.9, "step": 3}. A last line without a line
 * end is one that was cut off by a crash: it is left out. Lines that are no JSON objects are counted, not fatal.
 */
export function readMetricLines(
  text: string,
  source: string,
): {readonly metrics: readonly Metric[]; readonly unread: number} {
  const metrics: Metric[] = [];
  let unread = 0;
  const lines = text.split('\n');
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const read = index === lines.length - 1 && !text.endsWith('\n') ? undefined : metricsOfLine(line, source);
    if (read === undefined) unread++;
    else metrics.push(...read);
  });
  return {metrics, unread};
}

function metricsOfLine(line: string, source: string): readonly Metric[] | undefined {
  try {
    const value: unknown = JSON.parse(jsonWithSpecials(line));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const {step, ...rest} = value as Record<string, unknown>;
    const found: Metric[] = [];
    if (typeof rest['name'] === 'string' && rest['value'] !== undefined)
      collect(rest['value'], rest['name'], source, found);
    else collect(rest, undefined, source, found);
    return typeof step === 'number' ? found.map((metric) => ({...metric, step})) : found;
  } catch {
    return undefined;
  }
}
