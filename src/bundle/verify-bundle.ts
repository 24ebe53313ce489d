/** Whether a bundle is what its manifest says, and who vouches for it. */
import type {Host, Signed} from '../host/host.ts';
import type {BundleFiles} from './bundle-files.ts';
import {isListed, MANIFEST, parseManifest, PROVENANCE, type BundleManifest} from './manifest.ts';
import {openEnvelope, SIGNATURE_NAMESPACE, signedText} from './provenance.ts';

export interface BundleVerdict {
  readonly manifest?: BundleManifest;
  /** sha256 of MANIFEST.json: what a bundle is known by. */
  readonly digest?: string;
  /** One sentence each; none: every byte is as it was packaged. */
  readonly troubles: readonly string[];
  readonly signature:
    /** No signature, and none was asked for. */
    | {readonly kind: 'none'}
    /** By this key; whose it is was not asked, since no file of allowed signers was given. */
    | {readonly kind: 'unknown'; readonly fingerprint: string}
    | {readonly kind: 'good'; readonly by: Signed}
    | {readonly kind: 'bad'; readonly reason: string};
}

/**
 * @param allowedSigners a file as ssh-keygen reads it. Given, a bundle that none of them signed is in trouble.
 * @throws FileTrouble
 */
export async function verifyBundle(
  files: BundleFiles,
  host: Host,
  allowedSigners: string | undefined,
): Promise<BundleVerdict> {
  const bytes = files.read(MANIFEST) ?? new Uint8Array();
  const parsed = parseManifest(new TextDecoder().decode(bytes));
  if (!parsed.ok) return {troubles: [parsed.error], signature: {kind: 'none'}};
  const digest = host.hashing.sha256(bytes);
  const troubles = [...fileTroubles(files, parsed.value, host)];
  const signature = await signatureOf(files, digest, host, allowedSigners);
  if (signature.kind === 'bad') troubles.push(signature.reason);
  if (signature.kind === 'none' && allowedSigners !== undefined) troubles.push('nobody signed the bundle');
  return {manifest: parsed.value, digest, troubles, signature};
}

function* fileTroubles(files: BundleFiles, manifest: BundleManifest, {hashing}: Host): Iterable<string> {
  const listed = new Set(manifest.files.map(({path}) => path));
  for (const {path, bytes, sha256} of manifest.files) {
    const content = files.read(path);
    if (content === undefined) yield `\`${path}\` is missing`;
    else if (content.length !== bytes || hashing.sha256(content) !== sha256)
      yield `\`${path}\` is not as it was packaged`;
  }
  for (const path of files.paths) if (isListed(path) && !listed.has(path)) yield `\`${path}\` was added`;
}

async function signatureOf(
  files: BundleFiles,
  digest: string,
  {signatures}: Host,
  allowedSigners: string | undefined,
): Promise<BundleVerdict['signature']> {
  const bytes = files.read(PROVENANCE);
  if (bytes === undefined) return {kind: 'none'};
  const envelope = openEnvelope(new TextDecoder().decode(bytes));
  if (!envelope.ok) return {kind: 'bad', reason: envelope.error};
  const {statement, manifestSha256, signatures: made} = envelope.value;
  if (manifestSha256 !== digest) return {kind: 'bad', reason: `\`${PROVENANCE}\` is that of another bundle`};
  const [signature] = made;
  if (signature === undefined) return {kind: 'none'};
  const text = signedText(statement);
  if (allowedSigners === undefined) {
    const key = await signatures.fingerprint(text, SIGNATURE_NAMESPACE, signature);
    return key.ok
      ? {kind: 'unknown', fingerprint: key.value}
      : {kind: 'bad', reason: `the signature is bad: ${key.error}`};
  }
  const by = await signatures.verify(text, SIGNATURE_NAMESPACE, signature, allowedSigners);
  return by.ok ? {kind: 'good', by: by.value} : {kind: 'bad', reason: `the signature is bad: ${by.error}`};
}
