/** `mlp runs`: the history, listed, filtered and sorted. */
import type {CommandMember} from '../command.ts';
import {findProject} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {RunHead} from '../../store/search-contract.ts';
import type {Store} from '../../store/store.ts';
import {renderRuns, renderRunsCsv} from '../../report/render/runs.ts';
import type {RunsView} from '../../report/views/runs.ts';
import {exactJson} from '../../base/exact-json.ts';
import {parseCount} from '../parse-options.ts';
import {findRuns} from '../runs-view.ts';
import {lookFor} from '../screen.ts';

interface RunsOptions {
  readonly where?: string;
  readonly sort?: string;
  readonly columns?: string;
  readonly number: number;
  readonly all?: boolean;
  readonly csv?: boolean;
}

/** What other tools call below `runs`, and what it is here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  rm: 'rm',
  delete: 'rm',
  remove: 'rm',
  show: 'show',
  edit: 'edit',
  rename: 'edit --name',
  tag: 'edit --tag',
  note: 'edit --note',
};

export const runsCommand: CommandMember = {
  name: 'runs',
  summary: 'earlier runs, newest first: listed, filtered and sorted',
  examples: [
    ['mlp runs', 'the last 20'],
    ["mlp runs --where 'metrics.f1 > 0.9 and params.train.trees = 200'", 'by what came out and what went in'],
    ["mlp runs --where 'tag = baseline or started > 7d'", 'by tag, or of the last 7 days'],
    ['mlp runs --sort -metrics.f1 -n 5', 'the five with the largest f1'],
    [`mlp runs --columns 'id, name, metrics."log loss", params.train.lr'`, 'chosen columns'],
    ['mlp runs --all --csv > runs.csv', 'everything, for a spreadsheet'],
  ],
  define(command, context) {
    command
      .argument('[words...]', 'none: `mlp show`, `mlp edit` and `mlp rm` take a run')
      .option('--where <expression>', 'only runs for which this holds; README.md has the language')
      .option('--sort <field>', 'by a field, smallest first; -field: largest first')
      .option('--columns <fields>', 'these columns: fields with commas between them')
      .option('-n, --number <count>', 'how many', parseCount, 20)
      .option('--all', 'without end')
      .option('--csv', 'as CSV, with a head')
      .addHelpText(
        'after',
        '\nFields: id status name tag note pinned started ended duration branch commit dirty\n' +
          '  metrics.NAME  metrics.STAGE:NAME  params.NAME  params.STAGE.NAME  facts.NAME  stage.NAME.outcome\n',
      )
      .action(async (words: readonly string[], options: RunsOptions) => {
        const {globals, outside, host: at} = context();
        refuseWords(words);
        const host = findProject(outside, at);
        const store = openProjectStore(host);
        try {
          const columns = options.columns === undefined ? undefined : splitColumns(options.columns);
          const query = {
            plain: options.csv === true || globals.json,
            ...(options.where === undefined ? {} : {where: options.where}),
            ...(options.sort === undefined ? {} : {sort: options.sort}),
            ...(columns === undefined ? {} : {columns}),
            ...(options.all === true ? {} : {limit: options.number}),
          };
          const {runs, view} = findRuns(query, store.searchRuns(), host.clock.now());
          if (options.csv === true) host.output.out(renderRunsCsv(view));
          else if (globals.json) host.output.out(`${exactJson(jsonOf(runs, view, store))}\n`);
          else host.output.out(renderRuns(view, {...(await lookFor(host)), nowMs: host.clock.now()}));
        } finally {
          store.close();
        }
      });
  },
};

function refuseWords([first, ...rest]: readonly string[]): void {
  if (first === undefined) return;
  const command = Object.hasOwn(ELSEWHERE, first) ? ELSEWHERE[first] : undefined;
  const run = command === undefined ? first : (rest[0] ?? 'RUN');
  throw new UsageError(
    `\`mlp runs\` lists runs and takes no \`${first}\``,
    command === undefined
      ? `\`mlp show ${run}\` shows one run, \`--where\` chooses some`
      : `it is \`mlp ${command.replace(/^edit/, `edit ${run}`)}${command.startsWith('edit') ? '' : ` ${run}`}\``,
  );
}

/** At commas that do not stand in quotes. */
function splitColumns(text: string): readonly string[] {
  const columns = [...`${text},`.matchAll(/((?:[^,"']|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)*),/gs)].map(([, column]) =>
    (column ?? '').trim(),
  );
  if (columns.includes('')) throw new UsageError('--columns takes fields, such as `id,metrics.f1`');
  return columns;
}

/** Whole rows, each with what its columns hold: one value, a list of several, or null. */
function jsonOf(runs: readonly RunHead[], {columns, rows, total}: RunsView, store: Store): object {
  const list = runs.map((head, index) => {
    const cells = rows[index]?.cells ?? [];
    const values = columns.map(({title}, place) => {
      const found = cells[place] ?? [];
      return [title, found.length > 1 ? found : (found[0] ?? null)] as const;
    });
    return {...(store.run(head.id) ?? head), values: Object.fromEntries(values)};
  });
  return {schema_version: 1, type: 'runs', runs: list, total: total ?? runs.length};
}
