import type {Host} from '../host/host.ts';
import type {StageContext} from './define-stage.ts';
import type {StageKind} from './kind.ts';

/** Copies files and folders: each dep to the out at the same place of the list, or several into one folder. */
export const copy: StageKind = {
  name: 'copy',
  summary: 'Copies deps to outs: one to one in their order, or several into one folder.',
  version: 1,
  settings: async () => {
    const z = await import('zod');
    return {schema: z.strictObject({})};
  },
  run: (context, _settings, host) => {
    for (const {from, to} of pairs(context)) copyPath(from, to, host);
  },
};

function pairs({inputFiles, outputs}: StageContext): readonly {readonly from: string; readonly to: string}[] {
  const sources = Object.values(inputFiles).flat();
  const targets = Object.values(outputs);
  const [target] = targets;
  if (sources.length === 0) throw new Error('`copy` has nothing to copy: name files or folders in `deps`');
  if (target === undefined)
    throw new Error('`copy` does not know where to: name `outs`, one for each dep or one folder for all');
  if (sources.length === targets.length) {
    return sources.flatMap((from, index) => {
      const to = targets[index];
      return to === undefined ? [] : [{from, to}];
    });
  }
  if (targets.length > 1) {
    throw new Error(
      `\`copy\` has ${sources.length} files in \`deps\` and ${targets.length} \`outs\`: name one out for each, or one folder for all`,
    );
  }
  const taken = new Map<string, string>();
  return sources.map((from) => {
    const name = from.slice(from.lastIndexOf('/') + 1);
    const other = taken.get(name);
    if (other !== undefined) {
      throw new Error(
        `\`copy\` would write both \`${other}\` and \`${from}\` to \`${target}/${name}\`: copy them in two stages`,
      );
    }
    taken.set(name, from);
    return {from, to: `${target}/${name}`};
  });
}

function copyPath(from: string, to: string, {files}: Host): void {
  const stat = files.stat(from);
  if (stat?.type !== 'dir') {
    copyFile(from, to, stat?.exec === true, files);
    return;
  }
  files.makeFolder(to);
  for (const entry of files.walk(from)) {
    const [source, target] = [`${from}/${entry.path}`, `${to}/${entry.path}`];
    if (entry.stat.type === 'dir') files.makeFolder(target);
    else if (entry.stat.type === 'link') files.makeLink(files.readLink(source), target);
    else copyFile(source, target, entry.stat.exec, files);
  }
}

function copyFile(from: string, to: string, exec: boolean, files: Host['files']): void {
  files.copy(from, to, ['reflink', 'copy']);
  // A file that was linked from the cache is read-only; the copy belongs to the user.
  files.setMode(to, exec ? 0o755 : 0o644);
}
