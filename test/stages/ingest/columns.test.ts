/** Columns of several files: odd names, and names that come twice. */
import {describe, expect, it} from 'vitest';
import type {Json} from '../../../src/base/json.ts';
import type {Host} from '../../../src/host/host.ts';
import {ingest} from '../../../src/stages/ingest.ts';
import {tempHost} from '../../host/rig.ts';
import {runKind} from '../kind-rig.ts';

const run = (host: Host, settings: Json, inputs: readonly string[]) =>
  runKind(host, ingest, settings, {inputs: {files: inputs}, outputs: {table: 'out.csv'}});

describe('columns of several files', () => {
  it('may be called as something that every object has', async () => {
    const host = tempHost();
    host.files.writeAtomic('a.csv', 'constructor,x\n1,1\n');
    host.files.writeAtomic('b.csv', 'constructor,x\n2,2\n');
    await run(host, {types: {x: 'string'}}, ['a.csv', 'b.csv']);
    expect(host.files.readText('out.csv')).toBe('constructor,x\n1,"1"\n2,"2"\n');
  });

  it('are refused when one is chosen twice, as those of one file are', async () => {
    const host = tempHost();
    host.files.writeAtomic('a.csv', 'id,x\n1,1\n');
    host.files.writeAtomic('b.csv', 'id,x\n2,2\n');
    for (const files of [['a.csv'], ['a.csv', 'b.csv']])
      await expect(run(host, {columns: ['x', 'x']}, files)).rejects.toThrow('two columns would be called `x`');
  });
});
