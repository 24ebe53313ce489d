import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {defineStage} from 'mlp-cli';
import {loadDanfo} from './lib/danfo.ts';

interface Params {
  readonly clean: {readonly test_share: number};
}

/** Names that need no quotes in any of the three languages. */
const COLUMNS = {
  Species: 'species',
  Island: 'island',
  Sex: 'sex',
  'Beak Length (mm)': 'beak_length_mm',
  'Beak Depth (mm)': 'beak_depth_mm',
  'Flipper Length (mm)': 'flipper_length_mm',
  'Body Mass (g)': 'body_mass_g',
};
/** One column of each set of ones and zeros follows from the others. */
const REDUNDANT = ['species_Adelie', 'island_Torgersen'];
const UNKNOWN_SEX = '.';

/** A number in [0, 1) that depends on the row alone, so that a row never changes sides. */
function placeOf(id: number): number {
  return createHash('sha256').update(`penguin ${id}`).digest().readUInt32BE() / 2 ** 32;
}

export default defineStage<Params>(async ({params, inputs, outputs, metric}) => {
  const {DataFrame, getDummies, toCSV} = await loadDanfo();
  const records: Record<string, string | number | null>[] = JSON.parse(readFileSync(inputs.penguins, 'utf8'));

  // The number of a row in the source says later which penguin was meant.
  const all = new DataFrame(records.map((record, id) => ({id, ...record}))).rename(COLUMNS);
  const whole = all.dropNa({axis: 1}).resetIndex();
  const known = whole.query(whole.column('sex').values.map((sex) => sex !== UNKNOWN_SEX)).resetIndex();
  const table = getDummies(known, {columns: ['species', 'island']}).drop({columns: REDUNDANT});

  const isTest = table.column('id').values.map((id) => placeOf(Number(id)) < params.clean.test_share);
  const parts = {train: table.query(isTest.map((is) => !is)), test: table.query(isTest)};
  writeFileSync(outputs.train, String(toCSV(parts.train)));
  writeFileSync(outputs.test, String(toCSV(parts.test)));
  metric('rows', records.length);
  metric('train_rows', parts.train.shape[0]);
  metric('test_rows', parts.test.shape[0]);
});
