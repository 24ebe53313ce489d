import {randomBytes} from 'node:crypto';
import type {Ids} from './host.ts';

const POOL_BYTES = 1024;

/** Random ids from the operating system. */
export function createIds(): Ids {
  // Asking the system for each of them costs more than the file that one of them names.
  let pool = Buffer.alloc(0);
  let used = 0;
  return {
    random: (bytes) => {
      if (used + bytes > pool.length) {
        pool = randomBytes(Math.max(POOL_BYTES, bytes));
        used = 0;
      }
      used += bytes;
      return pool.toString('hex', used - bytes, used);
    },
  };
}
