/** Semaphores for cores, memory and named tokens. A stage that asks for more than there is gets all of it, alone. */
import type {Resources} from '../model/stage.ts';

export interface Capacity {
  readonly cpu: number;
  readonly memoryBytes: number;
  /** A token that is not named here has one. */
  readonly tokens: {readonly [name: string]: number};
}

/** Fractions such as 0.2 and 0.4 add up and cancel out to a little more than they should; whole cores must fit after them. */
const ROUNDING = 1e-6;

export class ResourcePool {
  readonly #capacity: Capacity;
  #cpu = 0;
  #memoryBytes = 0;
  readonly #tokens = new Map<string, number>();

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  /** Takes what is asked for if it is free. */
  take(wanted: Resources): boolean {
    const need = this.#clamp(wanted);
    if (this.#cpu + need.cpu > this.#capacity.cpu + ROUNDING) return false;
    if (this.#memoryBytes + need.memoryBytes > this.#capacity.memoryBytes) return false;
    for (const [name, count] of need.tokens)
      if ((this.#tokens.get(name) ?? 0) + count > this.#tokenCapacity(name) + ROUNDING) return false;
    this.#add(need, 1);
    return true;
  }

  /** Gives back what `take` took for the same request. */
  give(wanted: Resources): void {
    this.#add(this.#clamp(wanted), -1);
  }

  #add(need: Need, sign: 1 | -1): void {
    this.#cpu += sign * need.cpu;
    this.#memoryBytes += sign * need.memoryBytes;
    for (const [name, count] of need.tokens) this.#tokens.set(name, (this.#tokens.get(name) ?? 0) + sign * count);
  }

  #tokenCapacity(name: string): number {
    const {tokens} = this.#capacity;
    return (Object.hasOwn(tokens, name) ? tokens[name] : undefined) ?? 1;
  }

  #clamp(wanted: Resources): Need {
    return {
      cpu: Math.min(wanted.cpu, this.#capacity.cpu),
      memoryBytes: Math.min(wanted.memoryBytes ?? 0, this.#capacity.memoryBytes),
      tokens: Object.entries(wanted.tokens).map(([name, count]) => [name, Math.min(count, this.#tokenCapacity(name))]),
    };
  }
}

interface Need {
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly tokens: readonly (readonly [string, number])[];
}
