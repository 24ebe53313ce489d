import {it} from 'vitest';
import {FollowLogs} from '../../src/engine/follow-logs.ts';
import type {RunEvent} from '../../src/model/event.ts';
import {jobOf} from '../fakes/jobs.ts';
import {tempHost, until} from '../host/rig.ts';

it('progress is shown after a line that is too long, and after bytes that are no UTF-8', async () => {
  const host = tempHost();
  const job = jobOf('1');
  const file = `${job.workFolder}/progress.jsonl`;
  const fractions: number[] = [];
  const emit = (event: RunEvent): void => {
    if (event.type === 'stage.progress' && event.fraction !== undefined) fractions.push(event.fraction);
  };
  const follow = new FollowLogs(host, emit, () => undefined);
  host.files.writeAtomic(file, new Uint8Array([0xff, 0xfe, 0xfd, 0x0a]));
  follow.add(job);
  await until('the first lines were read', () => {
    if (fractions.length === 0) host.files.append(file, '{"fraction": 0.1}\n');
    return fractions.length > 0;
  });
  host.files.append(file, `${'x'.repeat(70_000)}\n{"fraction": 0.5}\n`);
  await until('the newest progress is told', () => fractions.includes(0.5));
  follow.close();
});
