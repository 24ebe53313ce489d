import {expect, it} from 'vitest';
import {stepAside} from '../../src/engine/aside.ts';
import {recover} from '../../src/engine/recover.ts';
import {FileTrouble, type Host} from '../../src/host/host.ts';
import type {RunEvent} from '../../src/model/event.ts';
import {openProjectStore} from '../../src/project/open-project-store.ts';
import {tempHost} from '../host/rig.ts';
import {attemptStart, begin} from '../store/store-rig.ts';

const DEAD = {bootId: 'an earlier boot', pid: 1, startTime: '1'};
const OUTS = [{path: 'out', persist: false}] as unknown as Parameters<typeof stepAside>[0];

/** A project in which a process died while it ran a stage: its old output is aside, half of a new one is there. */
function deadProject() {
  const host = tempHost();
  const store = openProjectStore(host);
  const start = attemptStart(begin(store), 'train');
  store.claim(start, DEAD, () => true);
  host.files.append('out', 'old');
  stepAside(OUTS, start.workFolder, host);
  host.files.append('out', 'half');
  return {host, store, start};
}

it('of two processes that find a dead attempt one repairs it, and leaves alone what was made since', async () => {
  const {host, store} = deadProject();
  const events: RunEvent[] = [];
  let goOn = (): void => undefined;
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const slow: Host = {...host, processes: {...host.processes, endMarked: () => gate.then(() => 0)}};
  const second = recover(slow, store, (event) => events.push(event));
  const first = recover(host, store, (event) => events.push(event));
  await first;
  goOn();
  await second;
  expect(host.files.readText('out')).toBe('old');
  expect(events).toHaveLength(1);
  host.files.append('out', ' and new');
  expect(await recover(host, store, (event) => events.push(event))).toEqual([]);
  expect(host.files.readText('out')).toBe('old and new');
  store.close();
});

it('a repair that fails is found again by the same process', async () => {
  const {host, store, start} = deadProject();
  const full = {
    ...host,
    processes: {...host.processes, endMarked: () => Promise.reject(new FileTrouble('EIO', 'out', 'the device failed'))},
  };
  await expect(recover(full, store, () => undefined)).rejects.toThrow('the device failed');
  expect(store.attempt(start.id)?.state).toBe('running');
  expect(await recover(host, store, () => undefined)).toEqual(['out']);
  expect(store.attempt(start.id)?.state).toBe('interrupted');
  store.close();
});
