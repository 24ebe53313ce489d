/** JSON that another stage, or a person, wrote. */
import type {Json} from '../../base/json.ts';
import type {Host} from '../../host/host.ts';

/** @throws Error that names the file when it is no JSON. FileTrouble when it cannot be read. */
export function readJsonFile({files}: Host, path: string): Json {
  const text = files.readText(path);
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`\`${path}\` is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
