/**
 * What a stage opened, held against what it declares now: findings with the lines to add to pipeline.yaml. They are kept
 * in the store, so that `mlp check` lists those of the last run without running; a mended declaration clears them at once.
 */
import {byCodeUnits} from '../base/compare.ts';
import {compileGlob} from '../base/glob.ts';
import type {Json} from '../base/json.ts';
import {formatList} from '../base/format.ts';
import type {RunEvent} from '../model/event.ts';
import {isInside, type Digest, type StageName} from '../model/ids.ts';
import type {Opened, Undeclared} from '../model/opened.ts';
import type {StageSpec} from '../model/stage.ts';
import type {Store} from '../store/store.ts';
import {yamlPath} from '../base/yaml-path.ts';

/** Names of the store's memos: what the hooks saw, and what tracing saw, which is more. */
const TOOLS = {hooks: 'opened files', trace: 'traced files'} as const;
/** From so many files of one folder on, the folder is what should be declared. */
const MANY_FILES = 10;

type SeenBy = keyof typeof TOOLS;

/** What an attempt under a key opened. */
export interface StageOpened extends Opened {
  readonly key: Digest;
}

export function rememberOpened(store: Store, stage: StageName, opened: StageOpened): void {
  const memo = {guards: {}, value: opened as unknown as Json};
  store.setToolMemo(TOOLS.hooks, stage, memo);
  if (opened.traced === true) store.setToolMemo(TOOLS.trace, stage, memo);
}

/** @returns undefined when the stage never ran here. What was traced counts while the stage is the same. */
export function rememberedOpened(
  store: Store,
  stage: StageName,
): {readonly by: SeenBy; readonly opened: Opened} | undefined {
  const of = (by: SeenBy): StageOpened | undefined =>
    store.toolMemo(TOOLS[by], stage)?.value as unknown as StageOpened | undefined;
  const hooks = of('hooks');
  const trace = of('trace');
  if (hooks === undefined) return undefined;
  if (trace?.key !== hooks.key) return {by: 'hooks', opened: hooks};
  const both = (name: 'reads' | 'writes'): readonly string[] =>
    [...new Set([...trace[name], ...hooks[name]])].sort(byCodeUnits);
  return {by: 'trace', opened: {reads: both('reads'), writes: both('writes')}};
}

export function undeclared({reads, writes}: Opened, spec: Pick<StageSpec, 'deps' | 'outs' | 'code'>): Undeclared {
  const globs = spec.deps.filter(({kind}) => kind === 'glob').map(({path}) => compileGlob(path));
  const inputs = spec.deps.filter(({kind}) => kind === 'path').map(({path}) => path);
  const declared = [...inputs, ...spec.code, ...spec.outs.map(({path}) => path)];
  const isNew = (path: string): boolean =>
    !declared.some((one) => isInside(path, one)) && !globs.some((glob) => glob.matches(path));
  const found = reads.filter(isNew);
  return {
    deps: byFolders(found.filter((path) => !isSource(path))),
    code: found.filter(isSource),
    outs: byFolders(writes.filter(isNew)),
  };
}

export const isNone = ({deps, code, outs}: Undeclared): boolean => deps.length + code.length + outs.length === 0;

const isSource = (path: string): boolean => /\.(?:py|pyx|r|R|[cm]?[jt]sx?|sh|bash|jl|pl|rb|lua|sql)$/.test(path);

/** Ten files of a folder are named by the folder. */
function byFolders(paths: readonly string[]): readonly string[] {
  const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  const isMany = (folder: string): boolean => folder !== '' && (counts.get(folder) ?? 0) >= MANY_FILES;
  return [...new Set(paths.map((path) => (isMany(folderOf(path)) ? folderOf(path) : path)))];
}

/** A warning for what was read and one for what was written, each with the lines for pipeline.yaml. */
export function undeclaredNotices(stage: StageName, found: Undeclared): readonly RunEvent[] {
  const notices: RunEvent[] = [];
  const inputs = [...found.deps, ...found.code];
  if (inputs.length > 0)
    notices.push({
      type: 'notice',
      level: 'warning',
      code: 'undeclared-input',
      stage,
      message: `read ${quoted(inputs)}, which ${inputs.length === 1 ? 'is not' : 'are not'} declared: a change there would not make it run again`,
      hint: `add to the stage in pipeline.yaml: ${declarations({...found, outs: []}).join('; ')}`,
    });
  if (found.outs.length > 0)
    notices.push({
      type: 'notice',
      level: 'warning',
      code: 'undeclared-output',
      stage,
      message: `wrote ${quoted(found.outs)}, which ${found.outs.length === 1 ? 'is no declared output' : 'are no declared outputs'}: it is neither kept nor restored`,
      hint: `add to the stage in pipeline.yaml: ${declarations({deps: [], code: [], outs: found.outs}).join('; ')}`,
    });
  return notices;
}

/** `deps: [data/extra.csv]`, one text for each key. */
export function declarations(found: Undeclared): readonly string[] {
  return (['deps', 'code', 'outs'] as const).flatMap((key) =>
    found[key].length === 0 ? [] : [`${key}: [${found[key].map((path) => yamlPath(path, key)).join(', ')}]`],
  );
}

const quoted = (paths: readonly string[]): string => formatList(paths.map((path) => `\`${path}\``));
