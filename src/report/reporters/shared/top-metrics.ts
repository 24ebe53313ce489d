/** Of all metrics that a run changed the ones to show: declared ones before logged ones, the first of every stage before the second. */
import type {StageEnd} from '../../../model/event.ts';
import {changedMetrics, type MetricChange} from '../../say-run.ts';

interface Ranked {
  readonly change: MetricChange;
  /** Place among those of its stage that are declared, or logged, as it is. */
  readonly nth: number;
  /** Place in the order of reporting. */
  readonly place: number;
}

export class TopMetrics {
  readonly #most: number;
  #kept: Ranked[] = [];
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** How many changed. */
  get count(): number {
    return this.#count;
  }

  add(end: StageEnd): void {
    if (end.metrics === undefined && end.previousMetrics === undefined) return;
    const places = {declared: 0, logged: 0};
    for (const change of changedMetrics(end)) {
      const nth = change.isDeclared ? places.declared++ : places.logged++;
      this.#kept.push({change, nth, place: this.#count++});
    }
    if (this.#kept.length > 100 * this.#most) this.#kept = this.#best();
  }

  /** In the order of reporting. */
  shown(): readonly MetricChange[] {
    return this.#best()
      .sort((a, b) => a.place - b.place)
      .map(({change}) => change);
  }

  #best(): Ranked[] {
    return [...this.#kept].sort(byRank).slice(0, this.#most);
  }
}

const byRank = (a: Ranked, b: Ranked): number =>
  Number(b.change.isDeclared) - Number(a.change.isDeclared) || a.nth - b.nth || a.place - b.place;
