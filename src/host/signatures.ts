/** Signatures by `ssh-keygen -Y`. What it must read from files lies in a folder of its own for as long as it runs. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {err, ok, type Result} from '../base/result.ts';
import type {CapturedProcess, Processes} from './host.ts';
import type {Signatures} from './signatures-contract.ts';

const TIMEOUT_MS = 20_000;

export interface SignaturesParts {
  readonly processes: Pick<Processes, 'capture'>;
  readonly absolute: (path: string) => string;
}

export function createSignatures({processes, absolute}: SignaturesParts): Signatures {
  const run = (words: readonly string[], input: string): Promise<CapturedProcess> =>
    processes.capture(['ssh-keygen', '-Y', ...words], {input, timeoutMs: TIMEOUT_MS});
  const fingerprint: Signatures['fingerprint'] = (text, namespace, signature) =>
    withFiles({signature}, async (path) => {
      const checked = await run(['check-novalidate', '-n', namespace, '-s', path('signature')], text);
      const [, key] = /(SHA256:\S+)/.exec(checked.stdout) ?? [];
      return checked.code === 0 && key !== undefined ? ok(key) : err(said(checked));
    });
  return {
    fingerprint,
    sign: (text, namespace, key) =>
      // OpenSSH refuses a key whose last line does not end.
      withFiles('text' in key ? {key: `${key.text.trimEnd()}\n`} : {}, async (path) => {
        const file = 'file' in key ? absolute(key.file) : path('key');
        const signed = await run(['sign', '-q', '-n', namespace, '-f', file], text);
        return signed.code === 0 && signed.stdout.startsWith('-----BEGIN SSH SIGNATURE-----')
          ? ok(signed.stdout)
          : err(said(signed));
      }),
    verify: async (text, namespace, signature, allowedSigners) => {
      const key = await fingerprint(text, namespace, signature);
      if (!key.ok) return key;
      return withFiles({signature}, async (path) => {
        const allowed = absolute(allowedSigners);
        const found = await run(['find-principals', '-s', path('signature'), '-f', allowed], '');
        const principal = found.stdout.split('\n')[0]?.split(',')[0] ?? '';
        if (found.code !== 0 || principal === '') return err(`the key ${key.value} is not in \`${allowedSigners}\``);
        const words = ['verify', '-n', namespace, '-s', path('signature'), '-f', allowed, '-I', principal];
        const checked = await run(words, text);
        return checked.code === 0 ? ok({principal, fingerprint: key.value}) : err(said(checked));
      });
    },
  };
}

/** What ssh-keygen complained of, in one line. */
function said({code, stdout, stderr}: CapturedProcess): string {
  const words = `${stderr}\n${stdout}`
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .join('; ');
  return `\`ssh-keygen\` ${words === '' ? `ended with ${String(code ?? 'a signal')}` : `says: ${words}`}`;
}

/** Only the owner can read them. */
async function withFiles<T>(
  files: {readonly [name: string]: string},
  use: (path: (name: string) => string) => Promise<Result<T, string>>,
): Promise<Result<T, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'mlp-sign-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, {mode: 0o600});
    return await use((name) => join(folder, name));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}
