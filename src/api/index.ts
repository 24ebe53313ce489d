/** LEAF: what `import ... from 'mlp-cli'` gives a project. Light on purpose: a stage imports it at run time. */
import type {Project} from './types.ts';

export {defineStage} from '../stages/define-stage.ts';
export type {StageContext, StageFunction} from '../stages/define-stage.ts';
export {MlpError} from './mlp-error.ts';
export type {MlpErrorCode} from './mlp-error.ts';
export type * from './types.ts';

/**
 * Opens the project in or above a folder, by default the one in which the process stands.
 * @throws MlpError `not-found` when there is no pipeline.yaml
 */
export async function openProject(folder = '.'): Promise<Project> {
  const {openProjectFolder} = await import('./project.ts');
  return openProjectFolder(folder);
}
