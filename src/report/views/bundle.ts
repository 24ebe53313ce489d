/** What `mlp verify BUNDLE` found, as plain data. */

export interface BundleView {
  readonly bundle: string;
  readonly name?: string;
  readonly digest?: string;
  readonly files: number;
  readonly bytes: number;
  readonly gates?: string;
  readonly override?: string;
  readonly signature:
    | {readonly kind: 'none'}
    | {readonly kind: 'unknown'; readonly fingerprint: string}
    | {readonly kind: 'good'; readonly principal: string; readonly fingerprint: string}
    | {readonly kind: 'bad'; readonly reason: string};
  /** One sentence each; none: every byte is as it was packaged. */
  readonly troubles: readonly string[];
}
