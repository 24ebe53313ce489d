/** FAMILY contract: one command of mlp. Its module is imported when it is used, or when all of `--help` is asked for. */
import type {Command} from 'commander';
import type {Host} from '../host/host.ts';
import type {Outside} from '../project/outside.ts';

export interface CommandContext {
  readonly outside: Outside;
  /** For the folder in which the user stands (after -C). */
  readonly host: Host;
  readonly globals: GlobalOptions;
  /** The whole family, for completion. */
  readonly commands: readonly CommandEntry[];
  /** What the process exits with; 0 when never called. */
  exit(code: number): void;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly verbosity: number;
}

export interface CommandMember {
  readonly name: string;
  readonly summary: string;
  /** Shown below `--help`: what to type, and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /** Adds arguments, options and the action. `context` gives the world once options are parsed. */
  define(command: Command, context: () => CommandContext): void;
}

/** A line of the family's list. */
export interface CommandEntry {
  readonly name: string;
  load(): Promise<CommandMember>;
}
