/** `mlp init`: a project that runs at once, and the workflow of a CI service for one that is there. */
import {quoteWord} from '../../base/shell-quote.ts';
import type {Host} from '../../host/host.ts';
import {writeEditorSchema} from '../../project/editor-schema.ts';
import {UsageError} from '../../project/usage-error.ts';
import type {CommandMember} from '../command.ts';
import {
  ciFiles,
  ciServices,
  templateFiles,
  templateNames,
  writeNewFiles,
  type CiFiles,
  type CiService,
} from '../new-project.ts';

const DEFAULT_TEMPLATE = 'minimal';

interface InitOptions {
  readonly template?: string;
  readonly ci?: string;
  readonly list?: boolean;
  readonly force?: boolean;
}

export const initCommand: CommandMember = {
  name: 'init',
  summary: 'make a project that runs at once, from a template; or add CI to one that is there',
  examples: [
    ['mlp init', 'the minimal template, in this folder'],
    ['mlp init my-project --template python-sklearn', 'scikit-learn on a small table, in a new folder'],
    ['mlp init --ci github', 'a workflow that runs the pipeline and comments on pull requests'],
    ['mlp init --list', 'the templates there are'],
  ],
  define(command, context) {
    command
      .argument('[folder]', 'where to make it', '.')
      .option('-t, --template <name>', `which template (default: ${DEFAULT_TEMPLATE})`)
      .option(
        '--ci <service>',
        'also a CI workflow: github, gitlab; with approvals: github-review, github-environment, gitlab-review; only that where there is a pipeline.yaml',
      )
      .option('--list', 'list the templates')
      .option('--force', 'overwrite files that are there')
      .action((folder: string, options: InitOptions) => {
        const {host, globals} = context();
        if (options.list === true) {
          host.output.out(`${templateNames(host).join('\n')}\n`);
          return;
        }
        const template = chooseTemplate(host, folder, options);
        const project = template === undefined ? [] : templateFiles(host, template, folder);
        const ci: CiFiles =
          options.ci === undefined ? {files: []} : ciFiles(host, ciService(options.ci), folder, template);
        const all = [...project, ...ci.files];
        writeNewFiles(host, all, options.force === true);
        if (template !== undefined) writeEditorSchema(host, folder);
        const made = all.map(({path}) => path);
        if (globals.json)
          host.output.out(`${JSON.stringify({schema_version: 1, type: 'init', folder, files: made})}\n`);
        else host.output.talk(`${made.map((path) => `  ${path}\n`).join('')}\n${nextSteps(folder, template, ci)}`);
      });
  },
};

/** @returns undefined when only CI is added to a project that is there. */
function chooseTemplate(host: Host, folder: string, {template, ci}: InitOptions): string | undefined {
  if (template === undefined && ci !== undefined && host.files.exists(`${folder}/pipeline.yaml`)) return undefined;
  const name = template ?? DEFAULT_TEMPLATE;
  const names = templateNames(host);
  if (!names.includes(name)) throw new UsageError(`there is no template \`${name}\`; there are: ${names.join(', ')}`);
  return name;
}

function ciService(name: string): CiService {
  const service = ciServices.find((known) => known === name);
  if (service === undefined)
    throw new UsageError(`there is no workflow for \`${name}\`; there are: ${ciServices.join(', ')}`);
  return service;
}

/** What has to be installed before a template's first run. */
const INSTALL: Readonly<Record<string, string>> = {
  'tabular-ts': '  npm install\n',
  'python-sklearn':
    '  python3 -m venv .venv && . .venv/bin/activate\n  pip install -r requirements.txt     # or any python3 with scikit-learn\n',
};

function nextSteps(folder: string, template: string | undefined, ci: CiFiles): string {
  const enter = folder === '.' ? '' : `  cd ${quoteWord(folder)}\n`;
  const todo = ci.todo === undefined ? '' : `For CI, ${ci.todo}\n`;
  const commit = ci.files.length === 0 ? '' : '  git add . && git commit    # mlp.lock too: CI starts from it\n';
  if (template === undefined) return `${todo}Next:\n${enter}  mlp run        # brings mlp.lock up to date\n${commit}`;
  return `${todo}Next:\n${enter}${INSTALL[template] ?? ''}  mlp run        # runs every stage\n  mlp run        # and skips them, since nothing changed\n  mlp why STAGE  # tells why\n${commit}`;
}
