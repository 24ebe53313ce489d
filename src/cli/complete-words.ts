/** What may follow on the command line: commands, options, stage names, run numbers, params. */
import {Command} from 'commander';
import type {Host} from '../host/host.ts';
import {leavesOf} from '../base/json.ts';
import type {CommandEntry} from './command.ts';
import {loadProject} from '../project/load-project.ts';
import {openProjectStore, STORE_FILE} from '../project/open-project-store.ts';
import type {Outside} from '../project/outside.ts';
import {UsageError} from '../project/usage-error.ts';

const GLOBAL_OPTIONS = ['-C', '--json', '--quiet', '--verbose', '--help'];
const WITH_STAGES = new Set([
  ...['run', 'plan', 'status', 'why', 'logs', 'dag', 'watch', 'check', 'accept', 'verify', 'lineage', 'clean'],
]);
const WITH_RUNS = new Set(['show', 'edit', 'rm', 'report', 'restore', 'diff', 'metrics', 'params']);
const STAGE_OPTIONS = new Set(['--from']);

/** @param words what was typed after `mlp`; the last one is being typed. */
export async function completeWords(
  words: readonly string[],
  outside: Outside,
  host: Host,
  commands: readonly CommandEntry[],
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const before = words.at(-2);
  const name = words.slice(0, -1).find((word) => !word.startsWith('-'));
  const entry = commands.find((command) => command.name === name);
  let found: readonly string[];
  if (entry === undefined) found = typed.startsWith('-') ? GLOBAL_OPTIONS : commands.map((command) => command.name);
  else if (before === '--run') found = runWords(host);
  else if (before === '--set') found = (await paramPaths(outside, host)).map((path) => `${path}=`);
  else if (typed.startsWith('-')) found = [...(await optionsOf(entry)), ...GLOBAL_OPTIONS];
  else if (WITH_STAGES.has(entry.name) || STAGE_OPTIONS.has(before ?? '')) found = await stageNames(outside, host);
  else if (WITH_RUNS.has(entry.name)) found = ['last', ...runWords(host)];
  else if (entry.name === 'completion') found = ['bash', 'zsh', 'fish'];
  else found = [];
  return found.filter((word) => word.startsWith(typed));
}

async function optionsOf(entry: CommandEntry): Promise<readonly string[]> {
  const member = await entry.load();
  const command = new Command(entry.name);
  member.define(command, () => {
    throw new Error('BUG: completion runs nothing');
  });
  return command.options.map((option) => option.long ?? option.short ?? '');
}

async function stageNames(outside: Outside, host: Host): Promise<readonly string[]> {
  const project = await quietly(outside, host);
  if (project === undefined) return [];
  return [...new Set(project.graph.nodes.flatMap((node) => [node.group, node.name]))];
}

async function paramPaths(outside: Outside, host: Host): Promise<readonly string[]> {
  const project = await quietly(outside, host);
  return project === undefined ? [] : leavesOf(project.pipeline.params).map(([path]) => path);
}

async function quietly(outside: Outside, host: Host) {
  try {
    const loaded = await loadProject(outside, host, []);
    return loaded.ok ? loaded.project : undefined;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Numbers, and names and tags that a shell takes as one word. */
function runWords(host: Host): readonly string[] {
  if (!host.files.exists(STORE_FILE)) return [];
  const store = openProjectStore(host);
  try {
    const runs = store.runs(50);
    const labels = runs
      .flatMap((run) => [run.name ?? [], run.tags ?? []].flat())
      .filter((label) => /^[\w.@/-]+$/.test(label));
    return [...runs.map((run) => String(run.id)), ...new Set(labels)];
  } finally {
    store.close();
  }
}
