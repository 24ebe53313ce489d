/** pipeline.yaml to a Pipeline, or to all its mistakes. Loaded on use: yaml and zod are heavy. */
import {isJsonObject, type Json, type JsonObject} from '../base/json.ts';
import {buildGraph} from '../model/graph.ts';
import type {Pipeline, PipelineSettings} from '../model/pipeline.ts';
import {type Branches, branchesOf} from './branches.ts';
import {checkShape} from './check-shape.ts';
import {addGraphProblems} from './graph-problems.ts';
import {Kinds} from './kinds.ts';
import type {LoadInput, LoadOutput} from './load.ts';
import {asEnv, envMap, envMembers, mergedEnv, stageEnv} from './load-env.ts';
import {type LoadedNode, StageLoader} from './load-stage.ts';
import {loadParams} from './params.ts';
import {parseYaml} from './parse-yaml.ts';
import {notInForce} from './problems-stage.ts';
import {ProblemList} from './problems.ts';
import {emptyFile} from './problems-shape.ts';
import {Resolver} from './resolve.ts';
import {type BranchValues, Scope} from './scope.ts';
import {type Located, locatedMap, type Member, memberOf, SourceFile} from './source.ts';
import {StageReferences} from './stage-references.ts';

/** Never throws for what stands in a file. */
export async function loadPipeline(input: LoadInput): Promise<LoadOutput> {
  const problems = new ProblemList();
  const file = await parseYaml(input.file, input.text, problems);
  const finish = (pipeline: Pipeline | undefined, more?: Partial<LoadOutput>): LoadOutput => ({
    pipeline: problems.hasErrors ? undefined : pipeline,
    diagnostics: problems.sorted(input.file),
    envRead: {},
    ...more,
    read: [{path: input.file, text: input.text}, ...(more?.read ?? [])],
  });
  if (file === undefined || file.value === null) {
    if (!problems.hasErrors) problems.add(emptyFile(), new SourceFile(input.file, input.text).top);
    return finish(undefined);
  }
  const {schemasFor} = await import('./schema.ts');
  const schemas = schemasFor('loader');
  const {root: params, read} = await loadParams(memberOf(file, 'params'), input, problems);
  const envRead: Record<string, string | null> = {};
  const callerEnv = (name: string): string | undefined => {
    const value = input.env(name);
    envRead[name] = value ?? null;
    return value;
  };
  const plain = new Scope({params, env: {}, callerEnv, branch: {}});
  const head = resolveHead(file, plain, problems);
  checkShape(schemas.file, head, {where: input.file, problems, known: Object.keys(schemas.file.shape)});
  const stages = memberOf(file, 'stages');
  const env = memberOf(head, 'env');
  const declared = env === undefined ? undefined : asEnv(env);
  const base = plain.with({env: envMap(envMembers(declared))});
  const settings = settingsOf(head.value);
  const remote = memberOf(head, 'remote');
  if (remote !== undefined) problems.add(notInForce('remote', 'objects stay in the cache of this machine'), remote);

  const branchMemo = new Map<string, Branches>();
  const scopeOf = (values: BranchValues, inCommand: boolean): Scope =>
    base.with({branch: values, stages: (reference, at) => references.lookup(reference, at, inCommand)});
  const branches = (group: string): Branches => {
    const known = branchMemo.get(group);
    if (known !== undefined) return known;
    // A foreach over an output of itself finds this instead of an endless loop.
    branchMemo.set(group, {kind: 'broken', loop: true});
    const stage = stages?.members?.get(group)?.node;
    const found: Branches =
      stage === undefined ? {kind: 'broken'} : branchesOf(group, stage, scopeOf({}, false), problems);
    branchMemo.set(group, found);
    return found;
  };
  const nodesByName = new Map([...(stages?.members ?? [])].map(([name, member]) => [name, member.node] as const));
  const references: StageReferences = new StageReferences({
    problems,
    stages: nodesByName,
    branches,
    scopeOf: (group, values) => {
      const outer = scopeOf(values, false);
      const stage = nodesByName.get(group);
      const own = stage === undefined ? undefined : stageEnv(stage, outer, problems).env;
      return own === undefined ? outer : outer.with({env: envMap(mergedEnv(declared, own))});
    },
  });

  const nodes: LoadedNode[] = [];
  if (stages?.members !== undefined) {
    const kinds = await Kinds.for(stages, input.kinds);
    const loader = new StageLoader({
      problems,
      schemas,
      params,
      env: declared,
      tokens: settings.tokens,
      executors: input.executors,
      kinds,
      stages,
      branches,
      scopeOf,
    });
    for (const [name, node] of nodesByName) for (const loaded of loader.load(name, node)) nodes.push(loaded);
    const built = buildGraph(nodes.map((node) => node.spec));
    addGraphProblems(built.problems, nodes, problems);
  }
  const {name, description} = head.value as JsonObject;
  const pipeline: Pipeline = {
    name: typeof name === 'string' ? name : 'pipeline',
    ...(typeof description === 'string' ? {description} : {}),
    nodes: nodes.map((node) => node.spec),
    params: params.value as JsonObject,
    settings,
  };
  return finish(pipeline, {read, envRead});
}

/** Templates of the top-level keys: `env` first, since the others may name what it declares. */
function resolveHead(file: Located, scope: Scope, problems: ProblemList): Located {
  if (file.members === undefined) return file;
  const members = new Map<string, Member>(file.members);
  const replace = (key: string, change: (node: Located) => Located): void => {
    const member = members.get(key);
    if (member !== undefined) members.set(key, {...member, node: change(member.node)});
  };
  replace('env', (node) => new Resolver(scope, problems).texts(node));
  const env = members.get('env')?.node;
  const rest = new Resolver(scope.with({env: envMap(envMembers(env))}), problems);
  for (const key of ['name', 'description', 'cache', 'remote', 'resources']) replace(key, (node) => rest.value(node));
  return locatedMap(file, members);
}

function settingsOf(head: Json): PipelineSettings {
  const map = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
  const {better, cache, remote, resources, meta} = map(head);
  const {salt, link, folder} = map(cache);
  const {url} = map(remote);
  const links =
    typeof link === 'string'
      ? [link]
      : Array.isArray(link) && link.length > 0
        ? (link as readonly Json[])
        : ['reflink', 'copy'];
  const tokens: Record<string, number> = {};
  for (const [name, count] of Object.entries(map(resources))) if (typeof count === 'number') tokens[name] = count;
  return {
    salt: typeof salt === 'string' ? salt : '',
    link: links as PipelineSettings['link'],
    ...(typeof folder === 'string' ? {cacheFolder: folder} : {}),
    ...(typeof url === 'string' ? {remote: {url}} : {}),
    tokens,
    better: directions(map(better)),
    ...(meta === undefined ? {} : {meta}),
  };
}

function directions(declared: JsonObject): PipelineSettings['better'] {
  const known = Object.entries(declared).filter(([, better]) => better === 'up' || better === 'down');
  return Object.fromEntries(known) as PipelineSettings['better'];
}
