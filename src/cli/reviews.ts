/** The approvals of a pipeline as they stand now: for `mlp review`, `approve` and `reject`. */
import {askedOf} from '../engine/approval.ts';
import type {Asked} from '../engine/decision.ts';
import {resolveInputs} from '../engine/inputs.ts';
import type {ApprovalPolicy} from '../model/approval.ts';
import type {StageSpec} from '../model/stage.ts';
import type {Project} from '../project/load-project.ts';
import {UsageError} from '../project/usage-error.ts';
import type {Wired} from '../project/wire.ts';
import {GatesTrouble} from '../review/request.ts';
import {FileTrouble} from '../host/host.ts';
import {NotAFile} from '../engine/contents.ts';

export interface Review {
  readonly spec: StageSpec;
  readonly policy: ApprovalPolicy;
  /** A text is why nothing can be asked yet. */
  readonly asked: Asked | string;
}

/** In the order of the pipeline; branches that are known only during a run as far as they can be told now. */
export async function reviewsOf({graph}: Project, wired: Wired): Promise<readonly Review[]> {
  const specs: StageSpec[] = [];
  for (const id of graph.order) {
    const node = graph.nodes[id];
    if (node?.kind === 'stage') specs.push(node);
    else if (node !== undefined) {
      const expanded = await wired.expand(node);
      if (expanded.ok) specs.push(...expanded.value);
    }
  }
  return Promise.all(
    specs.flatMap((spec) => (spec.action.kind === 'approval' ? [reviewOf(spec, spec.action.policy, wired)] : [])),
  );
}

async function reviewOf(spec: StageSpec, policy: ApprovalPolicy, {world}: Wired): Promise<Review> {
  try {
    const inputs = await resolveInputs(spec, world);
    if (inputs.missing.length > 0)
      return {
        spec,
        policy,
        asked: `${inputs.missing.join(', ')} ${inputs.missing.length === 1 ? 'is' : 'are'} not there yet`,
      };
    const asked = await askedOf(spec, inputs, world);
    if (asked === undefined) throw new Error(`BUG: ${spec.name} is no approval`);
    return {spec, policy, asked};
  } catch (error) {
    if (error instanceof GatesTrouble || error instanceof FileTrouble || error instanceof NotAFile)
      return {spec, policy, asked: error.message};
    throw error;
  }
}

const LEAST_DIGITS = 4;

/** @param id its first digits are enough. @throws UsageError */
export function requestNamed(reviews: readonly Review[], id: string): Review & {readonly asked: Asked} {
  const open = reviews.flatMap((review) =>
    typeof review.asked === 'string' ? [] : [{...review, asked: review.asked}],
  );
  const found = open.filter(({asked, spec}) =>
    id.length < LEAST_DIGITS ? spec.name === id : asked.request.id.startsWith(id) || spec.name === id,
  );
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const known = open.map(({spec, asked}) => `\`${asked.request.id}\` (${spec.name})`).join(', ');
  throw new UsageError(
    first === undefined
      ? `nothing that is here has the request \`${id}\`: it may be about other data, code or params`
      : `\`${id}\` fits several requests`,
    known === '' ? '`mlp run` makes what is to be decided about' : `there ${open.length === 1 ? 'is' : 'are'} ${known}`,
  );
}
