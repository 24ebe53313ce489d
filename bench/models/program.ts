/**
 * What bench/suites/models.mjs runs in a process of its own: `program.js FOLDER MODEL THREADS TREES` trains one model on
 * FOLDER/train, predicts FOLDER/test, and prints what it cost as JSON.
 */
import {openHost} from '../../src/host/open-host.ts';
import {classTarget} from '../../src/ml/labels.ts';
import {decodeModel, encodeModel} from '../../src/ml/model-file.ts';
import {predictModel} from '../../src/ml/predict.ts';
import {trainModel} from '../../src/ml/train-model.ts';
import {readFeatures} from '../../src/stages/shared/feature-files.ts';
import {threadCrew} from '../../src/stages/shared/thread-crew.ts';
import {modelSettings, type TrainSettings} from '../../src/stages/train/settings.ts';
import {delong} from '../../src/stats/ranking.ts';

const [folder = '', name = '', threads = '1', trees = '200'] = process.argv.slice(2);
const settings = {
  logistic: {model: 'logistic'},
  forest: {model: 'forest', trees: Number(trees)},
  boosting: {model: 'boosting', iterations: Number(trees)},
  net: {model: 'net', epochs: 10},
}[name] as unknown as TrainSettings;

const host = openHost(folder);
async function rows(part: string, known?: readonly string[]) {
  const {matrix, kept} = await readFeatures(host, part);
  const label = kept.columns.find((column) => column.name === 'label');
  if (label === undefined) throw new Error('the features have no label');
  return {matrix, target: classTarget(label, matrix.rows, known)};
}

function costOf<Result>(action: () => Result): {result: Result; cpu: () => number; wall: () => number} {
  const [cpuBefore, wallBefore] = [process.cpuUsage(), performance.now()];
  const result = action();
  const cpu = () => {
    const {user, system} = process.cpuUsage(cpuBefore);
    return (user + system) / 1e6;
  };
  return {result, cpu, wall: () => (performance.now() - wallBefore) / 1000};
}

const set = await rows('train');
if (set.target.kind !== 'classification') throw new Error('the label is no class');
const test = await rows('test', set.target.classes);
const request = {set, settings: modelSettings(settings, 'classification'), earlyStopping: false, validationShare: 0.1};
const quiet = {metric: () => undefined, progress: () => undefined, check: () => undefined};
const training = costOf(() =>
  trainModel({...request, seed: 1, described: null}, threadCrew(host, Number(threads)), quiet),
);
const {model, scores} = await training.result;
const [cpu, wall] = [training.cpu(), training.wall()];
const bytes = encodeModel(model);
const prediction = costOf(() => predictModel(decodeModel(bytes), test.matrix));
const predictCpu = prediction.cpu();
const probabilities = prediction.result.probabilities ?? new Float64Array();
const codes = test.target.kind === 'classification' ? test.target.codes : new Int32Array();
const second = Float64Array.from(codes, (_, row) => probabilities[2 * row + 1] ?? Number.NaN);
const right = codes.filter((code, row) => code === ((second[row] ?? 0) > 0.5 ? 1 : 0)).length;
const ranked = delong(Uint8Array.from(codes), second)?.auc;
const result = {
  cpu,
  wall,
  predictCpu,
  accuracy: right / codes.length,
  auc: ranked,
  bytes: bytes.length,
  rssMb: process.resourceUsage().maxRSS / 1024,
  scores,
};
host.output.out(`${JSON.stringify(result)}\n`);
