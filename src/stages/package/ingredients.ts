/** What a bundle was made of: the stage's inputs by content, and the commit of the project. */
import {byCodeUnits} from '../../base/compare.ts';
import type {Ingredient} from '../../bundle/provenance.ts';
import type {Host} from '../../host/host.ts';
import type {StageContext} from '../define-stage.ts';

export async function ingredientsOf({inputFiles}: StageContext, host: Host): Promise<readonly Ingredient[]> {
  const inputs = Object.entries(inputFiles)
    .flatMap(([name, paths]) => paths.map((path) => ({name, path})))
    .map(({name, path}) => ({name, uri: projectRelative(path, host), digest: {sha256: contentOf(path, host)}}));
  const commit = await host.processes.capture(['git', 'rev-parse', 'HEAD'], {cwd: host.root});
  const code =
    commit.code === 0 ? [{name: 'code', uri: 'git+HEAD', digest: {gitCommit: commit.stdout.trim()}} as const] : [];
  return [...inputs.sort((a, b) => byCodeUnits(a.name, b.name) || byCodeUnits(a.uri, b.uri)), ...code];
}

export const projectRelative = (path: string, {root}: Host): string =>
  path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;

/** Of a file its sha256, of a folder that of the list `sha256  path` of its files, sorted, as sha256sum prints it. */
function contentOf(path: string, {files, hashing}: Host): string {
  if (files.stat(path)?.type !== 'dir') return hashing.fileSha256(path);
  const lines: string[] = [];
  for (const entry of files.walk(path))
    if (entry.stat.type === 'file') lines.push(`${hashing.fileSha256(`${path}/${entry.path}`)}  ${entry.path}\n`);
  return hashing.sha256(lines.join(''));
}
