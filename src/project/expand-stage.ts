/** The branches of a dynamic stage: reads what it goes through, and lets config do the rest. */
import {err, type Result} from '../base/result.ts';
import {FileTrouble, type Host} from '../host/host.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {DynamicSpec, StageSpec} from '../model/stage.ts';

export async function expandStage(
  dynamic: DynamicSpec,
  host: Host,
): Promise<Result<readonly StageSpec[], readonly Diagnostic[]>> {
  const [{expandDynamic, expandItems}, {stageKinds}] = await Promise.all([
    import('../config/expand.ts'),
    import('../stages/index.ts'),
  ]);
  const content = readOver(dynamic, host);
  if (!content.ok) return content;
  const items = expandItems(content.value, dynamic);
  return items.ok ? expandDynamic(dynamic, items.value, stageKinds) : err([items.error]);
}

function readOver(
  {over, name, place}: DynamicSpec,
  {files}: Host,
): Result<string | readonly string[], readonly Diagnostic[]> {
  const path = over.kind === 'json' ? over.path : over.folder;
  const wanted = over.kind === 'json' ? 'file' : 'dir';
  const found = files.stat(path)?.type;
  try {
    if (found === wanted) {
      const value =
        over.kind === 'json'
          ? files.readText(path)
          : [...files.walk(path)].filter(({stat}) => stat.type !== 'dir').map((entry) => entry.path);
      return {ok: true, value};
    }
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    return err([
      {code: 'unreadable-items', severity: 'error', message: error.message, ...(place === undefined ? {} : {place})},
    ]);
  }
  const message = `\`${name}\` goes through \`${path}\`, which is ${found === undefined ? 'not there' : `not a ${wanted === 'dir' ? 'folder' : 'file'}`}`;
  return err([{code: 'unreadable-items', severity: 'error', message, ...(place === undefined ? {} : {place})}]);
}
