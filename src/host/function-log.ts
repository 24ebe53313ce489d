/** Inside the thread of a function: everything that it prints goes to its log, synchronously, so that nothing is lost. */
import * as fs from 'node:fs';

type Callback = (error?: Error | null) => void;

/** Replaces the streams of this thread; `console` writes to them. @returns a function that appends a text. */
export function redirectOutput(logFile: string): (text: string) => void {
  const log = fs.openSync(logFile, 'a');
  const append = (chunk: string | Uint8Array, encoding?: BufferEncoding): void => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    for (let written = 0; written < bytes.length;) written += fs.writeSync(log, bytes, written);
  };
  const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Callback, callback?: Callback): boolean => {
    append(chunk, typeof encoding === 'string' ? encoding : undefined);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
  // The default listener prints warnings on the stderr of the whole process.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    append(`${warning.name}: ${warning.message}\n`);
  });
  return append;
}
