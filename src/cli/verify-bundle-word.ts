/** `mlp verify BUNDLE`: whether a packaged model is as it was packaged, and who signed it. */
import {verifyBundle} from '../bundle/verify-bundle.ts';
import type {Host} from '../host/host.ts';
import {renderBundle} from '../report/render/bundle.ts';
import type {BundleView} from '../report/views/bundle.ts';
import type {CommandContext} from './command.ts';
import {exitCodes} from './exit-codes.ts';
import {openBundle} from './open-bundle.ts';
import {lookFor} from './screen.ts';

/** Whether a word of `mlp verify` is no stage: a folder with a manifest, or an archive. */
export const isBundleWord = (word: string, {files}: Host): boolean =>
  word.endsWith('.tar.gz') || files.exists(`${word}/MANIFEST.json`);

/** @param allowedSigners a file as ssh-keygen reads it. */
export async function verifyBundleWord(
  word: string,
  allowedSigners: string | undefined,
  context: CommandContext,
): Promise<void> {
  const {host, globals} = context;
  const files = await openBundle(word, context);
  if (files === undefined) return;
  const verdict = await verifyBundle(files, host, allowedSigners);
  const {manifest, digest, troubles, signature} = verdict;
  const view: BundleView = {
    bundle: word,
    ...(manifest === undefined ? {} : {name: manifest.name}),
    ...(digest === undefined ? {} : {digest}),
    files: manifest?.files.length ?? 0,
    bytes: manifest?.files.reduce((sum, file) => sum + file.bytes, 0) ?? 0,
    ...(manifest?.gates === undefined ? {} : {gates: manifest.gates}),
    ...(manifest?.override === undefined ? {} : {override: manifest.override}),
    signature: signature.kind === 'good' ? {kind: 'good', ...signature.by} : signature,
    troubles,
  };
  if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'bundle', ...view})}\n`);
  else host.output.out(renderBundle(view, await lookFor(host)));
  context.exit(troubles.length === 0 ? exitCodes.done : exitCodes.failed);
}
