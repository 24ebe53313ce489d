import {defineStage} from 'mlp-cli';
import {readCsv, writeCsv} from './csv.ts';

interface Params {
  readonly features: readonly string[];
  readonly label: string;
  readonly missing: readonly string[];
}

export default defineStage<Params>(({params, inputs, outputs, log, metric}) => {
  const wanted = [...params.features, params.label];
  const rows = readCsv(inputs.raw);
  const known = rows.filter((row) => wanted.every((column) => !params.missing.includes(row[column])));
  log(`${known.length} of ${rows.length} rows are complete`);
  metric('rows', known.length);
  writeCsv(outputs.clean, known);
});
