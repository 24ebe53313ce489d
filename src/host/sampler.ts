/** Keeps the largest memory of running work, looked at again and again by one shared timer. */

/** Soon after the start, so that only very short work has no figure. */
const FIRST_MS = 30;
const EVERY_MS = 250;

export interface Sample {
  readonly rssBytes: number;
  readonly cpuMs: number;
}

export class Sampler {
  readonly #watched = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  /** Watches work until `stop` is called. */
  watch(sample: () => Sample | undefined): Watch {
    let peakRssBytes: number | undefined;
    let last: Sample | undefined;
    const look = (): Sample | undefined => {
      const now = sample();
      if (now && now.rssBytes > 0) {
        last = now;
        peakRssBytes = Math.max(peakRssBytes ?? 0, now.rssBytes);
      }
      return now;
    };
    const first = setTimeout(look, FIRST_MS).unref();
    this.#watched.add(look);
    this.#timer ??= setInterval(() => {
      for (const each of this.#watched) each();
    }, EVERY_MS).unref();
    return {
      look,
      stop: () => {
        clearTimeout(first);
        this.#watched.delete(look);
        if (this.#watched.size === 0) {
          clearInterval(this.#timer);
          this.#timer = undefined;
        }
        return {peakRssBytes, last};
      },
    };
  }
}

export interface Watch {
  /** Looks at this moment. */
  look(): Sample | undefined;
  /** Ends the watch. @returns what was seen, undefined when there was no time to look. */
  stop(): {readonly peakRssBytes: number | undefined; readonly last: Sample | undefined};
}
