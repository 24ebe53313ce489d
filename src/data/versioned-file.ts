/** JSON files of mlp's own that begin with their version. */
import {isJsonObject, type Json, type JsonObject} from '../base/json.ts';

/** What a file is called in messages: `findings.json`, `findings file`. */
export interface FileWords {
  readonly name: string;
  readonly what: string;
}

/** Says that a file is not what it should be. */
export const notA = ({name, what}: FileWords, why: string): Error => new Error(`\`${name}\` is no ${what}: ${why}`);

/** @throws Error that says why the text is no such file, or that it is one of a newer mlp. */
export function parseVersioned(text: string, words: FileWords, version: number): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw notA(words, error instanceof Error ? error.message : String(error));
  }
  if (!isJsonObject(value)) throw notA(words, 'it is not an object');
  const {version: written} = value;
  if (typeof written === 'number' && written > version)
    throw new Error(
      `\`${words.name}\` is a ${words.what} of version ${String(written)}, this mlp reads version ${String(version)}: ` +
        'make it again, or use a newer mlp',
    );
  if (written !== version) throw notA(words, 'it has no `version`');
  return value;
}
