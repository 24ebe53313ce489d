/** `mlp metrics [REF]`: the numbers of every stage, of the workspace or of any other state. */
import {metricSeries} from '../../history/diff-metrics.ts';
import {metricsCsv, renderMetrics} from '../../report/render/values.ts';
import type {MetricsView} from '../../report/views/values.ts';
import type {CommandMember} from '../command.ts';
import {defineValues} from '../show-values.ts';

export const metricsCommand: CommandMember = {
  name: 'metrics',
  summary: 'the metrics of every stage: in the workspace, a run, a Git revision or a file',
  examples: [
    ['mlp metrics', 'of what is on disk'],
    ['mlp metrics main', 'as they were committed, without a checkout'],
    ['mlp metrics last --format csv > metrics.csv', 'all points of all curves'],
  ],
  define(command, context) {
    defineValues<MetricsView>(command, context, {
      type: 'metrics',
      view: (snapshot) => ({
        of: snapshot.label,
        metrics: metricSeries(snapshot).map(({stage, name, source, value, points}) => ({
          stage,
          name,
          source,
          value,
          points,
        })),
        notices: snapshot.notices ?? [],
      }),
      text: renderMetrics,
      csv: metricsCsv,
    });
  },
};
