/** The params of a stage as its process sees them. */
import type {Job} from '../model/job.ts';
import type {StageSpec} from '../model/stage.ts';

/** {'train.trees': 200} -> {train: {trees: 200}}: as in the params file. */
export function nestParams(spec: Pick<StageSpec, 'params'>): Job['params'] {
  const nested: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(spec.params)) {
    const parts = path.split('.');
    const last = parts.pop() as string;
    let at = nested;
    for (const part of parts) {
      const below = Object.hasOwn(at, part) ? at[part] : undefined;
      const next = typeof below === 'object' && below !== null && !Array.isArray(below) ? {...below} : {};
      Object.defineProperty(at, part, {value: next, enumerable: true, configurable: true, writable: true});
      at = next as Record<string, unknown>;
    }
    Object.defineProperty(at, last, {value, enumerable: true, configurable: true, writable: true});
  }
  return nested as Job['params'];
}
