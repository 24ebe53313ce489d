/** Settings that may name a packaged model. */
import {MODEL_INPUT} from '../../model/stage.ts';
import type {KindDep} from '../kind.ts';

/** Whether a setting names a packaged model: `approved`, `NAME@approved`, `NAME@ALIAS`, `NAME@3`; else it is a file. */
export const isModel = (text: string): boolean => /^(?:approved|[^/@]+@[\w-]+)$/.test(text);

/** The version that an input is, such as `names@3`. */
export const versionOf = (input: string): string => input.slice(MODEL_INPUT.length);

/** The setting `reference`: a table, a profile, or a packaged model, of which the profile counts. */
export const referenceDep = (reference: string): KindDep =>
  isModel(reference) ? {model: reference, part: 'profile'} : {path: reference};
