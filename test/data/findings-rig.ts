/** Looks at findings. */
import type {Finding} from '../../src/data/findings.ts';

/** `level id` of what did not hold. */
export const troubles = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({level}) => level === 'error' || level === 'warn').map(({level, id}) => `${level} ${id}`);

/** The one finding with that code. */
export function only(findings: readonly Finding[], code: string): Finding {
  const [first, ...others] = findings.filter((finding) => finding.code === code);
  if (first === undefined || others.length > 0) throw new Error(`${String(others.length + 1)} findings of ${code}`);
  return first;
}
