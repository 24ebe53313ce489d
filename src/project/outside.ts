/** What the command line is started with; tests hand over their own. */
import type {Host} from '../host/host.ts';

export interface Outside {
  /** Arguments after `mlp`. */
  readonly argv: readonly string[];
  /** Absolute folder in which the user stands. */
  readonly cwd: string;
  /** mlp's own version, shown by `--version` and recorded with every run. */
  readonly version: string;
  /** Of the sources it was built from: what one build kept of a plan says nothing to another. */
  readonly build: string;
  openHost(folder: string): Host;
}
