/**
 * `.mlp/pipeline.schema.json`: a copy of the JSON Schema for editors. The first line of pipeline.yaml can name it wherever
 * mlp is installed, globally too; a clone gets it with its first run, an upgrade replaces it.
 */
import {FileTrouble, type Host} from '../host/host.ts';
import {packageFile} from '../host/module-entry.ts';

export const EDITOR_SCHEMA = '.mlp/pipeline.schema.json';

/** @param folder of the project. An editor can do without, so trouble in writing is none. */
export function writeEditorSchema({files}: Host, folder = '.'): void {
  const source = packageFile('dist/pipeline.schema.json');
  const target = `${folder}/${EDITOR_SCHEMA}`;
  const size = files.stat(source)?.size;
  try {
    if (size !== undefined && files.stat(target)?.size !== size) files.writeAtomic(target, files.readBytes(source));
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
  }
}
