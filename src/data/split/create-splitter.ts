import {FractionSplit} from './fraction-split.ts';
import {GroupSplit} from './group-split.ts';
import {HashSplit} from './hash-split.ts';
import type {Part, SplitMethod, Splitter} from './splitter.ts';
import {StratifiedSplit} from './stratified-split.ts';
import {TimeSplit} from './time-split.ts';

/** @param parts at most `MOST_PARTS`; oldest first for a split by time */
export function createSplitter(method: SplitMethod, parts: readonly Part[]): Splitter {
  switch (method.kind) {
    case 'fraction':
      return new FractionSplit(parts, method);
    case 'stratified':
      return new StratifiedSplit(parts, method);
    case 'group':
      return new GroupSplit(parts, method);
    case 'time':
      return new TimeSplit(parts, method);
    case 'hash':
      return new HashSplit(parts, method);
  }
}
