/**
 * `sandbox: strict`: a stage sees the project folder with only what it declares in it. A folder of its attempt, the box, is
 * mounted in place of the project, its inputs read-only inside; afterwards its outputs are moved out. Reading what is not
 * declared fails as if it were not there; writing it never reaches the project. What lies outside the project, such as
 * interpreters and libraries, stays as it is: nothing there can be declared. Landlock was the alternative; it cannot allow
 * a file that is still to be written without its whole folder. None of this is part of a key.
 */
import type {Host} from '../host/host.ts';
import {isInside} from '../model/ids.ts';
import type {Failure, Job} from '../model/job.ts';
import {formatList} from '../base/format.ts';
import {yamlPath} from '../base/yaml-path.ts';
import {isToolFile, isToolFolder} from './opened-files.ts';

/** More single files are copied into the box instead of being mounted. */
const MOST_MOUNTS = 200;
const TAIL_BYTES = 16_384;

export type SandboxKind =
  {readonly kind: 'bwrap' | 'unshare'; readonly program: string} | {readonly kind: 'none'; readonly missing: string};

/** Looks once what this machine can. */
export interface Sandbox {
  find(): Promise<SandboxKind>;
}

export function createSandbox(host: Host): Sandbox {
  let found: Promise<SandboxKind> | undefined;
  return {find: () => (found ??= findKind(host))};
}

async function findKind({processes, machine, env}: Host): Promise<SandboxKind> {
  if (machine.os !== 'linux') return {kind: 'none', missing: 'it needs Linux'};
  const works = async (argv: readonly string[]): Promise<boolean> =>
    (await processes.capture(argv, {cwd: '/', env: {...env.all()}})).code === 0;
  const bwrap = processes.which('bwrap');
  if (bwrap !== undefined && (await works([bwrap, '--dev-bind', '/', '/', '--', '/bin/sh', '-c', ':'])))
    return {kind: 'bwrap', program: bwrap};
  const unshare = processes.which('unshare');
  if (
    unshare !== undefined &&
    (await works([unshare, '-rm', '--', '/bin/sh', '-c', 'mount --bind /etc /mnt || mount --bind /etc /tmp']))
  )
    return {kind: 'unshare', program: unshare};
  return {
    kind: 'none',
    missing:
      bwrap === undefined
        ? 'neither `bwrap` nor `unshare` works here: install bubblewrap, or allow user namespaces'
        : 'user namespaces are forbidden here, so that `bwrap` cannot work: allow them',
  };
}

interface Mount {
  readonly path: string;
  readonly source: string;
  readonly writable: boolean;
}

export interface Box {
  /** `argv` inside the box, with `cwd` a project path. */
  command(argv: readonly string[], cwd: string): readonly string[];
  /** Once it ended: moves the outputs to their places. @returns project paths of what else was written. */
  empty(): readonly string[];
}

