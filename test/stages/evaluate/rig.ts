/** Predictions files of a fair model, and `evaluate` over them. */
import type {Json} from '../../../src/base/json.ts';
import type {Host} from '../../../src/host/host.ts';
import {evaluate} from '../../../src/stages/evaluate.ts';
import {Random} from '../../../src/stats/random.ts';
import {tempHost} from '../../host/rig.ts';
import {runKind} from '../kind-rig.ts';

export const OUTS = {
  metrics: 'out/metrics.json',
  gates: 'out/gates.json',
  details: 'out/details.json',
  html: 'out/report.html',
  markdown: 'out/report.md',
  vega: 'out/vega',
};

/** A CSV of 400 rows of a fair model, of two countries; `spoilt` rows are wrong. */
export function predictionsCsv(spoilt = 0, seed = 'rows'): string {
  const random = new Random(seed);
  const lines = Array.from({length: 400}, (_, row) => {
    const truth = random.uniform() < 0.5 ? 'yes' : 'no';
    const isUsual = random.uniform() < 0.9;
    const isRight = row >= spoilt && isUsual;
    const pred = isRight ? truth : truth === 'yes' ? 'no' : 'yes';
    const p = (pred === 'yes' ? 0.5 : 0) + random.uniform() / 2;
    return `${row},${truth},${pred},${p},${row % 4 === 0 ? 'LT' : 'LV'},${random.below(2) === 0 ? 'f' : 'm'}`;
  });
  return `row_id,y_true,y_pred,p_yes,country,gender\n${lines.join('\n')}\n`;
}

export const run = (
  host: Host,
  settings: Json,
  inputs: {readonly [name: string]: string} = {predictions: 'p.csv'},
  outputs: {readonly [name: string]: string} = OUTS,
) => runKind(host, evaluate, settings, {inputs, outputs});

export const messageOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

export function hostWith(csv: string): Host {
  const host = tempHost();
  host.files.writeAtomic('p.csv', csv);
  return host;
}

export interface Metrics {
  readonly accuracy: {readonly value: number; readonly lo: number};
}

export interface Gates {
  readonly state: string;
  readonly gates: readonly {readonly gate: string; readonly state: string}[];
}

export interface Details {
  readonly importance: {
    readonly groups: readonly {readonly name: string; readonly mean: number}[];
    readonly notices: readonly string[];
  };
  readonly partial_dependence: readonly {
    readonly feature: string;
    readonly of: string;
    readonly points: readonly {readonly prediction: number}[];
  }[];
}

export const read = (host: Host, path: string): unknown => JSON.parse(host.files.readText(path));
export const gatesOf = (host: Host): Gates => read(host, OUTS.gates) as Gates;
export const detailsOf = (host: Host): Details => read(host, OUTS.details) as Details;
