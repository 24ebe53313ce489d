/** What `mlp lineage` shows. */
import type {Lineage} from '../../model/lineage.ts';

export interface LineageView {
  readonly lineage: Lineage;
  /** Which ways were followed. */
  readonly up: boolean;
  readonly down: boolean;
}
