/**
 * The key of a stage: the document of everything that its result depends on, and the sha256 of that document. What is left
 * out is as deliberate as what is in: no name, time, host, path outside the project, retry, timeout or resource.
 */
import {canonicalJson, type Json, type JsonObject} from '../base/json.ts';
import {byCodeUnits} from '../base/compare.ts';
import type {Host} from '../host/host.ts';
import {KEY_SCHEME, type KeyDocument, type KeyedDocument} from '../model/key-document.ts';
import type {Digest} from '../model/ids.ts';
import type {Action, OutSpec, StageSpec} from '../model/stage.ts';

export interface KeyParts {
  readonly salt: string;
  readonly code: JsonObject;
  readonly runtime: JsonObject;
  readonly deps: KeyDocument['deps'];
}

export function keyDocument(stage: StageSpec, parts: KeyParts, host: Pick<Host, 'env' | 'machine'>): KeyDocument {
  const env: Record<string, string | null> = {};
  for (const name of Object.keys(stage.env).sort(byCodeUnits))
    env[name] = stage.env[name] ?? host.env.get(name) ?? null;
  const names = namesOf(stage);
  const platform = stage.platform ? {os: host.machine.os, arch: host.machine.arch} : {};
  return {
    scheme: KEY_SCHEME,
    salt: parts.salt,
    action: actionDocument(stage.action),
    cwd: stage.cwd,
    code: stage.version === undefined ? parts.code : {...parts.code, version: stage.version},
    params: stage.params,
    env,
    runtime: {...parts.runtime, ...platform},
    seed: stage.seed ?? null,
    deps: parts.deps,
    ...(names.length === 0 ? {} : {names}),
    outs: [...stage.outs].sort((a, b) => byCodeUnits(a.path, b.path)).map(outDocument),
  };
}

export function keyOf(document: KeyDocument, host: Pick<Host, 'hashing'>): Digest {
  return host.hashing.sha256(canonicalJson(document as unknown as Json));
}

/**
 * How a document of scheme n is written in scheme n - 1, newest first. Empty while there is one scheme: the list is what
 * makes an upgrade of mlp keep every earlier result (rule R9).
 */
export const OLDER_SCHEMES: readonly ((document: KeyDocument) => KeyDocument)[] = [];

/** The same question as earlier versions of mlp would have asked it. */
export function olderKeys(
  document: KeyDocument,
  host: Pick<Host, 'hashing'>,
  schemes: readonly ((document: KeyDocument) => KeyDocument)[] = OLDER_SCHEMES,
): readonly KeyedDocument[] {
  const keys: KeyedDocument[] = [];
  let current = document;
  for (const older of schemes) {
    current = older(current);
    keys.push({key: keyOf(current, host), document: current});
  }
  return keys;
}

function actionDocument(action: Action): JsonObject {
  switch (action.kind) {
    case 'script':
      return {kind: 'script', shell: action.shell, text: action.text};
    case 'argv':
      return {kind: 'argv', argv: action.argv};
    case 'function':
      return {kind: 'function', function: `${action.module}#${action.exportName}`};
    case 'builtin':
      return {kind: 'builtin', uses: action.uses, version: action.version, with: action.settings};
    case 'approval': {
      // What may change without asking anew is no part of the question either: see review/request.ts.
      const {expiresMs: _, reviewersFile: _r, signersFile: _s, ...asked} = action.policy;
      return {kind: 'approval', ...(asked as unknown as JsonObject)};
    }
  }
}

/** Two inputs that change places under their names are another question, although the same files are read. */
function namesOf({action, deps, outs}: StageSpec): NonNullable<KeyDocument['names']> {
  const all = [
    ...deps.map(({name, path}) => ['in', name, path] as const),
    ...outs.map(({name, path}) => ['out', name, path] as const),
  ];
  if (action.kind === 'builtin') return all;
  const named = all.filter(([, name, path]) => name !== path);
  return named.sort((a, b) => byCodeUnits(a[0], b[0]) || byCodeUnits(a[1], b[1]) || byCodeUnits(a[2], b[2]));
}

function outDocument(out: OutSpec): KeyDocument['outs'][number] {
  const flags = [out.cache ? '' : 'no-cache', out.optional ? 'optional' : '', out.persist ? 'persist' : ''].filter(
    (flag) => flag !== '',
  );
  return [out.path, out.role, out.type, flags.join(' ')];
}
