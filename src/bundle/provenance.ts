/**
 * provenance.json of a bundle: what it was made of and by what, as an in-toto statement with SLSA provenance v1 (slsa.dev),
 * in a DSSE envelope. Its subject is the digest of the manifest, which holds the digests of all other files. A signature is
 * one of ssh-keygen over the envelope's pre-authentication encoding, armoured, in base64.
 */
import {fromBase64, toBase64} from '../base/base64.ts';
import {canonicalJson, isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import {err, ok, type Result} from '../base/result.ts';
import {MANIFEST} from './manifest.ts';

/** What signatures of bundles are for, as ssh-keygen's namespace. */
export const SIGNATURE_NAMESPACE = 'mlp-bundle';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Something that a bundle was made of. */
export interface Ingredient {
  readonly name: string;
  /** Project-relative path, or a `git+` address with the commit. */
  readonly uri: string;
  readonly digest: {readonly sha256: string} | {readonly gitCommit: string};
}

export interface ProvenanceFacts {
  readonly bundle: string;
  /** sha256 of the text of MANIFEST.json. */
  readonly manifestSha256: string;
  readonly mlp: string;
  readonly stage: string;
  /** The stage's settings. */
  readonly settings: JsonObject;
  readonly ingredients: readonly Ingredient[];
}

export interface Envelope {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly {readonly keyid: string; readonly sig: string}[];
}

/** The statement, as canonical JSON. No time is in it: the same inputs give the same bytes. */
export function provenanceStatement(facts: ProvenanceFacts): string {
  return canonicalJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{name: `${facts.bundle}/${MANIFEST}`, digest: {sha256: facts.manifestSha256}}],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://mlp-cli/package/v1',
        externalParameters: {stage: facts.stage, settings: facts.settings},
        internalParameters: {},
        resolvedDependencies: facts.ingredients as unknown as Json,
      },
      runDetails: {builder: {id: 'https://mlp-cli', version: {mlp: facts.mlp}}, metadata: {}},
    },
  });
}

/** What is signed: DSSE's pre-authentication encoding (PAE) of a statement. */
export function signedText(statement: string): string {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  return `DSSEv1 ${String(bytes(PAYLOAD_TYPE))} ${PAYLOAD_TYPE} ${String(bytes(statement))} ${statement}`;
}

/** @param signature absent: the envelope says what the bundle is made of, and nobody vouches for it. */
export function envelopeText(
  statement: string,
  signature: {readonly fingerprint: string; readonly armoured: string} | undefined,
): string {
  const encode = (text: string): string => toBase64(new TextEncoder().encode(text));
  const envelope: Envelope = {
    payloadType: PAYLOAD_TYPE,
    payload: encode(statement),
    signatures: signature === undefined ? [] : [{keyid: signature.fingerprint, sig: encode(signature.armoured)}],
  };
  return `${JSON.stringify(envelope, null, 2)}\n`;
}

export interface OpenedEnvelope {
  readonly statement: string;
  readonly manifestSha256: string;
  readonly ingredients: readonly {readonly name: string; readonly uri: string; readonly digest: string}[];
  /** Armoured. */
  readonly signatures: readonly string[];
}

/** @returns what is in the envelope, or a sentence about what is wrong with it. Checks no signature. */
export function openEnvelope(text: string): Result<OpenedEnvelope, string> {
  const envelope = parsed(text);
  const statement = decoded(envelope?.['payload']);
  const facts = statement === undefined ? undefined : parsed(statement);
  const signatures = listOf(envelope?.['signatures']).map((one) => decoded(one['sig']));
  const manifestSha256 = objectOf(listOf(facts?.['subject'])[0]?.['digest'])['sha256'];
  if (
    envelope?.['payloadType'] !== PAYLOAD_TYPE ||
    statement === undefined ||
    typeof manifestSha256 !== 'string' ||
    signatures.includes(undefined)
  )
    return err('`provenance.json` is damaged');
  const definition = objectOf(objectOf(facts?.['predicate'])['buildDefinition']);
  const ingredients = listOf(definition['resolvedDependencies']).flatMap(({name, uri, digest}) => {
    const [value] = Object.values(objectOf(digest));
    return typeof name === 'string' && typeof uri === 'string' && typeof value === 'string'
      ? [{name, uri, digest: value}]
      : [];
  });
  return ok({statement, manifestSha256, ingredients, signatures: signatures as readonly string[]});
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function decoded(base64: Json | undefined): string | undefined {
  const bytes = typeof base64 === 'string' ? fromBase64(base64) : undefined;
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly Json[]).map(objectOf) : [];
