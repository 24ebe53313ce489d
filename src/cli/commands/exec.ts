/** `mlp exec SPEC`: performs one job anywhere and writes its receipt; what an executor elsewhere calls. */
import {openCache} from '../../cache/open-cache.ts';
import {Contents} from '../../engine/contents.ts';
import {performJob} from '../../engine/perform-job.ts';
import {JOB_VERSION, type Job} from '../../model/job.ts';
import type {CommandMember} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {findProject} from '../../project/load-project.ts';
import {openProjectStore} from '../../project/open-project-store.ts';
import {parseYaml} from '../../project/parse-yaml.ts';
import {UsageError} from '../../project/usage-error.ts';
import {apart, GRACE_MS, kinds} from '../../project/wire.ts';

export const execCommand: CommandMember = {
  name: 'exec',
  summary: 'perform one job from its JSON and write a receipt (used by executors)',
  examples: [['mlp exec job.json --receipt receipt.json', 'check the inputs, run, hash and publish the outputs']],
  define(command, context) {
    command
      .argument('<job>', 'a job as JSON')
      .option('--receipt <file>', 'where the receipt goes (default: stdout)')
      .option('--cache <folder>', 'the cache folder', '.mlp/cache')
      .action(async (file: string, options: {readonly receipt?: string; readonly cache: string}) => {
        const {outside, host: at} = context();
        const job = readJob(at.files.readText(file), file);
        const host = findProject(outside, at);
        const store = openProjectStore(host);
        try {
          const contents = new Contents(host, store, {paranoid: false});
          const world = {
            host,
            cache: openCache(host, options.cache),
            contents,
            parseYaml,
            ...kinds(),
            graceMs: GRACE_MS,
            ...apart(host),
          };
          const receipt = await performJob(job, world, {
            onStop: (handler) =>
              host.signals.listen((signal) => handler(signal === 'SIGINT' ? 'interrupt' : 'terminate')),
          });
          const text = `${JSON.stringify(receipt)}\n`;
          if (options.receipt === undefined) host.output.out(text);
          else at.files.writeAtomic(options.receipt, text, {fsync: true});
          context().exit(receipt.outcome === 'succeeded' ? exitCodes.done : exitCodes.failed);
        } finally {
          store.close();
        }
      });
  },
};

function readJob(text: string, file: string): Job {
  try {
    const job = JSON.parse(text) as Job;
    if (job.job_version === JOB_VERSION) return job;
    throw new UsageError(
      `\`${file}\` is a job of version ${String(job.job_version)}; this mlp performs version ${JOB_VERSION}`,
      'use the same mlp on both sides',
    );
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`\`${file}\` is no JSON: ${error.message}`);
    throw error;
  }
}
