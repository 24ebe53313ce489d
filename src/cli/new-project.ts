/** What `mlp init` writes: a template, and the workflow of a CI service. Everything is looked at before anything is written. */
import {safeText} from '../base/display.ts';
import type {Host} from '../host/host.ts';
import {packageFile} from '../host/module-entry.ts';
import {UsageError} from '../project/usage-error.ts';

/** A file to write; the path is absolute or relative to where the user stands. */
export interface NewFile {
  readonly path: string;
  readonly content: Uint8Array | string;
}

/** Workflow -> where GitHub looks for it; GitLab has one file. The names of folders below templates/, without `ci-`. */
const WORKFLOWS = {
  github: '.github/workflows/mlp.yml',
  'github-review': '.github/workflows/mlp-review.yml',
  'github-environment': '.github/workflows/mlp-environment.yml',
  gitlab: undefined,
  'gitlab-review': undefined,
} as const;

export type CiService = keyof typeof WORKFLOWS;
export const ciServices = Object.keys(WORKFLOWS) as readonly CiService[];

const isCi = (name: string): boolean => name.startsWith('ci-');

/** What YAML, a shell and the services' templates all leave alone between quotes. */
const PLAIN_PATH = /^[\p{L}\p{N} ./_@+=-]+$/u;

/** A number of the template's that must not get worse; the place of the gate in a CI workflow. */
const GATES: Readonly<Record<string, string>> = {
  minimal: 'rmse rise > 0.1',
  'python-sklearn': 'accuracy drop > 0.02',
  r: 'accuracy drop > 0.02',
  'tabular-ts': 'accuracy drop > 0.02',
};

export function templateNames({files}: Host): readonly string[] {
  return files
    .list(packageFile('templates'))
    .map(({name}) => name)
    .filter((name) => !isCi(name));
}

export function templateFiles({files}: Host, template: string, folder: string): readonly NewFile[] {
  const source = packageFile(`templates/${template}`);
  return [...files.walk(source)]
    .filter(({stat}) => stat.type === 'file')
    .map(({path}) => ({path: join(folder, shipped(path)), content: files.readBytes(`${source}/${path}`)}));
}

/** npm leaves some names out of packages, and others would act on this repository: they are shipped with an underscore. */
const shipped = (path: string): string =>
  path.replace(/(^|\/)_(gitignore|gitattributes)$/, '$1.$2').replace(/(^|\/)_(package\.json)$/, '$1$2');

export interface CiFiles {
  readonly files: readonly NewFile[];
  /** What is left for the person. */
  readonly todo?: string;
}

/** @param template what the project is made of; undefined for one that was there. */
export function ciFiles(host: Host, service: CiService, folder: string, template?: string): CiFiles {
  const {root, below} = repositoryOf(host, folder);
  if (!PLAIN_PATH.test(below)) {
    throw new UsageError(
      `\`${safeText(below)}\` cannot be named in a workflow, which may give its signs another meaning`,
      'use letters, digits, blanks and ./_@+=- in the names of folders above the project',
    );
  }
  const text = host.files
    .readText(packageFile(`templates/ci-${service}/workflow.yml`))
    .replaceAll('@PROJECT@', below)
    .replaceAll('@GATE@', template === undefined ? '' : (GATES[template] ?? ''));
  const at = (path: string): NewFile => ({path: join(root, path), content: text});
  const workflow = WORKFLOWS[service];
  if (workflow !== undefined) return {files: [at(workflow)]};
  const own = host.files.lstat(join(root, '.gitlab-ci.yml'));
  if (own === undefined) return {files: [at('.gitlab-ci.yml')]};
  return {
    files: [at(`.gitlab/${service === 'gitlab' ? 'mlp' : 'mlp-review'}.yml`)],
    todo: `add to your .gitlab-ci.yml:\n\n  include:\n    - local: .gitlab/${service === 'gitlab' ? 'mlp' : 'mlp-review'}.yml\n`,
  };
}

/** CI services look into the folder that holds `.git`. @returns it, and the project's path from there. */
function repositoryOf({files}: Host, folder: string): {readonly root: string; readonly below: string} {
  const parts = files.absolute(folder).split('/');
  for (let length = parts.length; length > 1; length--) {
    const candidate = parts.slice(0, length).join('/');
    if (!files.exists(`${candidate}/.git`)) continue;
    const below = parts.slice(length).join('/');
    return below === '' ? {root: folder, below: '.'} : {root: candidate, below};
  }
  return {root: folder, below: '.'};
}

/** @throws UsageError naming every file that is in the way; nothing is written then. */
export function writeNewFiles({files}: Host, all: readonly NewFile[], force: boolean): void {
  const inTheWay = all.filter(({path}) => files.lstat(path) !== undefined).map(({path}) => path);
  if (inTheWay.length > 0 && !force) {
    throw new UsageError(
      `${inTheWay.map((path) => `\`${path}\``).join(', ')} would be overwritten`,
      all.some(({path}) => path.endsWith('pipeline.yaml')) && !inTheWay.some((path) => path.endsWith('pipeline.yaml'))
        ? 'in a project of yours, `mlp init --template bare` writes only a pipeline.yaml; or choose another folder'
        : 'choose another folder, or say --force to lose what is there',
    );
  }
  for (const {path, content} of all) files.writeAtomic(path, content);
}

const join = (folder: string, path: string): string => (folder === '.' ? path : `${folder}/${path}`);
