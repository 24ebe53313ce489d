/**
 * Plots as Vega-Lite v5 specs with their data inside, for any viewer of Vega. Each says in `usermeta` which template of DVC it is
 * (`linear`, `confusion`, `bar_horizontal_sorted`, ...) and which fields are its axes, as DVC's viewers want to know.
 */
import type {Json, JsonObject} from '../../base/json.ts';
import type {EvaluationView} from '../../report/views/evaluation.ts';

/** Name of the file -> spec. */
export function vegaSpecs({
  confusion,
  curves,
  bars,
}: EvaluationView): readonly (readonly [name: string, spec: JsonObject])[] {
  const taken = new Set(confusion === undefined ? [] : ['confusion', 'confusion_normalized']);
  const named = (title: string): string => {
    const name =
      title
        .toLowerCase()
        .replace(/:.*$/, '')
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^_+|_+$/g, '') || 'plot';
    let free = name;
    for (let count = 2; taken.has(free); count += 1) free = `${name}_${count}`;
    taken.add(free);
    return free;
  };
  return [
    ...(confusion === undefined ? [] : confusionSpecs(confusion)),
    ...curves.map((curve): readonly [string, JsonObject] => [named(curve.title), curveSpec(curve)]),
    ...bars.map((chart): readonly [string, JsonObject] => [named(chart.title), barSpec(chart)]),
  ];
}

function spec(
  title: string,
  template: string,
  axes: readonly [string, string],
  values: readonly Json[],
  rest: JsonObject,
): JsonObject {
  const [x, y] = axes;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title,
    usermeta: {dvc: {template, x, y}},
    data: {values},
    width: 300,
    height: 300,
    ...rest,
  };
}

const field = (name: string, type: string, title = name): JsonObject => ({field: name, type, title});

function confusionSpecs({
  labels,
  counts,
}: NonNullable<EvaluationView['confusion']>): readonly (readonly [string, JsonObject])[] {
  const values = counts.flatMap((row, actual) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({
      actual: labels[actual] ?? '',
      predicted: labels[predicted] ?? '',
      count,
      share: total > 0 ? count / total : 0,
    }));
  });
  const of = (shown: 'count' | 'share', template: string): JsonObject =>
    spec('Confusion matrix', template, ['actual', 'predicted'], values, {
      encoding: {x: field('predicted', 'nominal'), y: field('actual', 'nominal')},
      layer: [
        {mark: 'rect', encoding: {color: field(shown, 'quantitative')}},
        {mark: 'text', encoding: {text: {...field(shown, 'quantitative'), ...(shown === 'share' && {format: '.2f'})}}},
      ],
    });
  return [
    ['confusion', of('count', 'confusion')],
    ['confusion_normalized', of('share', 'confusion_normalized')],
  ];
}

function curveSpec({title, x, series}: EvaluationView['curves'][number]): JsonObject {
  const values = series.flatMap(({name, points}) =>
    points.map((point, step) => ({
      series: name,
      step,
      x: point.x,
      y: point.y,
      ...(point.low !== undefined && {low: point.low, high: point.high ?? null}),
    })),
  );
  const hasIntervals = series.some(({points}) => points.some(({low}) => low !== undefined));
  const line: JsonObject = {
    mark: {type: 'line', point: hasIntervals},
    encoding: {y: field('y', 'quantitative', ''), order: field('step', 'quantitative')},
  };
  const rule: JsonObject = {mark: 'rule', encoding: {y: field('low', 'quantitative', ''), y2: {field: 'high'}}};
  return spec(title, 'linear', ['x', 'y'], values, {
    encoding: {x: field('x', 'quantitative', x), color: field('series', 'nominal', '')},
    layer: hasIntervals ? [line, rule] : [line],
  });
}

function barSpec({title, axis, bars}: EvaluationView['bars'][number]): JsonObject {
  const values = bars.map(({label, value, low, high}) => ({
    label,
    value,
    ...(low !== undefined && {low, high: high ?? null}),
  }));
  return spec(title, 'bar_horizontal_sorted', ['value', 'label'], values, {
    encoding: {y: {...field('label', 'nominal', ''), sort: '-x'}},
    layer: [
      {mark: 'bar', encoding: {x: field('value', 'quantitative', axis)}},
      {mark: 'rule', encoding: {x: field('low', 'quantitative', ''), x2: {field: 'high'}}},
    ],
  });
}
