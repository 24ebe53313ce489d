import {createHash} from 'node:crypto';
import {defineStage} from 'mlp-cli';
import {readEntities, writeEntities} from './lib/entities.ts';

interface Params {
  readonly split: {readonly salt: string; readonly train_share: number};
}

/** A number in [0, 1) that depends on nothing but the name: a name never changes sides when the table grows. */
function placeOf(name: string, salt: string): number {
  return createHash('sha256').update(`${salt}\n${name}`).digest().readUInt32BE() / 2 ** 32;
}

/** Both tables are in the order of the hashes, so that the first rows of each are a random sample of it. */
export default defineStage<Params>(({params, inputs, outputs, metric}) => {
  const {salt, train_share: trainShare} = params.split;
  const placed = readEntities(inputs.entities)
    .map((entity) => ({entity, place: placeOf(entity.name, salt)}))
    .sort((left, right) => left.place - right.place);

  const train = placed.filter(({place}) => place < trainShare);
  const test = placed.filter(({place}) => place >= trainShare);
  writeEntities(
    outputs.train,
    train.map(({entity}) => entity),
  );
  writeEntities(
    outputs.test,
    test.map(({entity}) => entity),
  );
  metric('train_rows', train.length);
  metric('test_rows', test.length);
});
