/** The members of the family: a new executor is a new file and a line here. */
import type {ExecutorMember} from './executor.ts';
import {local} from './local.ts';

/** In the order in which `mlp doctor` shows them. */
export const executors: readonly ExecutorMember[] = [local];
