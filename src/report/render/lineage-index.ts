/** The nodes of a lineage by their ids, for whoever draws it. */
import type {Lineage, LineageFile, LineageResult} from '../../model/lineage.ts';

export interface LineageIndex {
  readonly files: ReadonlyMap<number, LineageFile>;
  readonly results: ReadonlyMap<number, LineageResult>;
}

export function indexLineage({files, results}: Lineage): LineageIndex {
  return {
    files: new Map(files.map((file) => [file.id, file])),
    results: new Map(results.map((result) => [result.id, result])),
  };
}
