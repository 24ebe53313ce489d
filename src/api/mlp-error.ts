/** The one class of errors that the typed API throws on purpose. */

/**
 * - `usage`: what was asked makes no sense here: an unknown stage, a `where` that cannot be read.
 * - `config`: pipeline.yaml or a params file has mistakes; the message lists all of them with file and line.
 * - `not-found`: no such run, output, file or project.
 * - `not-in-cache`: the output is known, its bytes are kept nowhere any more.
 * - `damaged`: bytes in the cache are not what was recorded; they were set aside.
 * - `io`: the operating system or the database refused.
 * - `closed`: the project was closed before.
 */
export type MlpErrorCode = 'usage' | 'config' | 'not-found' | 'not-in-cache' | 'damaged' | 'io' | 'closed';

export class MlpError extends Error {
  override readonly name = 'MlpError';
  readonly code: MlpErrorCode;
  /** How to mend it, where that is known. */
  readonly hint: string | undefined;

  constructor(code: MlpErrorCode, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}
