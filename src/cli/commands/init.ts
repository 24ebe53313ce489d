/** `mlp init`: a project that runs at once. */
import {packageFile} from '../../host/module-entry.ts';
import type {Host} from '../../host/host.ts';
import type {CommandMember} from '../command.ts';
import {UsageError} from '../../project/usage-error.ts';

export const initCommand: CommandMember = {
  name: 'init',
  summary: 'make a project that runs at once, from a template',
  examples: [
    ['mlp init', 'the minimal template, in this folder'],
    ['mlp init my-project --template tabular-ts', 'TypeScript stages on a small table, in a new folder'],
    ['mlp init --list', 'the templates there are'],
  ],
  define(command, context) {
    command
      .argument('[folder]', 'where to make it', '.')
      .option('-t, --template <name>', 'which template', 'minimal')
      .option('--list', 'list the templates')
      .option('--force', 'overwrite files that are there')
      .action(
        (folder: string, options: {readonly template: string; readonly list?: boolean; readonly force?: boolean}) => {
          const {host, globals} = context();
          const templates = host.files.list(packageFile('templates')).map(({name}) => name);
          if (options.list === true) {
            host.output.out(`${templates.join('\n')}\n`);
            return;
          }
          if (!templates.includes(options.template))
            throw new UsageError(`there is no template \`${options.template}\`; there are: ${templates.join(', ')}`);
          const made = copyTemplate(host, options.template, folder, options.force === true);
          if (globals.json)
            host.output.out(`${JSON.stringify({schema_version: 1, type: 'init', folder, files: made})}\n`);
          else host.output.talk(`${made.map((path) => `  ${path}\n`).join('')}\n${nextSteps(folder, made)}`);
        },
      );
  },
};

/** @throws UsageError naming every file that is in the way; nothing is written then. */
function copyTemplate(host: Host, template: string, folder: string, force: boolean): readonly string[] {
  const {files} = host;
  const source = packageFile(`templates/${template}`);
  // npm leaves some names out of packages: they are shipped with an underscore.
  const copies = [...files.walk(source)]
    .filter(({stat}) => stat.type === 'file')
    .map(({path}) => ({
      from: path,
      to: path.replace(
        /(^|\/)_(gitignore|package\.json)$/,
        (_, before: string, name: string) => before + (name === 'gitignore' ? '.gitignore' : name),
      ),
    }));
  const inTheWay = copies.filter(({to}) => files.lstat(`${folder}/${to}`) !== undefined).map(({to}) => to);
  if (inTheWay.length > 0 && !force)
    throw new UsageError(
      `${inTheWay.map((path) => `\`${path}\``).join(', ')} would be overwritten`,
      'choose another folder, or say --force',
    );
  for (const {from, to} of copies) files.writeAtomic(`${folder}/${to}`, files.readBytes(`${source}/${from}`));
  return copies.map(({to}) => to);
}

function nextSteps(folder: string, made: readonly string[]): string {
  const enter = folder === '.' ? '' : `  cd ${folder}\n`;
  const install = made.includes('package.json') ? '  npm install\n' : '';
  return `Next:\n${enter}${install}  mlp run        # runs every stage\n  mlp run        # and skips them, since nothing changed\n  mlp why STAGE  # tells why\n`;
}
