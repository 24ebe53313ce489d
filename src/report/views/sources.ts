/** What `mlp add` did, or lists, as plain data. */

export interface SourceRow {
  readonly path: string;
  readonly type: 'file' | 'dir' | 'absent';
  readonly hash: string;
  readonly bytes: number;
  readonly files?: number;
  /** `added`, `changed`, `unchanged`, `removed` say what was done; the others how what was added is now. */
  readonly state: 'added' | 'changed' | 'unchanged' | 'removed' | 'as-added' | 'edited' | 'absent' | 'lost';
}

export interface SourcesView {
  readonly sources: readonly SourceRow[];
  /** Git tracks them although they are left out of it now. */
  readonly tracked: readonly string[];
}
