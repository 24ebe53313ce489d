/** After a stage: is everything there that it declared, what are its bytes, and into the cache with them (rule R6). */
import type {Cache} from '../cache/cache.ts';
import {byCodeUnits} from '../base/compare.ts';
import type {Manifest, OutputEntry} from '../model/artifact.ts';
import type {Failure, Job} from '../model/job.ts';
import type {OutSpec} from '../model/stage.ts';
import {NotAFile, type Contents} from './contents.ts';

/** @throws FileTrouble when the disk is full or the cache cannot be written. */
export async function collectOutputs(
  job: Pick<Job, 'outs' | 'publish' | 'stage'>,
  world: {readonly cache: Cache; readonly contents: Contents},
): Promise<Manifest | {readonly failure: Failure}> {
  try {
    return await collect(job, world);
  } catch (error) {
    if (error instanceof NotAFile) return {failure: {class: 'wrong-output', message: error.message}};
    throw error;
  }
}

async function collect(
  job: Pick<Job, 'outs' | 'publish'>,
  {cache, contents}: {readonly cache: Cache; readonly contents: Contents},
): Promise<Manifest | {readonly failure: Failure}> {
  const found = await contents.of(job.outs.map((out) => out.path));
  const outputs: OutputEntry[] = [];
  const missing: OutSpec[] = [];
  for (const [index, out] of job.outs.entries()) {
    const content = found[index];
    if (content === undefined) continue;
    if (content.type === 'absent') {
      if (!out.optional) missing.push(out);
    } else if (out.type !== 'any' && out.type !== content.type) {
      return {
        failure: {
          class: 'wrong-output',
          message: `\`${out.path}\` should be a ${word(out.type)} and is a ${word(content.type)}`,
        },
      };
    }
    outputs.push({
      ...content,
      path: out.path,
      role: out.role,
      cached: job.publish && out.cache && content.type !== 'absent',
    });
  }
  if (missing.length > 0) return {failure: missingFailure(missing)};
  for (const output of outputs) {
    if (!output.cached || output.hash === '') continue;
    if (output.type === 'file') cache.putFile(output.path, output.hash, output.size);
    else cache.putTree(output.path, contents.tree(output.path) ?? [], output.hash);
  }
  return {outputs: outputs.sort((a, b) => byCodeUnits(a.path, b.path))};
}

function word(type: 'file' | 'dir' | 'absent'): string {
  return type === 'dir' ? 'folder' : 'file';
}

function missingFailure(missing: readonly OutSpec[]): Failure {
  const metrics = missing.every((out) => out.role === 'metrics');
  const paths = missing.map((out) => `\`${out.path}\``).join(', ');
  return {
    class: metrics ? 'missing-metric' : 'missing-output',
    message: `the stage succeeded but did not write ${metrics ? 'its metrics file ' : ''}${paths}`,
    hint: 'write it, correct the path in pipeline.yaml (relative to pipeline.yaml), or mark it `optional: true`',
  };
}
