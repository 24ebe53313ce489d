/** Parses the command line, runs one command, turns trouble into sentences and exit codes. */
import {CommanderError} from 'commander';
import {NotAFile} from '../engine/contents.ts';
import {FileTrouble, type Host} from '../host/host.ts';
import {StoreTooNew} from '../store/migrations.ts';
import {storeTrouble} from '../store/store-trouble.ts';
import {exitCodes} from './exit-codes.ts';
import {STORE_FILE} from '../project/open-project-store.ts';
import type {Outside} from '../project/outside.ts';
import {createProgram} from './program.ts';
import {UsageError} from '../project/usage-error.ts';

/** @returns the exit code; never throws. */
export async function runCli(outside: Outside): Promise<number> {
  const host = outside.openHost(outside.cwd);
  const exitCode = await runCommand(outside, host);
  const {lost} = host.output;
  if (lost === undefined) return exitCode;
  host.output.talk(`mlp: not all of the output could be written to stdout (${lost})\n`);
  return exitCode === exitCodes.done ? exitCodes.failed : exitCode;
}

async function runCommand(outside: Outside, host: Host): Promise<number> {
  let exitCode: number = exitCodes.done;
  try {
    const program = await createProgram(outside, host, (code) => (exitCode = code));
    await program.parseAsync([...outside.argv], {from: 'user'});
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    if (error instanceof UsageError) {
      host.output.talk(`mlp: ${error.message}\n${error.hint === undefined ? '' : `hint: ${error.hint}\n`}`);
      return exitCodes.usage;
    }
    if (error instanceof FileTrouble || error instanceof NotAFile || error instanceof StoreTooNew) {
      host.output.talk(`mlp: ${error.message}\n`);
      return exitCodes.failed;
    }
    const trouble = storeTrouble(error, STORE_FILE);
    if (trouble !== undefined) {
      host.output.talk(`mlp: ${trouble}\n`);
      return exitCodes.failed;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    host.output.talk(`mlp: this is a bug in mlp ${outside.version}. Nothing that was recorded is lost.\n${stack}\n`);
    return exitCodes.bug;
  }
}
