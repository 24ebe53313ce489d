/** What is known as a run begins, also of one that turns out to have nothing to do: light, as that run is to be. */
import type {Host} from '../host/host.ts';
import type {Diagnostic} from '../model/diagnostic.ts';
import type {RunEvent} from '../model/event.ts';
import type {RunStart} from '../model/run.ts';
import type {Store} from '../store/store.ts';
import {readGitState} from './git-state.ts';
import type {Outside} from './outside.ts';

/** What store and configuration want said before a run. */
export function notices(store: Store, diagnostics: readonly Diagnostic[]): readonly RunEvent[] {
  return [
    ...store.notices.map((message): RunEvent => ({type: 'notice', level: 'warning', code: 'store', message})),
    ...diagnostics.map(({message, code}): RunEvent => ({type: 'notice', level: 'warning', code, message})),
  ];
}

/** What is recorded of a run as it begins. */
export function runStart({argv, version}: Pick<Outside, 'argv' | 'version'>, host: Host): RunStart {
  const {os, arch, cores, memoryBytes, hostName, nodeVersion} = host.machine;
  const git = readGitState(host);
  return {
    startedAtMs: host.clock.now(),
    argv,
    ...(git === undefined ? {} : {git}),
    facts: {mlp: version, node: nodeVersion, os, arch, cores, memory_bytes: memoryBytes, host: hostName},
  };
}
