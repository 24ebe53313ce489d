/** Text of `mlp verify BUNDLE`. */
import {quoteName, safeText} from '../../base/display.ts';
import {formatBytes, plural} from '../../base/format.ts';
import {lookOf, type Look, type LookOptions} from '../look.ts';
import type {BundleView} from '../views/bundle.ts';

/** @returns text that ends with a line end. */
export function renderBundle(view: BundleView, options: LookOptions = {}): string {
  const look = lookOf(options);
  const {paint, glyphs} = look;
  const lines = view.troubles.map((trouble) => paint.bad(`${glyphs.failed} ${safeText(trouble)}`));
  if (view.troubles.length === 0)
    lines.push(
      paint.good(`${glyphs.done} ${plural(view.files, 'file')} (${formatBytes(view.bytes)}) as they were packaged`),
    );
  lines.push(signatureLine(view, look));
  if (view.gates !== undefined) {
    const all = view.override === undefined ? '' : `; packaged all the same: ${safeText(view.override)}`;
    lines.push(`  gates: ${safeText(view.gates)}${all}`);
  }
  if (view.digest !== undefined) lines.push(`  digest: ${view.digest}`);
  const name = view.name === undefined ? '' : ` (${safeText(view.name)})`;
  const verdict = view.troubles.length === 0 ? 'is whole' : 'must not be trusted';
  return `${[...lines, paint.bold(`${quoteName(view.bundle)}${name} ${verdict}`)].join('\n')}\n`;
}

function signatureLine({signature}: BundleView, {paint}: Look): string {
  switch (signature.kind) {
    case 'none':
      return paint.warn('  nobody signed it');
    case 'unknown':
      return paint.warn(`  signed by ${signature.fingerprint}; whose key that is tells --allowed-signers FILE`);
    case 'good':
      return paint.good(`  signed by ${safeText(signature.principal)} (${signature.fingerprint})`);
    case 'bad':
      return paint.bad('  its signature is no good');
  }
}
