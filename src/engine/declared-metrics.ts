/** The numbers in the metrics files that a stage declares, as they are on disk. */
import type {Host} from '../host/host.ts';
import type {Failure} from '../model/job.ts';
import type {Metric} from '../model/metric.ts';
import type {OutSpec} from '../model/stage.ts';
import {readMetricsFile, type ParseYaml} from './read-metrics.ts';

/** @throws FileTrouble */
export async function readDeclaredMetrics(
  outs: readonly Pick<OutSpec, 'path' | 'role'>[],
  {host, parseYaml}: {readonly host: Host; readonly parseYaml: ParseYaml},
): Promise<{readonly metrics: readonly Metric[]} | {readonly failure: Failure}> {
  const metrics: Metric[] = [];
  for (const out of outs) {
    if (out.role !== 'metrics') continue;
    const stat = host.files.stat(out.path);
    if (stat === undefined) continue;
    const read =
      stat.type === 'file'
        ? await readMetricsFile(out.path, host.files.readText(out.path), parseYaml)
        : ({ok: false, message: `\`${out.path}\` is a folder: name the files in it under \`metrics\``} as const);
    if (!read.ok)
      return {
        failure: {
          class: 'wrong-output',
          message: read.message,
          hint: 'metrics are JSON, YAML or CSV with numbers as values',
        },
      };
    if (read.metrics.length === 0)
      return {
        failure: {
          class: 'missing-metric',
          message: `the metrics file \`${out.path}\` holds no number`,
          hint: 'texts are no metrics: write numbers without quotes, or list the file under `outs`',
        },
      };
    metrics.push(...read.metrics);
  }
  return {metrics};
}
