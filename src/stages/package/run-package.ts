/** What a `package` stage does. */
import type {Json} from '../../base/json.ts';
import {openBundleFiles} from '../../bundle/bundle-files.ts';
import {MANIFEST} from '../../bundle/manifest.ts';
import {gateStateOf} from '../../bundle/measures.ts';
import {writeTar} from '../../bundle/tar.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';
import type {KindTools} from '../kind.ts';
import {readJsonFile} from '../shared/json-file.ts';
import {readProfile} from '../shared/profile-file.ts';
import {readTableFile} from '../shared/table-files.ts';
import {withApproval} from './approval.ts';
import {checkEnvironment} from './environment.ts';
import {ingredientsOf} from './ingredients.ts';
import {checkParity} from './parity.ts';
import {packageSettings, type PackageSettings} from './settings.ts';
import {writeBundle, type BundleWork} from './write-bundle.ts';

/** @throws Error with a sentence: nothing to pack, gates that failed, a model that does not predict what was stored */
export async function runPackage(context: StageContext, written: Json, host: Host, tools: KindTools): Promise<void> {
  const settings = withApproval(packageSettings(written), context, host);
  const {folder, archive} = placesOf(context);
  refuseInputs(context, settings, host);
  refuseFailedGates(context, settings, host);
  await checkEnvironment(settings.environment, host);
  const held = await heldOut(context, settings, host);
  const {parity} = settings;
  const parityRows = parity === false ? 0 : Math.min(parity.rows, held?.rows.rowCount ?? 0);
  const work: BundleWork = {
    context,
    settings,
    host,
    tools,
    folder,
    ingredients: await ingredientsOf(context, host),
    ...(held === undefined ? {} : {held}),
    parityRows,
    version: tools.version,
  };
  context.progress(0.1, 'packing');
  await writeBundle(work);
  if (held !== undefined && parity !== false) {
    context.progress(0.5, 'trying the packaged model');
    const {rows, stored} = held;
    const {mlp} = tools;
    const request = {bundle: folder, rows, stored, mostRows: parity.rows, tolerance: parity.tolerance, mlp};
    const compared = await checkParity(request, host);
    context.log(`the packaged model gave the stored predictions again for ${compared} rows`);
  }
  if (archive !== undefined) writeArchive(folder, archive, settings.name, host);
  const manifest = host.files.readBytes(`${folder}/${MANIFEST}`);
  context.log(`${settings.name}: digest ${host.hashing.sha256(manifest)}`);
}

interface Places {
  readonly folder: string;
  readonly archive?: string;
}

function placesOf({outputs}: StageContext): Places {
  const paths = Object.values(outputs);
  const archives = paths.filter((path) => path.endsWith('.tar.gz'));
  const [folder, ...others] = paths.filter((path) => !path.endsWith('.tar.gz'));
  const [archive, ...moreArchives] = archives;
  if (folder === undefined)
    throw new Error('`package` does not know where to: name a folder in `outs`, and beside it a `.tar.gz` if you like');
  if (others.length > 0 || moreArchives.length > 0)
    throw new Error('`package` writes one folder and at most one `.tar.gz`: name no more in `outs`');
  return {folder, ...(archive === undefined ? {} : {archive})};
}

function refuseInputs({inputs}: StageContext, {command, functions, parity}: PackageSettings, host: Host): void {
  if (command === undefined && inputs['model'] === undefined)
    throw new Error('`package` has nothing to pack: name the `model` in `deps`, or a `command` in `with`');
  if (command !== undefined && inputs['model'] !== undefined)
    throw new Error('`package` takes either a `model` or a `command`: name the files of the command under `files`');
  if (functions.length > 0 && inputs['featurizer'] === undefined)
    throw new Error('`functions` belong to a `featurizer`: name it in `deps`');
  const {profile, data} = inputs;
  if (profile !== undefined) {
    readProfile(host, profile, profile);
    if (data === undefined)
      throw new Error('the `profile` is of a table: name that table in `deps`, too, as `data`, so that it is known');
  }
  if (parity !== false && (inputs['rows'] === undefined || inputs['predictions'] === undefined))
    throw new Error(
      '`package` tries the packaged model before it lets it go: name in `deps` held-out `rows` and the `predictions` for them, ' +
        'or say `parity: false`',
    );
}

function refuseFailedGates({inputs}: StageContext, {override}: PackageSettings, host: Host): void {
  const path = inputs['gates'];
  if (path === undefined) return;
  const state = gateStateOf(readJsonFile(host, path));
  if (state === undefined) throw new Error('`gates` is no gates file of `evaluate`, or one of a newer version');
  if (state === 'fail' && override === undefined)
    throw new Error(
      'the gates failed, so the model is not packaged: see the log of `evaluate`; `override: REASON`, or the record of an ' +
        'approval that goes past them as the dep `approval`, packs it all the same',
    );
}

async function heldOut(
  {inputs}: StageContext,
  {parity}: PackageSettings,
  host: Host,
): Promise<BundleWork['held'] | undefined> {
  const {rows, predictions} = inputs;
  if (parity === false || rows === undefined || predictions === undefined) return undefined;
  return {rows: await readTableFile(host, rows), stored: await readTableFile(host, predictions)};
}

/** All files of the bundle in one folder that has its name. */
function writeArchive(folder: string, archive: string, name: string, host: Host): void {
  const files = openBundleFiles(host, folder);
  if (!files.ok) throw new Error(files.error);
  const {paths, read} = files.value;
  const entries = paths.map((path) => ({
    path: `${name}/${path}`,
    content: read(path) ?? new Uint8Array(),
    exec: host.files.stat(`${folder}/${path}`)?.exec === true,
  }));
  host.files.writeAtomic(archive, host.compression.gzip(writeTar(entries)));
}
