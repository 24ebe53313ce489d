/**
 * Long texts (key documents, pieces of code, reasons) are kept deflated; short ones stay readable: setting
 * up zlib takes longer than all the rest of a commit, for the hundred bytes that it saves of them. The type of the cell says
 * which it is.
 */
import type {StoreOptions} from './database.ts';

const WORTH_DEFLATING = 512;

/** @param from how long a text must be. */
export function packText(
  text: string,
  options: Pick<StoreOptions, 'deflate'>,
  from: number = WORTH_DEFLATING,
): string | Uint8Array {
  return text.length < from ? text : options.deflate(text);
}

export function unpackText(cell: string | Uint8Array, options: Pick<StoreOptions, 'inflate'>): string {
  return typeof cell === 'string' ? cell : options.inflate(cell);
}

/** JSON with the version of its shape in front, so that a later mlp can tell old from new. */
export function versioned(version: number, value: unknown): string {
  return `[${String(version)},${JSON.stringify(value)}]`;
}

/** The inverse of `versioned`. @returns undefined for a version that this mlp does not know. */
export function readVersioned<T>(text: string, version: number): T | undefined {
  const [found, value] = JSON.parse(text) as [number, T];
  return found === version ? value : undefined;
}
