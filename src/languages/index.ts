/** The list of the family. */
import type {Language} from './language.ts';
import {createPython} from './python.ts';
import {createR} from './r.ts';
import {createShell} from './shell.ts';
import {createTypescript, type TypescriptOptions} from './typescript.ts';

export type LanguageOptions = TypescriptOptions;

/** All members; for one command at most one of them has entries for each of its words. */
export const createLanguages = (options: LanguageOptions): readonly Language[] => [
  createTypescript(options),
  createPython(),
  createR(),
  createShell(),
];
