/** Points an alias at a version of a model, for `mlp promote` and `mlp rollback`. */
import {textOf} from '../bundle/describe-bundle.ts';
import {MANIFEST, parseManifest} from '../bundle/manifest.ts';
import type {Cache} from '../cache/cache.ts';
import {openCache} from '../cache/open-cache.ts';
import {modelVersion} from '../history/model-refs.ts';
import type {Host} from '../host/host.ts';
import {whoIsHere} from '../project/who.ts';
import {openProjectStore} from '../project/open-project-store.ts';
import {UsageError} from '../project/usage-error.ts';
import {APPROVED, type Models, type ModelVersion} from '../store/models.ts';
import type {CommandContext} from './command.ts';
import {bundleInCache, notInCache} from './open-bundle.ts';
import {openProject} from './open-project.ts';

/** Numbers name versions. */
const ALIAS = /^[A-Za-z_][\w.-]*$/;

export interface AliasWorld {
  readonly host: Host;
  readonly models: Models;
  readonly cache: Cache;
}

/** Opens what a move of an alias needs, and prints what it says. */
export async function withAliases(
  context: CommandContext,
  alias: string,
  move: (world: AliasWorld) => string | Promise<string>,
): Promise<void> {
  if (!ALIAS.test(alias))
    throw new UsageError(
      `\`${alias}\` is no alias: it begins with a letter, and has letters, digits, \`_\`, \`-\`, \`.\``,
    );
  if (alias === APPROVED)
    throw new UsageError(
      '`approved` is no alias: it is the newest version that people approved',
      'its stage `package` takes the record of an approval as the dep `approval`; `mlp approve` decides',
    );
  const project = await openProject(context);
  if (project === undefined) return;
  const {host, pipeline} = project;
  const store = openProjectStore(host);
  try {
    const cache = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
    host.output.out(await move({host, models: store.models, cache}));
  } finally {
    store.close();
  }
}

/** @throws UsageError */
export function versionNamed(word: string, models: Models): ModelVersion {
  const version = modelVersion(word, models);
  if (!version.ok) throw new UsageError(version.error, '`mlp models` lists them');
  return version.value;
}

/** @throws UsageError for a version without files, or whose gates failed and for which nobody says why it is used all the same */
export async function moveAlias(
  version: ModelVersion,
  alias: string,
  because: string | undefined,
  {host, models, cache}: AliasWorld,
): Promise<string> {
  const {model, version: number} = version;
  const name = `${model}@${String(number)}`;
  const before = models.versions(model).find(({aliases}) => aliases.includes(alias));
  if (before?.version === number) return `\`${alias}\` is \`${name}\` already\n`;
  const files = bundleInCache(name, version.hash, cache);
  const manifest = files === undefined ? undefined : parseManifest(textOf(files, MANIFEST) ?? '');
  if (manifest?.ok !== true) throw notInCache(name);
  if (manifest.value.gates === 'fail' && because === undefined)
    throw new UsageError(`the gates of \`${name}\` failed`, '`--because REASON` records why it is used all the same');
  const by = await whoIsHere(host);
  models.move(model, {
    alias,
    version: number,
    atMs: host.clock.now(),
    ...(by === undefined ? {} : {by}),
    ...(because === undefined ? {} : {because}),
  });
  const was = before === undefined ? '' : `, before ${model}@${String(before.version)}`;
  return `${alias} is now ${name}${was}\n`;
}
