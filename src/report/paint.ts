/**
 * Colours by meaning. Whoever paints is handed a Paint; whether colours are wanted (NO_COLOR, FORCE_COLOR, a terminal)
 * was decided by the caller. Colour never carries meaning alone.
 */

export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly info: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

export type Style = keyof Paint | 'none';

const same = (text: string): string => text;

/** Paints nothing. */
export const plainPaint: Paint = {good: same, bad: same, warn: same, info: same, dim: same, bold: same};

/** Loads chalk, but only where colours are wanted. */
export async function loadPaint(colour: boolean): Promise<Paint> {
  if (!colour) return plainPaint;
  const {Chalk} = await import('chalk');
  // Level 1: the 16 colours that the user's own theme decides. Forced, since chalk would look at the environment.
  const chalk = new Chalk({level: 1});
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    warn: (text) => chalk.yellow(text),
    info: (text) => chalk.cyan(text),
    dim: (text) => chalk.dim(text),
    bold: (text) => chalk.bold(text),
  };
}

/** Paints a text in one style; an empty text stays empty. */
export function painted(paint: Paint, style: Style, text: string): string {
  return style === 'none' || text === '' ? text : paint[style](text);
}
