/** `mlp review`: what waits for a person; `mlp review show ID`: what one request is about. */
import type {Asked} from '../../engine/decision.ts';
import type {ApprovalRequest, SignedDecision} from '../../model/approval.ts';
import {UsageError} from '../../project/usage-error.ts';
import {GRACE_MS, wire} from '../../project/wire.ts';
import {renderRequest, renderReviews} from '../../report/render/review.ts';
import type {RequestView, ReviewRow} from '../../report/views/review.ts';
import {readDecisions} from '../../review/decision-files.ts';
import type {CommandMember} from '../command.ts';
import {openProject} from '../open-project.ts';
import {requestNamed, reviewsOf, type Review} from '../reviews.ts';
import {lookFor} from '../screen.ts';

export const reviewCommand: CommandMember = {
  name: 'review',
  summary: 'approvals that wait for a person, and what one of them is about',
  examples: [
    ['mlp review', 'every approval of the pipeline, and where it stands'],
    ['mlp review show 3f2ac81b', 'what is shown, what changed since the last approval, who decided what'],
  ],
  define(command, context) {
    command
      .argument('[show]', '`show`')
      .argument('[request]', 'the id of a request, or as much of it as is needed; a stage')
      .action(async (verb: string | undefined, id: string | undefined) => {
        if (verb !== undefined && verb !== 'show')
          throw new UsageError(`\`mlp review\` takes \`show\`, not \`${verb}\``, '`mlp review show ID`');
        const project = await openProject(context());
        if (project === undefined) return;
        const {host} = project;
        const wired = wire(project, {paranoid: false, graceMs: GRACE_MS});
        try {
          const reviews = await reviewsOf(project, wired);
          wired.store.flushMemos();
          const look = await lookFor(host);
          const isJson = context().globals.json;
          if (verb === undefined) {
            const view = {reviews: reviews.map(rowOf)};
            if (isJson) host.output.out(`${JSON.stringify({schema_version: 1, type: 'reviews', ...view})}\n`);
            else host.output.out(renderReviews(view, look));
            return;
          }
          const waiting = reviews.filter(({asked}) => typeof asked !== 'string' && asked.verdict.state === 'waiting');
          const only = waiting.length > 0 ? waiting : reviews;
          const one = requestNamed(id === undefined ? only : reviews, id ?? onlyOne(only));
          const {decisions} = await readDecisions(one.spec.name, host);
          const view = viewOf(one, decisions);
          if (isJson) host.output.out(`${JSON.stringify({schema_version: 1, type: 'review', ...view})}\n`);
          else host.output.out(renderRequest(view, look));
        } finally {
          wired.store.close();
        }
      });
  },
};

/** @throws UsageError */
function onlyOne(reviews: readonly Review[]): string {
  const [first] = reviews;
  if (first !== undefined && reviews.length === 1) return first.spec.name;
  throw new UsageError('which request? `mlp review show ID`', '`mlp review` lists them');
}

function rowOf({spec, asked}: Review): ReviewRow {
  if (typeof asked === 'string') return {stage: spec.name, state: 'not-ready', because: asked};
  const {request, verdict} = asked;
  return {stage: spec.name, id: request.id, state: verdict.state, because: verdict.because};
}

function viewOf(review: Review & {readonly asked: Asked}, all: readonly SignedDecision[]): RequestView {
  const {request, verdict} = review.asked;
  const {policy} = request;
  const last = lastApproved(request, all);
  const before = new Map((last?.inputs ?? []).map(({path, hash}) => [path, hash]));
  const now = new Set(request.shows.map(({path}) => path));
  return {
    ...rowOf(review),
    id: request.id,
    ...(request.gates === undefined ? {} : {gates: request.gates}),
    by: policy.by,
    count: policy.count,
    require: policy.require,
    notAuthor: policy.notAuthor,
    ask: policy.ask,
    ...(policy.expiresMs === undefined ? {} : {expiresMs: policy.expiresMs}),
    shows: request.shows.map((shown) => ({
      ...shown,
      ...(last === undefined
        ? {}
        : {change: !before.has(shown.path) ? 'new' : before.get(shown.path) === shown.hash ? 'same' : 'changed'}),
    })),
    gone: [...before.keys()].filter((path) => !now.has(path)),
    ...(last === undefined ? {} : {lastApproved: {id: last.id, who: last.who, at: last.at}}),
    decisions: verdict.decisions.map(({file, decision, levels, key, flaw}) => {
      const {decision: word, who, how, at, note, answers, override} = decision;
      return {
        ...{file, decision: word, who, how, at, levels},
        ...(note === undefined ? {} : {note}),
        ...(answers === undefined ? {} : {answers}),
        ...(override === undefined ? {} : {override}),
        ...(key === undefined ? {} : {key}),
        ...(flaw === undefined ? {} : {flaw}),
      };
    }),
    conflict: verdict.conflict,
  };
}

/** For comparison only; whether it counted then is not asked again. */
function lastApproved({id}: ApprovalRequest, all: readonly SignedDecision[]): SignedDecision['decision'] | undefined {
  return all
    .map(({decision}) => decision)
    .filter((decision) => decision.decision === 'approved' && decision.id !== id)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
}
