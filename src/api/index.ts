/** LEAF: what `import ... from 'mlp-cli'` gives a project. Light on purpose: a stage imports it at run time. */
export {defineStage} from '../stages/define-stage.ts';
export type {StageContext, StageFunction} from '../stages/define-stage.ts';