/** @param contract files of the attempt's folder and the log, which the stage may write. */
export function packBox(job: Job, kind: Exclude<SandboxKind, {kind: 'none'}>, {files, root}: Host): Box {
  const box = `${job.workFolder}/box`;
  const mounts: Mount[] = [];
  // Code may lie outside the project, where everything stays as it is.
  const code = (job.codeFiles ?? []).filter((path) => !path.startsWith('/') && !path.startsWith('../'));
  files.makeFolder(box);
  const place = (path: string, writable = false): void => {
    const type = files.stat(path)?.type;
    if (type === undefined || mounts.some((mount) => isInside(path, mount.path))) return;
    const target = `${box}/${path}`;
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
    if (parent !== '.') files.makeFolder(`${box}/${parent}`);
    if (type === 'dir') files.makeFolder(target);
    else if (mounts.length >= MOST_MOUNTS) return files.copy(path, target, ['reflink', 'copy']);
    else if (!files.exists(target)) files.append(target, '');
    mounts.push({path, source: files.absolute(path), writable});
  };
  if (!files.exists(job.logFile)) files.append(job.logFile, '');
  place(job.workFolder, true);
  place(job.logFile, true);
  place('.mlp/build');
  for (const {name, type} of files.list('.'))
    if (type === 'dir' ? isToolFolder(name, files) : isToolFile(name) && name !== 'pipeline.yaml') place(name);
  // Folders first: what lies in them needs no mount of its own.
  const inputs = [...job.inputs].filter(({type}) => type !== 'absent');
  for (const {path} of inputs.filter(({type}) => type === 'dir')) place(path);
  for (const {path} of inputs.filter(({type}) => type !== 'dir')) place(path);
  for (const path of code) place(path);
  if (job.cwd !== '.') files.makeFolder(`${box}/${job.cwd}`);
  for (const out of job.outs) {
    if (out.path.includes('/')) files.makeFolder(`${box}/${out.path.slice(0, out.path.lastIndexOf('/'))}`);
    if (out.persist && files.lstat(out.path) !== undefined) files.move(out.path, `${box}/${out.path}`);
  }
  const known = [...mounts.map(({path}) => path), ...inputs.map(({path}) => path), ...code];
  return {
    command: (argv, cwd) => insideArgv(kind, {box: files.absolute(box), root, mounts, cwd: files.absolute(cwd)}, argv),
    empty: () => {
      for (const {path} of job.outs) {
        if (files.lstat(`${box}/${path}`) === undefined) continue;
        if (path.includes('/')) files.makeFolder(path.slice(0, path.lastIndexOf('/')));
        files.move(`${box}/${path}`, path);
      }
      return [...files.walk(box)]
        .filter(({path, stat}) => stat.type === 'file' && !known.some((mount) => isInside(path, mount)))
        .map(({path}) => path)
        .filter((path) => !/(?:^|\/)(?:__pycache__|\.mlp)\//.test(path));
    },
  };
}

/** Mounts pairs of source and target until `--`; the last one puts the box in the place of the project. */
const UNSHARED = `set -e
while [ "$1" != -- ]; do
  if [ "$1" = box ]; then mount --rbind "$2" "$3"
  else
    mount --bind "$2" "$3"
    [ "$1" = rw ] || mount -o remount,bind,ro "$3" 2>/dev/null || :
  fi
  shift 3
done
cd "$2"
shift 2
exec "$@"`;

function insideArgv(
  {kind, program}: Exclude<SandboxKind, {kind: 'none'}>,
  at: {readonly box: string; readonly root: string; readonly mounts: readonly Mount[]; readonly cwd: string},
  argv: readonly string[],
): readonly string[] {
  const {box, root, mounts, cwd} = at;
  if (kind === 'bwrap')
    return [
      ...[program, '--dev-bind', '/', '/', '--bind', box, root],
      ...mounts.flatMap(({path, source, writable}) => [writable ? '--bind' : '--ro-bind', source, `${root}/${path}`]),
      ...['--chdir', cwd, '--', ...argv],
    ];
  const pairs = mounts.flatMap(({path, source, writable}) => [writable ? 'rw' : 'ro', source, `${box}/${path}`]);
  return [program, '-rm', '--', '/bin/sh', '-c', UNSHARED, 'mlp', ...pairs, 'box', box, root, '--', cwd, ...argv];
}

/** Names the files whose absence a failure may be about: those that it tried to open, and those that its last words name. */
export function namingHidden(failure: Failure, job: Job, tried: readonly string[], host: Host): Failure {
  if (failure.class !== 'exit' && failure.class !== 'threw' && failure.class !== 'missing-output') return failure;
  const hidden = [...new Set([...tried, ...namedInLog(job, host)])];
  if (hidden.length === 0) return failure;
  return {
    ...failure,
    message: `${failure.message}: \`sandbox: strict\` hides ${formatList(hidden.map((path) => `\`${path}\``))}, which ${hidden.length === 1 ? 'is' : 'are'} not declared`,
    hint: `declare what it needs: \`deps: [${hidden.map((path) => yamlPath(path, 'deps')).join(', ')}]\``,
  };
}

function namedInLog(job: Job, {files, root}: Host): readonly string[] {
  const size = files.stat(job.logFile)?.size ?? 0;
  const text = new TextDecoder().decode(files.readRange(job.logFile, Math.max(0, size - TAIL_BYTES), TAIL_BYTES));
  const declared = [...job.inputs, ...job.outs].map(({path}) => path).concat(job.codeFiles ?? []);
  const quoted = [...text.matchAll(/'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`|‘([^’\n]+)’/g)].map((found) =>
    found.slice(1).join(''),
  );
  const words = text.split(/[\s'"`‘’,;()]+/).map((word) => word.replace(/:+$/, ''));
  return [...new Set([...quoted, ...words])].flatMap((word) => {
    if (word === '' || word.length > 1000) return [];
    const path = word.startsWith('/') ? word : `${root}/${job.cwd === '.' ? '' : `${job.cwd}/`}${word}`;
    if (!path.startsWith(`${root}/`) || path.includes('/../')) return [];
    const inside = path
      .slice(root.length + 1)
      .replaceAll('/./', '/')
      .replace(/^\.\//, '');
    if (isInside(inside, '.mlp') || declared.some((one) => isInside(inside, one))) return [];
    return files.stat(inside)?.type === 'file' ? [inside] : [];
  });
}
