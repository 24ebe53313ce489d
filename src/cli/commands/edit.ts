/** `mlp edit RUN`: name, tags, note and pin of a run. */
import {quoteName} from '../../base/display.ts';
import type {RunRow} from '../../model/run.ts';
import type {CommandMember} from '../command.ts';
import {findProject} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {LabelChange, Store} from '../../store/store.ts';
import {exactJson} from '../../base/exact-json.ts';
import {whichRun} from '../which-run.ts';

interface EditOptions {
  readonly name?: string;
  readonly tag: readonly string[];
  readonly untag: readonly string[];
  readonly note?: string;
  /** Absent when neither `--pin` nor `--unpin` was given. */
  readonly pin?: boolean;
  readonly unpin?: boolean;
}

const gather = (text: string, before: readonly string[]): readonly string[] => [...before, text];

export const editCommand: CommandMember = {
  name: 'edit',
  summary: 'name, tag, note or pin a run; earlier names are kept',
  examples: [
    ['mlp edit 41 --name baseline', '`mlp show baseline` is run 41 from now on'],
    ['mlp edit last --tag paper --tag "figure 3"', 'a run may have many tags, and a tag many runs'],
    ['mlp edit baseline --untag paper --note "lr too high"', ''],
    ['mlp edit 41 --pin', '`mlp gc` keeps its results, `mlp rm` asks for --force'],
    ["mlp edit 41 --name ''", 'takes the name away'],
  ],
  define(command, context) {
    command
      .argument('<run>', 'number, name or tag of a run, or `last`')
      .option('--name <name>', "what to call it; '' takes the name away")
      .option('--tag <tag>', 'add a tag (repeatable)', gather, [])
      .option('--untag <tag>', 'take a tag away (repeatable)', gather, [])
      .option('--note <text>', "a note; '' takes it away")
      .option('--pin', 'its results stay whatever is collected')
      .option('--unpin', 'no longer')
      .action(async (word: string, options: EditOptions) => {
        const {globals, outside, host: at} = context();
        const host = findProject(outside, at);
        const change = changeOf(options, host.clock.now());
        const store = openProjectStore(host);
        try {
          const run = await whichRun(word, host, store);
          const lines = remarks(run, change, store);
          store.labelRun(run.id, change);
          const after = store.run(run.id) ?? run;
          if (globals.json) host.output.out(`${exactJson(jsonOf(after, store))}\n`);
          else host.output.out(`${[sayLabels(after), ...lines].join('\n')}\n`);
        } finally {
          store.close();
        }
      });
  },
};

function changeOf({name, tag, untag, note, pin, unpin}: EditOptions, atMs: number): LabelChange {
  if (pin === true && unpin === true) throw new UsageError('--pin and --unpin exclude each other');
  if (tag.includes('') || untag.includes('')) throw new UsageError('a tag has at least one character');
  const both = tag.find((one) => untag.includes(one));
  if (both !== undefined) throw new UsageError(`the tag ${quoteName(both)} is to be added and taken away`);
  if (name !== undefined) refuseName(name);
  for (const one of tag) refuseNumber(one, 'tag');
  const pinned = pin === true ? {pinned: true} : unpin === true ? {pinned: false} : {};
  const change: LabelChange = {
    atMs,
    ...pinned,
    ...(name === undefined ? {} : {name: name === '' ? null : name}),
    ...(note === undefined ? {} : {note: note === '' ? null : note}),
    ...(tag.length === 0 ? {} : {tag}),
    ...(untag.length === 0 ? {} : {untag}),
  };
  if (Object.keys(change).length === 1)
    throw new UsageError('nothing to change was given', '--name, --tag, --untag, --note, --pin or --unpin');
  return change;
}

/** Words that mean another thing wherever a run is named. */
function refuseName(name: string): void {
  refuseNumber(name, 'name');
  if (/^(?:last(?:~\d+)?|workspace|HEAD|(?:run|git|file):.*)$/s.test(name))
    throw new UsageError(`\`${name}\` cannot be the name of a run: the word has a meaning of its own`);
}

function refuseNumber(text: string, what: string): void {
  if (/^\d+(?:\.\.\d+)?$/.test(text))
    throw new UsageError(`\`${text}\` cannot be a ${what}: it would be taken for the number of a run`);
}

/** What somebody may not expect of a change. */
function remarks(run: RunRow, change: LabelChange, store: Store): readonly string[] {
  const lines: string[] = [];
  const {name} = change;
  if (typeof name === 'string') {
    const other = store.runsNamed(name).find((id) => id !== run.id && store.run(id)?.name === name);
    if (other !== undefined)
      lines.push(`run ${other} has this name too: ${quoteName(name)} means run ${Math.max(other, run.id)}, the newer`);
  }
  for (const tag of change.untag ?? [])
    if (run.tags?.includes(tag) !== true) lines.push(`it had no tag ${quoteName(tag)}`);
  return lines;
}

function sayLabels({id, name, tags, note, pinned}: RunRow): string {
  const parts = [
    ...(name === undefined ? [] : [`name ${quoteName(name)}`]),
    ...(tags === undefined ? [] : [`${tags.length === 1 ? 'tag' : 'tags'} ${tags.map(quoteName).join(', ')}`]),
    ...(note === undefined ? [] : [`note ${quoteName(note)}`]),
    ...(pinned === true ? ['pinned'] : []),
  ];
  return `run ${id}: ${parts.length === 0 ? 'no name, tag or note' : parts.join('; ')}`;
}

function jsonOf({id, name, tags, note, pinned}: RunRow, store: Store): object {
  const labels = {name: name ?? null, tags: tags ?? [], note: note ?? null, pinned: pinned === true};
  return {schema_version: 1, type: 'edit', id, ...labels, earlier_names: store.earlierNames(id)};
}
