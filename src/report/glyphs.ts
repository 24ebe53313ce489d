/** The few characters beyond ASCII that mlp prints, and what stands for them where only ASCII can be shown. */

export interface Glyphs {
  readonly done: string;
  readonly restored: string;
  readonly failed: string;
  readonly stopped: string;
  readonly notRun: string;
  readonly waiting: string;
  readonly retry: string;
  readonly arrow: string;
  readonly from: string;
  readonly dash: string;
  /** Between facts on one line. */
  readonly dot: string;
  readonly ellipsis: string;
}

const unicodeGlyphs: Glyphs = {
  done: '✓',
  restored: '↺',
  failed: '✗',
  stopped: '■',
  notRun: '·',
  waiting: '…',
  retry: '↻',
  arrow: '→',
  from: '←',
  dash: '—',
  dot: '·',
  ellipsis: '…',
};

const asciiGlyphs: Glyphs = {
  done: '+',
  restored: '~',
  failed: 'x',
  stopped: '!',
  notRun: '-',
  waiting: '.',
  retry: '@',
  arrow: '->',
  from: '<-',
  dash: '-',
  dot: '|',
  ellipsis: '...',
};

export function glyphsFor(unicode: boolean): Glyphs {
  return unicode ? unicodeGlyphs : asciiGlyphs;
}
