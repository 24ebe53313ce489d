/** The members of the family: a new kind is a new file and a line here. */
import {checkDrift} from './check-drift.ts';
import {checkSkew} from './check-skew.ts';
import {checkSplitKind} from './check-split.ts';
import {copy} from './copy.ts';
import {evaluate} from './evaluate.ts';
import {featurize} from './featurize.ts';
import {ingest} from './ingest.ts';
import type {StageKind} from './kind.ts';
import {packageKind} from './package.ts';
import {predict} from './predict.ts';
import {split} from './split.ts';
import {sql} from './sql.ts';
import {train} from './train.ts';
import {validate} from './validate.ts';
import {write} from './write.ts';

/** Every built-in kind, by name. */
export const stageKinds: readonly StageKind[] = [
  checkDrift,
  checkSkew,
  checkSplitKind,
  copy,
  evaluate,
  ingest,
  featurize,
  packageKind,
  predict,
  split,
  sql,
  train,
  validate,
  write,
];
