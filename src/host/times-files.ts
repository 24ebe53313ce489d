/**
 * Small files without a name, used again and again, into which the shell of a stage writes what `times` prints: cheaper
 * than a pipe for every process.
 */
import * as fs from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Ids} from './host.ts';

const LONGEST = 256;

export class TimesFiles {
  readonly #ids: Ids;
  readonly #free: number[] = [];

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  /** A file that is open for appending and empty. @throws errors of node:fs when too many files are open */
  take(): number {
    return this.#free.pop() ?? this.#create();
  }

  /** Where temporary files are to lie there may be no folder, or no room: no stage need fail for that. */
  #create(): number {
    const path = join(tmpdir(), `mlp-times-${this.#ids.random(8)}`);
    try {
      const file = fs.openSync(path, 'ax+', 0o600);
      fs.unlinkSync(path);
      return file;
    } catch {
      return fs.openSync('/dev/null', 'a+');
    }
  }

  /** @returns user and system milliseconds of everything the shell waited for; undefined when it was killed before. */
  giveBack(file: number): number | undefined {
    const bytes = Buffer.alloc(LONGEST);
    const text = bytes.toString('latin1', 0, fs.readSync(file, bytes, 0, LONGEST, 0));
    if (text !== '') fs.ftruncateSync(file, 0);
    this.#free.push(file);
    // Two lines of `0m0.123s 0m0.045s`: the shell's own, then its children's.
    const children = text.split('\n')[1];
    if (children === undefined || children === '') return undefined;
    let seconds = 0;
    for (const [, minutes, rest] of children.matchAll(/(\d+)m([\d.]+)s/g))
      seconds += Number(minutes) * 60 + Number(rest);
    return Math.round(seconds * 1000);
  }
}
