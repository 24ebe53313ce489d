/** Entry of the module that a worker thread loads to run a built-in kind (`dist/run-kind.js`). */
import type {Json} from '../base/json.ts';
import type {Host} from '../host/host.ts';
import type {StageContext} from './define-stage.ts';
import {stageKinds} from './index.ts';
import type {KindTools} from './kind.ts';

/** @param chosen the kind's name and its settings, checked by its schema before. */
export async function runKind(
  context: StageContext,
  chosen: {readonly uses: string; readonly settings: Json},
  host: Host,
  tools: KindTools,
): Promise<void> {
  const kind = stageKinds.find((candidate) => candidate.name === chosen.uses);
  if (!kind) throw new Error(`there is no built-in stage \`${chosen.uses}\` in this version of mlp`);
  await kind.run(context, chosen.settings, host, tools);
}
