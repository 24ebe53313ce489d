/**
 * The keys of a stage, templates resolved, to a StageSpec. Pure: the loader calls it after the schema has been checked,
 * the engine through expand.ts with the items of a dynamic stage, whose values nobody has checked; hence the types are
 * looked at here too.
 */
import {suggest} from '../base/suggest.ts';
import {isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import type {Place} from '../model/diagnostic.ts';
import {type ProjectPath, stageName} from '../model/ids.ts';
import type {Action, Resources, RetryCause, RetryPolicy, StageSpec} from '../model/stage.ts';
import * as say from './problems-stage.ts';
import {wrongType} from './problems-shape.ts';
import {nulInCommand} from './problems-template.ts';
import {describe} from './render.ts';
import {APPROVAL_KEYS, approvalPolicy} from './build-approval.ts';
import {functionReference, type NamedBySettings} from './kind-reads.ts';
import {checkedPath, type Report, type StageFiles} from './stage-files.ts';
import {parseDuration, parseSize} from '../base/units.ts';

/** What a stage gets that does not stand in its own keys. Plain JSON: it travels in DynamicSpec.template. */
export interface StageSurroundings {
  readonly group: string;
  /** Version of the built-in stage that `uses` names. */
  readonly kindVersion: number;
  /** Variables of the whole file and of the stage. */
  readonly env: {readonly [name: string]: string | null};
  /** Named params with their values. */
  readonly params: JsonObject;
  /** Declared capacities of named tokens. */
  readonly tokens: {readonly [name: string]: number};
  /** Names of the executors that there are. */
  readonly executors: readonly string[];
}

const RETRY_CAUSES: readonly RetryCause[] = ['exit', 'timeout', 'signal', 'oom', 'lost'];
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @param report takes mistakes with their path in the stage; the spec is whole even then, with defaults for what is wrong. */
export function buildStage(
  name: string,
  body: JsonObject,
  files: StageFiles & NamedBySettings,
  around: StageSurroundings,
  place: Place | undefined,
  report: Report,
): StageSpec {
  const flag = (key: string, otherwise = false): boolean => (typeof body[key] === 'boolean' ? body[key] : otherwise);
  const seed = body['seed'];
  if (seed !== undefined && typeof seed !== 'number')
    report(['seed'], wrongType('`seed`', 'a whole number', describe(seed)));
  const timeoutMs = duration(body, 'timeout', report);
  const timeoutIdleMs = duration(body, 'timeout_idle', report);
  const secrets = textsOf(body['secrets']);
  secrets.forEach((secret, index) => {
    if (Object.hasOwn(around.env, secret)) report(['secrets', index], say.envAndSecret(secret));
    else if (!ENV_NAME.test(secret)) report(['secrets', index], say.badEnvName(secret));
  });
  for (const variable of Object.keys(around.env))
    if (!ENV_NAME.test(variable)) report(['env', variable], say.badEnvName(variable));
  if (flag('always') && flag('frozen')) report(['frozen'], say.contradictingKeys('always', 'frozen'));
  const executor = body['executor'] === undefined ? 'local' : textOf(body['executor']);
  if (!around.executors.includes(executor)) report(['executor'], say.unknownExecutor(executor, around.executors));
  const onError = body['on_error'];
  const {description, version, meta} = body;
  return {
    kind: 'stage',
    name: stageName(name),
    group: around.group,
    action: actionOf(body, around, files, report),
    cwd: cwdOf(body, report),
    deps: files.deps,
    outs: files.outs,
    params: around.params,
    env: around.env,
    secrets,
    after: textsOf(body['after']),
    code: textsOf(body['code']).flatMap((text, index) => checkedPath(text, ['code', index], report) ?? []),
    ignoreCode: textsOf(body['ignore_code']),
    ...(version === undefined ? {} : {version}),
    ...(typeof seed === 'number' ? {seed} : {}),
    ...(timeoutMs === undefined ? {} : {timeoutMs}),
    ...(timeoutIdleMs === undefined ? {} : {timeoutIdleMs}),
    retry: retryOf(body['retry'], report),
    resources: resourcesOf(body['resources'], around.tokens, report),
    onError: onError === 'kill' || onError === 'continue' ? onError : 'stop',
    deterministic: flag('deterministic'),
    cache: flag('cache', true),
    always: flag('always'),
    frozen: flag('frozen'),
    platform: flag('platform'),
    sandbox: body['sandbox'] === 'strict' ? 'strict' : 'off',
    executor,
    tags: textsOf(body['tags']),
    ...(typeof description === 'string' ? {description} : {}),
    ...(meta === undefined ? {} : {meta}),
    ...(place === undefined ? {} : {place}),
  };
}

/** Where the process starts; the project folder when the key is absent or wrong. */
export function cwdOf(body: JsonObject, report: Report): ProjectPath {
  const cwd = body['cwd'];
  if (cwd !== undefined && typeof cwd !== 'string') report(['cwd'], wrongType('`cwd`', 'a text', describe(cwd)));
  const path = typeof cwd === 'string' ? checkedPath(cwd, ['cwd'], report, true) : undefined;
  return path ?? ('.' as ProjectPath);
}

function actionOf(
  body: JsonObject,
  around: StageSurroundings,
  {functions, pathFree}: NamedBySettings,
  report: Report,
): Action {
  const {run, cmd, uses, shell, approval} = body;
  if (approval === true) return {kind: 'approval', policy: approvalPolicy(body, report)};
  for (const key of APPROVAL_KEYS)
    if (body[key] !== undefined && approval === undefined)
      report(
        [key],
        say.keyNotForAction(
          key,
          run !== undefined ? 'run' : uses !== undefined ? 'uses' : 'cmd',
          'it belongs to `approval`',
        ),
      );
  if (uses !== undefined) {
    const settings = body['with'];
    forbid(body, ['cwd', 'shell'], 'uses', 'a built-in stage starts in the project folder', report);
    return {
      kind: 'builtin',
      uses: textOf(uses),
      version: around.kindVersion,
      settings: isJsonObject(settings) ? settings : {},
      ...(functions === undefined ? {} : {functions}),
      ...(pathFree === undefined ? {} : {pathFree}),
    };
  }
  if (body['with'] !== undefined)
    report(['with'], say.keyNotForAction('with', run === undefined ? 'cmd' : 'run', 'it belongs to `uses`'));
  if (run !== undefined) {
    forbid(body, ['cwd', 'shell'], 'run', 'a function starts in the project folder and needs no shell', report);
    return {kind: 'function', ...functionReference(textOf(run), ['run'], report)};
  }
  if (Array.isArray(cmd)) {
    forbid(body, ['shell'], 'cmd', 'a list of words is started without a shell; write the command as one text', report);
    const argv = (cmd as readonly Json[]).map(textOf);
    if (argv.length === 0 || argv[0] === '') report(['cmd'], say.emptyCommand());
    if (argv.some((word) => word.includes('\0'))) report(['cmd'], nulInCommand());
    return {kind: 'argv', argv};
  }
  const text = textOf(cmd);
  if (text.trim() === '') report(['cmd'], say.emptyCommand());
  if (text.includes('\0')) report(['cmd'], nulInCommand());
  const words = typeof shell === 'string' ? shell.split(/\s+/).filter((word) => word !== '') : textsOf(shell);
  if (shell !== undefined && words.length === 0) report(['shell'], say.emptyCommand());
  return {kind: 'script', text, shell: words.length === 0 ? ['sh', '-eu', '-c'] : words};
}

function forbid(body: JsonObject, keys: readonly string[], action: string, hint: string, report: Report): void {
  for (const key of keys) if (body[key] !== undefined) report([key], say.keyNotForAction(key, action, hint));
}

function duration(body: JsonObject, key: string, report: Report): number | undefined {
  const written = body[key];
  if (written === undefined) return undefined;
  const ms = parseDuration(written);
  if (ms === undefined)
    report(
      [key],
      wrongType(`\`${key}\``, 'a duration such as `90s`, `30m` or `1h30m`, or a number of seconds', describe(written)),
    );
  return ms;
}

function retryOf(written: Json | undefined, report: Report): RetryPolicy {
  const policy: JsonObject = isJsonObject(written) ? written : {times: written ?? 0};
  const backoff = isJsonObject(policy['backoff']) ? policy['backoff'] : {};
  const wait = (key: string, otherwise: number): number => {
    const ms = parseDuration(backoff[key]);
    if (backoff[key] !== undefined && ms === undefined)
      report(['retry', 'backoff', key], wrongType(`\`${key}\``, 'a duration such as `10s`', describe(backoff[key])));
    return ms ?? otherwise;
  };
  return {
    times: typeof policy['times'] === 'number' ? policy['times'] : 0,
    on: Array.isArray(policy['on']) ? (policy['on'] as readonly (RetryCause | number)[]) : RETRY_CAUSES,
    backoff: {
      firstMs: wait('first', 1000),
      factor: typeof backoff['factor'] === 'number' ? backoff['factor'] : 2,
      maxMs: wait('max', 60_000),
    },
  };
}

function resourcesOf(
  written: Json | undefined,
  capacities: {readonly [name: string]: number},
  report: Report,
): Resources {
  const {cpu, memory, ...others} = isJsonObject(written) ? written : {};
  const memoryBytes = memory === undefined ? undefined : parseSize(memory);
  if (memory !== undefined && memoryBytes === undefined)
    report(['resources', 'memory'], wrongType('`memory`', 'a size such as `500M` or `2G`', describe(memory)));
  if (cpu !== undefined && typeof cpu !== 'number')
    report(['resources', 'cpu'], wrongType('`cpu`', 'a number above 0', describe(cpu)));
  const tokens: Record<string, number> = {};
  for (const [name, count] of Object.entries(others)) {
    const declared = Object.hasOwn(capacities, name);
    const near = declared ? undefined : mistypedResource(name, Object.keys(capacities));
    const there = declared ? (capacities[name] ?? 1) : 1;
    if (near !== undefined) report(['resources', name], say.unknownResource(name, near));
    else if (typeof count !== 'number' || !Number.isInteger(count) || count < 0)
      report(['resources', name], say.badResource(name));
    else if (count > there) report(['resources', name], say.resourceTooLarge(name, count, there));
    else tokens[name] = count;
  }
  return {cpu: typeof cpu === 'number' ? cpu : 1, ...(memoryBytes === undefined ? {} : {memoryBytes}), tokens};
}

/** `gpu` is no mistyped `cpu`: short names count only in their usual other spellings. */
function mistypedResource(name: string, declared: readonly string[]): string | undefined {
  if (/^(cpus?|cores?)$/i.test(name)) return 'cpu';
  if (/^mem$/i.test(name)) return 'memory';
  return suggest(name, [...(name.length > 4 ? ['memory'] : []), ...(name.length > 3 ? declared : [])]);
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const textsOf = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly Json[]).filter((item) => typeof item === 'string') : [];
