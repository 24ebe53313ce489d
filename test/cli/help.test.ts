/** The help of each command: it is there, has examples, and says nothing that means nothing. */
import {describe, expect, it} from 'vitest';
import {commands} from '../../src/cli/commands/index.ts';
import {Rig} from '../rig/rig.ts';

describe('mlp COMMAND --help', () => {
  it.each(commands.map(({name}) => name))('%s', async (name) => {
    const {code, out} = await new Rig().mlp(name, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`Usage: mlp ${name}`);
    expect(out).toContain(`$ mlp ${name}`);
    expect(out).not.toMatch(/default:\s+\[\]/);
  });
});
