/** What is asked: the policy of a stage and the contents that it shows, under one id. */
import {canonicalJson, isJsonObject, type Json} from '../base/json.ts';
import type {Host} from '../host/host.ts';
import {FileTrouble} from '../host/host.ts';
import type {ApprovalPolicy, ApprovalRequest, GateState, Shown} from '../model/approval.ts';
import type {InputEntry} from '../model/artifact.ts';

const GATES_FILE = 'gates.json';
const STATES: readonly GateState[] = ['pass', 'unjudged', 'inconclusive', 'fail'];

/** The gates file cannot be read, so nothing can be decided. */
export class GatesTrouble extends Error {
  override readonly name = 'GatesTrouble';
}

/**
 * @param inputs what is shown, as it is on disk.
 * @throws GatesTrouble
 */
export function requestOf(
  stage: string,
  policy: ApprovalPolicy,
  inputs: readonly InputEntry[],
  host: Host,
): ApprovalRequest {
  const shows = inputs.map(({name, path, hash, size}): Shown => ({name, path, hash, size}));
  // What may change without asking anew stays out: how long an approval holds, and where the files of names and keys lie.
  const {expiresMs: _, reviewersFile: _r, signersFile: _s, ...asked} = policy;
  const question = {
    version: 1,
    stage,
    policy: asked as unknown as Json,
    shows: inputs.map(({name, path, type, exec, hash}) => [name, path, type, exec, hash]),
  };
  const gates = gatesOf(policy, inputs, host);
  return {
    id: host.hashing.sha256(canonicalJson(question)).slice(0, 20),
    stage,
    policy,
    shows,
    ...(gates === undefined ? {} : {gates}),
  };
}

/** The worst state of all gates files; undefined where nothing is shown that has gates. */
function gatesOf({gatesFile, when}: ApprovalPolicy, inputs: readonly InputEntry[], host: Host): GateState | undefined {
  const paths =
    gatesFile !== undefined
      ? [gatesFile]
      : inputs.flatMap(({path, type}) => {
          const file = type === 'dir' ? `${path}/${GATES_FILE}` : path;
          const isGates = file === GATES_FILE || file.endsWith(`/${GATES_FILE}`);
          return isGates && host.files.stat(file)?.type === 'file' ? [file] : [];
        });
  if (paths.length === 0 && when !== 'always')
    throw new GatesTrouble(
      `\`when: ${when}\` needs the gates of an evaluation: name its \`${GATES_FILE}\` in \`shows\``,
    );
  const states = paths.map((path) => stateOf(path, host));
  return states.sort((a, b) => STATES.indexOf(b) - STATES.indexOf(a))[0];
}

function stateOf(path: string, {files}: Host): GateState {
  let gates: Json;
  try {
    gates = JSON.parse(files.readText(path)) as Json;
  } catch (error) {
    if (error instanceof FileTrouble) throw new GatesTrouble(error.message);
    throw new GatesTrouble(`\`${path}\` is no JSON`);
  }
  const state =
    isJsonObject(gates) && gates['version'] === 1 ? STATES.find((one) => one === gates['state']) : undefined;
  if (state === undefined)
    throw new GatesTrouble(`\`${path}\` is no gates file of version 1, as \`evaluate\` writes it`);
  return state;
}
