/** What `mlp metrics` and `mlp params` show, as plain data. */
import type {Json} from '../../base/json.ts';
import type {CurvePoint} from '../../model/diff.ts';

interface ValuesView {
  /** Of what: `workspace`, `run 41`, `HEAD (1a2b3c4)`. */
  readonly of: string;
  /** What could not be read, in sentences. */
  readonly notices: readonly string[];
}

export interface MetricsView extends ValuesView {
  readonly metrics: readonly {
    readonly stage: string;
    readonly name: string;
    readonly source: string;
    /** Of a curve the last one. */
    readonly value: number;
    readonly points: readonly CurvePoint[];
  }[];
}

export interface ParamsView extends ValuesView {
  readonly params: readonly {readonly stage: string; readonly path: string; readonly value: Json}[];
}
