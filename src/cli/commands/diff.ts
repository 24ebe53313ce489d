/** `mlp diff [A] [B]`: what differs between two runs, revisions, files or the workspace, and conditions that fail on it. */
import {diffSnapshots} from '../../history/diff.ts';
import type {DiffWorld} from '../../history/diff-rows.ts';
import {diffWorld} from '../../history/diff-world.ts';
import {parseCondition, type Condition} from '../../history/fail-if.ts';
import {judge} from '../../history/fail-if-judge.ts';
import {defaultRef} from '../../history/refs-default.ts';
import type {Ref} from '../../history/refs.ts';
import {completedBy} from '../../history/snapshot-earlier.ts';
import type {Host} from '../../host/host.ts';
import {DIFF_SECTIONS, type DiffSection} from '../../model/diff.ts';
import {diffView, type DiffView} from '../../report/views/diff.ts';
import {checkedTexts} from '../../report/render/diff.ts';
import type {CommandMember} from '../command.ts';
import {exactJson} from '../../base/exact-json.ts';
import {exitCodes} from '../exit-codes.ts';
import {valueOf, withSnapshots, writeOut, type OpenSnapshots} from '../open-snapshots.ts';
import {lookFor} from '../screen.ts';
import {UsageError} from '../../project/usage-error.ts';

const FORMATS = ['text', 'json', 'markdown', 'html'] as const;
type Format = (typeof FORMATS)[number];

interface DiffOptions {
  readonly only: readonly DiffSection[];
  readonly all?: boolean;
  readonly format?: Format;
  readonly failIf: readonly Condition[];
  readonly output?: string;
}

export const diffCommand: CommandMember = {
  name: 'diff',
  summary: 'what differs between two of: a run, a tag, a Git revision, the workspace, a file',
  examples: [
    ['mlp diff', 'the workspace against the last run on the main branch'],
    ['mlp diff last~1 last', 'the last two runs'],
    ['mlp diff main HEAD --only metrics', 'two Git revisions, without a checkout'],
    ["mlp diff main --fail-if 'f1 drop > 0.01' --fail-if 'latency_ms rise > 5%'", 'exit 1 when it got worse'],
    ['mlp diff main --format markdown -o diff.md', 'for a pull request'],
  ],
  define(command, context) {
    command
      .argument(
        '[a]',
        'the old side: a run (number, name, tag, last), a revision, `workspace`, mlp.lock or a metrics file',
      )
      .argument('[b]', 'the new side (default: workspace)')
      .option('--only <sections>', `${DIFF_SECTIONS.join(', ')} (repeatable, or with commas)`, parseSections, [])
      .option('--all', 'unchanged rows too')
      .option('--format <format>', `${FORMATS.join(', ')} (default: text)`, parseFormat)
      .option(
        '--fail-if <condition>',
        'exit 1 when it holds, such as `f1 drop > 0.01` (repeatable)',
        collectCondition,
        [],
      )
      .option('-o, --output <file>', 'write it there instead of stdout')
      .action(async (a: string | undefined, b: string | undefined, options: DiffOptions) => {
        const {globals, host: at} = context();
        const format = globals.json ? 'json' : (options.format ?? 'text');
        await withSnapshots(context(), async (opened) => {
          const view = await compare(opened, a, b, options);
          const failed = view.checks.filter((check) => check.failed);
          writeOut(at, options.output, at.root, await rendered(view, format, at, options.output !== undefined));
          if (failed.length === 0) return;
          context().exit(exitCodes.failed);
          if (format === 'text' && options.output === undefined) return;
          for (const check of failed)
            at.output.talk(`mlp: --fail-if '${check.condition}': ${checkedTexts(check).join('; ')}\n`);
        });
      });
  },
};

async function compare(
  opened: OpenSnapshots,
  a: string | undefined,
  b: string | undefined,
  {only, all, failIf}: DiffOptions,
): Promise<DiffView> {
  const found = a === undefined ? valueOf(await defaultRef(opened)) : undefined;
  const workspace: Ref = {kind: 'workspace'};
  const named = await opened.refs([a, b].filter((text) => text !== undefined));
  const refs = found === undefined ? [...named, workspace].slice(0, 2) : [found.ref, workspace];
  const [before, after] = await opened.snapshots(refs);
  if (before === undefined || after === undefined) throw new Error('BUG: two words gave fewer than two snapshots');
  const needsContents = only.length === 0 || only.includes('data');
  const {store} = opened;
  const diff = diffSnapshots(completedBy(before, after, store), completedBy(after, before, store), {
    ...(needsContents ? diffWorld(await opened.cache(), opened.host) : NO_CONTENTS),
    better: await opened.better(),
  });
  const checks = valueOf(judge(failIf, diff.metrics));
  return diffView(diff, {only, all: all === true, checks, ...(found === undefined ? {} : {because: found.why})});
}

const NO_CONTENTS: DiffWorld = {readTree: () => undefined, countRows: () => undefined};

async function rendered(view: DiffView, format: Format, host: Host, isFile: boolean): Promise<string> {
  switch (format) {
    case 'json':
      return `${exactJson({schema_version: 1, type: 'diff', ...view})}\n`;
    case 'markdown':
      return (await import('../../report/render/diff-markdown.ts')).renderDiffMarkdown(view);
    case 'html':
      return (await import('../../report/render/diff-html.ts')).renderDiffHtml(view);
    case 'text':
      return (await import('../../report/render/diff.ts')).renderDiff(view, isFile ? {} : await lookFor(host));
  }
}

function parseSections(text: string, before: readonly DiffSection[]): readonly DiffSection[] {
  const sections = text.split(',').map((name) => {
    const section = DIFF_SECTIONS.find((known) => known === name.trim());
    if (section === undefined) throw new UsageError(`--only takes ${DIFF_SECTIONS.join(', ')}, not \`${name}\``);
    return section;
  });
  return [...before, ...sections];
}

function parseFormat(text: string): Format {
  const format = FORMATS.find((candidate) => candidate === text);
  if (format === undefined) throw new UsageError(`--format takes ${FORMATS.join(', ')}, not \`${text}\``);
  return format;
}

function collectCondition(text: string, before: readonly Condition[]): readonly Condition[] {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new UsageError(parsed.error);
  return [...before, parsed.value];
}
