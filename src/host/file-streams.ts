/** Files that are opened: read and written piece by piece, for tables larger than memory. */
import * as fs from 'node:fs';
import {dirname} from 'node:path';
import type {NewFile, OpenFile} from './streams-contract.ts';

/** @param trouble turns what the operating system refused into the error to throw. */
export function openForReading(absolute: string, trouble: (error: unknown) => unknown): OpenFile {
  const file = attempt(trouble, () => fs.openSync(absolute, 'r'));
  return {
    size: attempt(trouble, () => fs.fstatSync(file).size),
    read: (into, offset) =>
      attempt(trouble, () => {
        let filled = 0;
        while (filled < into.length) {
          const count = fs.readSync(file, into, filled, into.length - filled, offset + filled);
          if (count === 0) break;
          filled += count;
        }
        return filled;
      }),
    close: () => {
      fs.closeSync(file);
    },
  };
}

/** @param temp absolute path in the same folder, so that the rename is atomic. */
export function openForWriting(absolute: string, temp: string, trouble: (error: unknown) => unknown): NewFile {
  const file = attempt(trouble, () => {
    fs.mkdirSync(dirname(absolute), {recursive: true});
    return fs.openSync(temp, 'wx', 0o666);
  });
  const discard = (): void => {
    fs.closeSync(file);
    fs.rmSync(temp, {force: true});
  };
  return {
    write: (bytes) => {
      attempt(trouble, () => {
        let written = 0;
        while (written < bytes.length) written += fs.writeSync(file, bytes, written);
      });
    },
    finish: () => {
      attempt(trouble, () => {
        fs.closeSync(file);
        try {
          fs.renameSync(temp, absolute);
        } catch (error) {
          fs.rmSync(temp, {force: true});
          throw error;
        }
      });
    },
    discard,
  };
}

/** Waits until what was written to a file, or the names in a folder, would outlast a power cut. */
export function fsyncPath(absolute: string): void {
  const file = fs.openSync(absolute, 'r');
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

function attempt<T>(trouble: (error: unknown) => unknown, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw trouble(error);
  }
}
