/** `mlp doctor`: is everything here that this project needs? */
import {openCache} from '../../cache/open-cache.ts';
import {FileTrouble, type Host} from '../../host/host.ts';
import {createLanguages} from '../../languages/index.ts';
import {moduleEntry} from '../../host/module-entry.ts';
import {parseLock} from '../../model/lock-file.ts';
import {formatBytes} from '../../base/format.ts';
import {renderDoctor} from '../../report/render/doctor.ts';
import type {DoctorCheck} from '../../report/views/doctor.ts';
import {createSandbox} from '../../engine/sandbox.ts';
import {LOCK_FILE} from '../../engine/locked-results.ts';
import type {CommandMember} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import type {Project} from '../../project/load-project.ts';
import {openProject} from '../open-project.ts';
import {openProjectStore, STORE_FILE} from '../../project/open-project-store.ts';
import {lookFor} from '../screen.ts';

const LITTLE_SPACE_BYTES = 2 ** 30;

export const doctorCommand: CommandMember = {
  name: 'doctor',
  summary: 'health of the project, the store, the cache and the interpreters that the stages need',
  examples: [['mlp doctor', 'every check with what to do about it; exit 1 when one fails']],
  define(command, context) {
    command.action(async () => {
      const {globals, exit} = context();
      const project = await openProject(context());
      if (project === undefined) return;
      const {host} = project;
      const checks = [
        nodeCheck(host),
        storeCheck(host),
        ...cacheChecks(project),
        lockCheck(host),
        gitCheck(host),
        ...(await sandboxChecks(project)),
        ...(await languageChecks(project)),
      ];
      if (globals.json) host.output.out(`${JSON.stringify({schema_version: 1, type: 'doctor', checks})}\n`);
      else host.output.out(renderDoctor({checks}, await lookFor(host)));
      if (checks.some(({state}) => state === 'fail')) exit(exitCodes.failed);
    });
  },
};

function nodeCheck({machine}: Host): DoctorCheck {
  return {
    name: 'node',
    state: 'ok',
    message: `Node ${machine.nodeVersion} on ${machine.os} ${machine.arch}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)} of memory`,
  };
}

function storeCheck(host: Host): DoctorCheck {
  if (!host.files.exists(STORE_FILE)) return {name: 'store', state: 'ok', message: 'nothing has run yet'};
  const store = openProjectStore(host);
  try {
    const found = store.integrity();
    if (found !== 'ok')
      return {
        name: 'store',
        state: 'fail',
        message: `${STORE_FILE}: ${found}`,
        hint: 'delete it: mlp.lock and the cache bring the results back',
      };
    const [notice] = store.notices;
    return notice === undefined
      ? {name: 'store', state: 'ok', message: `${STORE_FILE} is sound (schema ${store.schemaVersion})`}
      : {name: 'store', state: 'warn', message: notice};
  } finally {
    store.close();
  }
}

function cacheChecks({host, pipeline}: Project): readonly DoctorCheck[] {
  const {folder} = openCache(host, pipeline.settings.cacheFolder ?? '.mlp/cache');
  const probe = `${folder}/doctor-${host.ids.random(4)}`;
  const checks: DoctorCheck[] = [];
  try {
    host.files.writeAtomic(probe, '');
    host.files.remove(probe);
    checks.push({name: 'cache', state: 'ok', message: `${folder} can be written`});
    const free = host.files.freeBytes(folder);
    if (free < LITTLE_SPACE_BYTES)
      checks.push({
        name: 'disk',
        state: 'warn',
        message: `${formatBytes(free)} free for the cache`,
        hint: '`mlp gc --dry-run` shows what could be freed',
      });
    else checks.push({name: 'disk', state: 'ok', message: `${formatBytes(free)} free for the cache`});
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    checks.push({
      name: 'cache',
      state: 'fail',
      message: error.message,
      hint: 'results cannot be kept: make the folder writable, or set `cache: {folder: ...}`',
    });
  }
  return checks;
}

function lockCheck(host: Host): DoctorCheck {
  const text = host.files.readTextIfThere(LOCK_FILE);
  if (text === undefined) return {name: 'lock', state: 'ok', message: 'no mlp.lock yet'};
  const {problem, candidates} = parseLock(text);
  if (problem !== undefined) return {name: 'lock', state: 'warn', message: problem};
  return {name: 'lock', state: 'ok', message: `mlp.lock names ${candidates[0]?.stages.length ?? 0} results`};
}

function gitCheck(host: Host): DoctorCheck {
  const git = host.processes.which('git');
  return git === undefined
    ? {
        name: 'git',
        state: 'warn',
        message: 'git is not here',
        hint: 'runs are recorded without their commit; install git to have it',
      }
    : {name: 'git', state: 'ok', message: git};
}

/** Only where a stage asks for it. */
async function sandboxChecks({host, graph}: Project): Promise<readonly DoctorCheck[]> {
  if (!graph.nodes.some((node) => node.kind === 'stage' && node.sandbox === 'strict')) return [];
  const found = await createSandbox(host).find();
  return found.kind === 'none'
    ? [{name: 'sandbox', state: 'warn', message: 'stages with `sandbox: strict` run without it', hint: found.missing}]
    : [{name: 'sandbox', state: 'ok', message: `\`sandbox: strict\` is kept by ${found.program}`}];
}

/** Only the languages that a stage is written in. */
async function languageChecks({host, graph}: Project): Promise<readonly DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  for (const language of createLanguages({apiModule: moduleEntry('api')})) {
    const entries = graph.nodes.flatMap((node) =>
      node.kind === 'stage' ? language.entries(node.action, node.cwd) : [],
    );
    if (entries.length === 0) continue;
    for (const {ok, message, hint} of await language.doctor(host, entries)) {
      checks.push({name: language.name, state: ok ? 'ok' : 'fail', message, ...(hint === undefined ? {} : {hint})});
    }
  }
  return checks;
}
