/** What a TypeScript stage is written against: `export default defineStage(async ({params, inputs, outputs}) => { ... })`. */

import type {StageContext} from '../model/stage-context.ts';

export type {StageContext} from '../model/stage-context.ts';

export type StageFunction<Params = Record<string, unknown>> = (context: StageContext<Params>) => Promise<void> | void;

/** Gives a stage function its types; returns it unchanged. */
export function defineStage<Params = Record<string, unknown>>(stage: StageFunction<Params>): StageFunction<Params> {
  return stage;
}
