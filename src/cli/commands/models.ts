/** `mlp models [MODEL]`: packaged models, their versions and aliases; all of one version. */
import {formatList} from '../../base/format.ts';
import {suggest} from '../../base/suggest.ts';
import type {BundleFiles} from '../../bundle/bundle-files.ts';
import {describeBundle} from '../../bundle/describe-bundle.ts';
import {MANIFEST, parseManifest, type BundleManifest} from '../../bundle/manifest.ts';
import type {Cache} from '../../cache/cache.ts';
import {openCache} from '../../cache/open-cache.ts';
import type {Host} from '../../host/host.ts';
import type {Project} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {UsageError} from '../../project/usage-error.ts';
import {renderModel, renderModels} from '../../report/render/models.ts';
import type {ModelRow, ModelView} from '../../report/views/models.ts';
import type {Models, ModelVersion} from '../../store/models.ts';
import type {CommandMember} from '../command.ts';
import {versionNamed} from '../move-alias.ts';
import {bundleInCache, notInCache} from '../open-bundle.ts';
import {openProject} from '../open-project.ts';
import {lookFor} from '../screen.ts';

export const modelsCommand: CommandMember = {
  name: 'models',
  summary: 'packaged models: versions and aliases, or all of one version: data, code, environment, metrics',
  examples: [
    ['mlp models', 'all versions of all models'],
    ['mlp models names', 'those of one'],
    ['mlp models names@champion', 'what it was made of, how good it is, who promoted it'],
    ['mlp models names@champion --file MODEL_CARD.md', 'a file of its bundle'],
  ],
  define(command, context) {
    command
      .argument('[model]', 'a name, NAME@VERSION, NAME@ALIAS or NAME@approved')
      .option('--file <path>', 'print this file of the bundle of one version, and nothing else')
      .action(async (word: string | undefined, {file}: {readonly file?: string}) => {
        const {globals} = context();
        const project = await openProject(context());
        if (project === undefined) return;
        const {host} = project;
        const store = openProjectStore(host);
        try {
          const cache = cacheOf(project);
          const {models} = store;
          if (file !== undefined) {
            if (word === undefined) throw new UsageError('`--file` is of one version: `mlp models NAME@3 --file PATH`');
            host.output.out(fileOfBundle(versionNamed(word, models), file, cache));
            return;
          }
          if (word?.includes('@') === true) {
            const model = modelView(versionNamed(word, models), models, cache, host);
            if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'model', ...model})}\n`);
            else host.output.out(renderModel(model, {...(await lookFor(host)), nowMs: host.clock.now()}));
            return;
          }
          const versions = models.versions(word);
          // Says which models there are when there is none of that name.
          if (word !== undefined && versions.length === 0) versionNamed(word, models);
          const view = {models: versions.map((version) => modelRow(version, packed(version, cache, host)))};
          if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'models', ...view})}\n`);
          else host.output.out(renderModels(view, {...(await lookFor(host)), nowMs: host.clock.now()}));
        } finally {
          store.close();
        }
      });
  },
};

const cacheOf = ({host, pipeline}: Project): Cache => openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');

/** @throws UsageError when it is not there, or is no text */
function fileOfBundle(named: ModelVersion, path: string, cache: Cache): string {
  const name = `${named.model}@${String(named.version)}`;
  const files = bundleInCache(name, named.hash, cache);
  const content = files?.read(path);
  if (files === undefined || (content === undefined && files.paths.includes(path))) throw notInCache(name);
  if (content === undefined) {
    const near = suggest(path, files.paths);
    const there = `it has ${formatList(files.paths.map((one) => `\`${one}\``))}`;
    throw new UsageError(
      `there is no file \`${path}\` in \`${name}\``,
      near === undefined ? there : `did you mean \`${near}\`?`,
    );
  }
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(content);
  } catch {
    throw new UsageError(`\`${path}\` is no text, so it is not printed`);
  }
}

interface Packed {
  readonly files: BundleFiles;
  readonly manifest: BundleManifest;
  readonly digest: string;
}

/** The bundle of a version; undefined when it is not in the cache, or not whole. */
function packed(version: ModelVersion, cache: Cache, host: Host): Packed | undefined {
  const files = bundleInCache(version.model, version.hash, cache);
  const bytes = files?.read(MANIFEST);
  if (files === undefined || bytes === undefined) return undefined;
  const manifest = parseManifest(new TextDecoder().decode(bytes));
  return manifest.ok ? {files, manifest: manifest.value, digest: host.hashing.sha256(bytes)} : undefined;
}

/** Reads of the bundle only its manifest: a list of all versions must not load all models. */
function modelRow(version: ModelVersion, bundle: Packed | undefined): ModelRow {
  const {model, version: number, aliases, isApproved, createdAtMs, run} = version;
  const gates = bundle?.manifest.gates;
  return {
    model,
    version: number,
    aliases,
    isApproved,
    createdAtMs,
    ...(run === undefined ? {} : {run}),
    isThere: bundle !== undefined,
    ...(gates === undefined ? {} : {gates}),
    ...(bundle === undefined ? {} : {digest: bundle.digest}),
  };
}

function modelView(version: ModelVersion, models: Models, cache: Cache, host: Host): ModelView {
  const bundle = packed(version, cache, host);
  const described = bundle === undefined ? undefined : describeBundle(bundle.files);
  const facts = described?.ok === true ? described.value : undefined;
  return {
    ...modelRow(version, bundle),
    measures: facts?.measures ?? [],
    ...(facts?.classes === undefined ? {} : {classes: facts.classes}),
    inputs: facts?.inputs ?? [],
    ...(facts?.features === undefined ? {} : {features: facts.features}),
    ingredients: facts?.ingredients ?? [],
    environment: facts?.environment ?? [],
    bytes: facts?.bytes ?? 0,
    moves: models.moves(version.model).filter((move) => move.version === version.version),
  };
}
