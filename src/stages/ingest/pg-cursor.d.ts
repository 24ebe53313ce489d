/** The part of pg-cursor that is used here; the package has no types. */
declare module 'pg-cursor' {
  import type {FieldDef, QueryConfig, Submittable} from 'pg';

  type Cell = string | null;

  export default class Cursor implements Submittable {
    constructor(
      text: string,
      values: readonly unknown[],
      config: {rowMode: 'array'; types: NonNullable<QueryConfig['types']>},
    );
    submit: Submittable['submit'];
    /** Calls back with at most `count` rows; none are left when there are fewer. */
    read(
      count: number,
      done: (error: Error | undefined | null, rows: Cell[][], result: {fields: FieldDef[]}) => void,
    ): void;
  }
}
