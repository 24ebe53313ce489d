/** How good probabilities of an organisation are, against the truth. */
import {ORGANISATION, PERSON} from './feature-table.ts';

const THRESHOLD = 0.5;
/** Keeps the log loss finite where a model is certain and wrong. */
const SMALLEST_PROBABILITY = 1e-15;

export interface Measures {
  readonly rows: number;
  readonly accuracy: number;
  /** Of a model that always says what is more frequent. */
  readonly majority_accuracy: number;
  /** Of the organisations. */
  readonly f1: number;
  readonly auc: number;
  readonly log_loss: number;
  /** Share of the persons that are taken for persons. */
  readonly person_recall: number;
  readonly organisation_recall: number;
  /** Truth, then answer. */
  readonly confusion: {
    readonly organisation_as_organisation: number;
    readonly organisation_as_person: number;
    readonly person_as_organisation: number;
    readonly person_as_person: number;
  };
}

export function measure(labels: readonly number[], probabilities: readonly number[]): Measures {
  const answers = probabilities.map(answerOf);
  const count = (truth: number, answer: number): number =>
    labels.filter((label, row) => label === truth && answers[row] === answer).length;
  const rows = labels.length;
  const organisations = labels.filter((label) => label === ORGANISATION).length;
  const persons = rows - organisations;
  const right = count(ORGANISATION, ORGANISATION);
  const missed = count(ORGANISATION, PERSON);
  const wrong = count(PERSON, ORGANISATION);
  const rightPersons = count(PERSON, PERSON);
  return {
    rows,
    accuracy: (right + rightPersons) / rows,
    majority_accuracy: Math.max(organisations, persons) / rows,
    f1: (2 * right) / (2 * right + missed + wrong),
    auc: areaUnderCurve(labels, probabilities),
    log_loss: logLoss(labels, probabilities),
    person_recall: rightPersons / persons,
    organisation_recall: right / organisations,
    confusion: {
      organisation_as_organisation: right,
      organisation_as_person: missed,
      person_as_organisation: wrong,
      person_as_person: rightPersons,
    },
  };
}

/** Share of right answers in each group of rows, by the group's name. */
export function recallByGroup(
  labels: readonly number[],
  probabilities: readonly number[],
  groups: readonly string[],
): Record<string, number> {
  const names = [...new Set(groups)].sort();
  return Object.fromEntries(
    names.map((name) => {
      const rows = groups.flatMap((group, row) => (group === name ? [row] : []));
      return [name, rows.filter((row) => answerOf(probabilities[row]) === labels[row]).length / rows.length];
    }),
  );
}

function answerOf(probability: number): number {
  return probability >= THRESHOLD ? ORGANISATION : PERSON;
}

function logLoss(labels: readonly number[], probabilities: readonly number[]): number {
  const losses = labels.map((label, row) => {
    const ofTruth = label === ORGANISATION ? probabilities[row] : 1 - probabilities[row];
    return -Math.log(Math.max(ofTruth, SMALLEST_PROBABILITY));
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / labels.length;
}

/** The chance that an organisation has the higher probability of a pair (Mann-Whitney); ties count half. */
function areaUnderCurve(labels: readonly number[], probabilities: readonly number[]): number {
  const order = labels.map((_, row) => row).sort((left, right) => probabilities[left] - probabilities[right]);
  let rankSum = 0;
  let start = 0;
  while (start < order.length) {
    let end = start;
    while (end < order.length && probabilities[order[end]] === probabilities[order[start]]) end += 1;
    const meanRank = (start + 1 + end) / 2;
    rankSum += meanRank * order.slice(start, end).filter((row) => labels[row] === ORGANISATION).length;
    start = end;
  }
  const organisations = labels.filter((label) => label === ORGANISATION).length;
  const persons = labels.length - organisations;
  return (rankSum - (organisations * (organisations + 1)) / 2) / (organisations * persons);
}
