/** Signatures by the real ssh-keygen, with keys made for the test. */
import {spawnSync} from 'node:child_process';
import {describe, expect, it} from 'vitest';
import type {Host} from '../../src/host/host.ts';
import {tempHost} from './rig.ts';

function newKey(host: Host, name: string): {readonly file: string; readonly open: string} {
  const file = host.files.absolute(name);
  const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
  expect(made.status).toBe(0);
  return {file, open: host.files.readText(`${name}.pub`).split(' ').slice(0, 2).join(' ')};
}

describe('signatures', () => {
  it('of one text by one key are the same, from a file and from a text, and name who signed', async () => {
    const host = tempHost();
    const key = newKey(host, 'anna key');
    host.files.writeAtomic('allowed', `anna@firm.lt ${key.open}\n`);
    const signed = await host.signatures.sign('text', 'mlp-test', {file: 'anna key'});
    const again = await host.signatures.sign('text', 'mlp-test', {text: host.files.readText('anna key').trimEnd()});
    expect(signed.ok && again.ok && signed.value === again.value).toBe(true);
    if (!signed.ok) return;
    const who = await host.signatures.verify('text', 'mlp-test', signed.value, 'allowed');
    expect(who).toMatchObject({ok: true, value: {principal: 'anna@firm.lt'}});
    const print = await host.signatures.fingerprint('text', 'mlp-test', signed.value);
    expect(print.ok && who.ok && print.value === who.value.fingerprint).toBe(true);
  });

  it('of another text, for another purpose or by somebody else are refused', async () => {
    const host = tempHost();
    const key = newKey(host, 'anna');
    const other = newKey(host, 'boris');
    host.files.writeAtomic('allowed', `boris@firm.lt ${other.open}\n`);
    host.files.writeAtomic('both', `anna@firm.lt ${key.open}\n`);
    const signed = await host.signatures.sign('text', 'mlp-test', {file: 'anna'});
    if (!signed.ok) throw new Error(signed.error);
    const verify = (text: string, namespace: string, allowed: string) =>
      host.signatures.verify(text, namespace, signed.value, allowed);
    expect(await verify('text', 'mlp-test', 'both')).toMatchObject({ok: true});
    expect(await verify('texT', 'mlp-test', 'both')).toMatchObject({ok: false});
    expect(await verify('text', 'mlp-else', 'both')).toMatchObject({ok: false});
    const stranger = await verify('text', 'mlp-test', 'allowed');
    expect(stranger.ok ? '' : stranger.error).toMatch(/^the key SHA256:\S+ is not in `allowed`$/);
    expect(await host.signatures.verify('text', 'mlp-test', 'no signature', 'both')).toMatchObject({ok: false});
  });

  it('by a key that is not there say so', async () => {
    const host = tempHost();
    const signed = await host.signatures.sign('text', 'mlp-test', {file: 'gone'});
    expect(signed.ok ? '' : signed.error).toMatch(/^`ssh-keygen` says: .*gone/);
  });
});
