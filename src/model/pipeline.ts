/** A whole pipeline.yaml after loading: what the plan cache stores. Plain JSON data. */
import type {Json, JsonObject} from '../base/json.ts';
import type {DeclaredDirections} from './direction.ts';
import type {ProjectPath} from './ids.ts';
import type {NodeSpec} from './stage.ts';

export interface Pipeline {
  readonly name: string;
  readonly description?: string;
  /** In the order of the file; a matrix is already expanded. */
  readonly nodes: readonly NodeSpec[];
  /** All params, files merged and --set applied. */
  readonly params: JsonObject;
  readonly settings: PipelineSettings;
}

export interface PipelineSettings {
  /** Part of every key: a new salt disowns all earlier results. */
  readonly salt: string;
  /** How objects become files again, first that works. */
  readonly link: readonly ('reflink' | 'hardlink' | 'symlink' | 'copy')[];
  /** A shared cache folder outside the project; absent: .mlp/cache. Absolute or relative to the project. */
  readonly cacheFolder?: string;
  readonly remote?: {readonly url: string};
  /** Capacity of named tokens; a token without one has 1. */
  readonly tokens: {readonly [name: string]: number};
  /** Which way of a metric is better; never part of a key. */
  readonly better: DeclaredDirections;
  readonly meta?: Json;
}

/** A file that the loader read, with the hash of its text, so that a cached plan knows when it is out of date. */
export interface ConfigSource {
  readonly path: ProjectPath | string;
  readonly sha256: string;
}
