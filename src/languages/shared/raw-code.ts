/** Code whose meaning nobody here can read: as bytes, or as lines without comments when its interpreter is missing. */
import type {Host} from '../../host/host.ts';
import type {CodeFingerprint} from '../language.ts';

/**
 * A fingerprint of one script by its lines, without comment lines, blank lines and space at the ends.
 * It follows no import and says so in `untracked`.
 */
export function linesFingerprint(script: string, missing: string, host: Host): CodeFingerprint {
  const bytes = host.files.readBytes(script);
  const text = new TextDecoder().decode(bytes);
  const lines = text.split('\n').map((line) => line.trimEnd());
  const kept = lines.filter((line) => line !== '' && (!/^\s*#/.test(line) || line.startsWith('#!')));
  const fingerprint = host.hashing.sha256(kept.join('\n'));
  return {
    fingerprint,
    modules: {[script]: host.hashing.sha256(bytes)},
    absent: [],
    pieces: {[`${script}#(all)`]: fingerprint},
    packages: [],
    untracked: [{path: script, line: 1, what: `what it imports, because \`${missing}\` is not installed here`}],
  };
}
