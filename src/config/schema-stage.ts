/** The keys of a stage, each with the sentence that editors show. */
import * as z from 'zod';
import {listOrMap, type Parts} from './schema-parts.ts';

const OUT_TYPES = ['file', 'dir'] as const;
const SHA256 = 'a sha256: 64 hexadecimal digits';
const RETRY_CAUSES = ['exit', 'timeout', 'signal', 'oom', 'lost'] as const;

/** All keys of a stage; everything is optional, since the action is checked with better words elsewhere. */
export function stageSchema(parts: Parts): z.ZodObject {
  const {text, flag, texts, duration, size, json} = parts;
  const keys = {
    run: text.describe('Action: a TypeScript or JavaScript function of the project, `path` or `path#export`.'),
    cmd: z
      .union([text, z.array(z.union([text, z.number(), z.boolean(), z.null()], {error: 'a word'}))], {
        error: 'a script (text) or a command (list of words)',
      })
      .describe('Action: a text is one script for the shell; a list is one command without a shell.'),
    approval: z
      .literal(true, {error: '`true`'})
      .describe('Action: people decide about what `shows` names; nothing runs. See also `by`.'),
    shows: listOrMap(parts, depSchema(parts), 'a list or a map of files').describe(
      'For `approval`: what is decided about; other contents need another decision.',
    ),
    when: parts
      .choice(['always', 'inconclusive', 'never'])
      .describe(
        'For `approval`: people decide always, or only where the gates of an evaluation are inconclusive, or never. Default: always.',
      ),
    by: texts.describe('For `approval`: who may decide: addresses, and `@groups` of the reviewers file.'),
    count: parts.whole(1, 100).describe('For `approval`: how many different people must approve. Default: 1.'),
    not_author: flag.describe(
      'For `approval`: nobody approves what they changed themselves since the last approval. Default: false.',
    ),
    ask: texts.describe('For `approval`: questions that every approval answers.'),
    require: parts
      .choice(['claim', 'signed', 'forge'])
      .describe(
        'For `approval`: what must be known of who decides: a name they gave, a signature, or that the protected branch has the decision. Default: claim.',
      ),
    expires: duration.describe('For `approval`: age at which it no longer counts, such as `30d`.'),
    reviewers: text.describe('For `approval`: the file of groups. Default: reviewers.yaml.'),
    signers: text.describe('For `approval`: the file of keys, as ssh-keygen reads it. Default: allowed_signers.'),
    gates: text.describe(
      'For `approval`: the gates of an evaluation. Default: what is shown under the name gates.json.',
    ),
    uses: text.describe('Action: the name of a built-in stage; its settings stand in `with`.'),
    with: parts
      .orTemplate(z.record(z.string(), json, {error: 'a map of settings'}))
      .describe('Settings of the built-in stage that `uses` names.'),
    deps: listOrMap(parts, depSchema(parts), 'a list or a map of inputs').describe(
      'Inputs: files, folders, globs, URLs, or `${stages.NAME.outs.KEY}`; a list, or a map that names them. Relative to pipeline.yaml.',
    ),
    outs: listOrMap(parts, outSchema(parts), 'a list or a map of outputs').describe(
      'Files and folders that the stage makes. Relative to pipeline.yaml.',
    ),
    metrics: listOrMap(parts, outSchema(parts), 'a list or a map of outputs').describe(
      'Outputs whose numbers are recorded: JSON, YAML or CSV.',
    ),
    plots: listOrMap(parts, outSchema(parts), 'a list or a map of outputs').describe(
      'Outputs that are shown as charts or pictures.',
    ),
    params: texts.describe('Params that the stage reads, as dotted paths; a path to a subtree takes all of it.'),
    env: envSchema(parts).describe(
      'Variables of the environment that the stage gets and that are part of its key: names, or a map of names to texts.',
    ),
    secrets: texts.describe('Variables that are passed on but never stored, printed or part of the key.'),
    cwd: text.describe('Folder in which the command starts; the paths of this file stay relative to pipeline.yaml.'),
    shell: z
      .union([text, z.array(text).min(1)], {error: 'a text such as `bash -euo pipefail -c`, or a list of words'})
      .describe('Command that the script is given to as its last word. Default: `sh -eu -c`.'),
    matrix: z
      .unknown()
      .describe(
        'One branch for each combination of the values of these axes: `{model: [logistic, forest]}`; with `include` and `exclude`.',
      ),
    foreach: z
      .unknown()
      .describe(
        'One branch for each element: a list, a map, a param, the list in a JSON file of another stage, or the files of a folder.',
      ),
    after: texts.describe('Stages that must be done before, although no file connects them.'),
    code: texts.describe('More files whose contents count as code of this stage.'),
    ignore_code: texts.describe('Globs of code files whose changes do not matter to this stage.'),
    version: json.describe('Any value; changing it makes the stage run again.'),
    seed: parts.whole(0).describe('Seed of random numbers; part of the key.'),
    timeout: duration.describe('Longest time of one attempt, such as `30m`; a number is seconds.'),
    timeout_idle: duration.describe(
      'Longest time without any output of the command, such as `5m`; a number is seconds.',
    ),
    retry: retrySchema(parts).describe('How often and after what a failed attempt is tried again.'),
    resources: z
      .looseObject(
        {
          cpu: parts.positive
            .optional()
            .describe('Cores that the stage takes; also the number of its threads. Default: 1.'),
          memory: size.optional().describe('Memory that the stage takes, such as `2G`.'),
        },
        {error: 'a map such as `{cpu: 2, memory: 4G}`'},
      )
      .describe('What the stage takes while it runs: `cpu`, `memory`, and named tokens such as `gpu: 1`.'),
    on_error: parts
      .choice(['stop', 'kill', 'continue'])
      .describe(
        'When the stage fails: start nothing new (`stop`), end what runs (`kill`), or go on with what does not need it (`continue`).',
      ),
    deterministic: flag.describe('Two results for the same inputs are an error.'),
    cache: flag.describe('`false`: the result is recorded but never restored. Default: true.'),
    always: flag.describe('The stage runs every time.'),
    frozen: flag.describe('The stage does not run while its outputs are there.'),
    platform: flag.describe('Operating system and processor type are part of the key.'),
    sandbox: parts.choice(['off', 'strict']).describe('`strict`: only declared files can be reached.'),
    executor: text.describe('Where the stage runs. Default: `local`.'),
    tags: texts.describe('Words to select stages by.'),
    description: text.describe('What the stage is for.'),
    meta: json.describe('Anything; mlp does not look at it.'),
  } satisfies Record<string, z.ZodType>;
  const optional = Object.fromEntries(Object.entries(keys).map(([name, schema]) => [name, withDescription(schema)]));
  return z.strictObject(optional, {error: "a map of the stage's keys"});
}

/** An optional key keeps the description of what it wraps. */
const withDescription = (schema: z.ZodType): z.ZodType => schema.optional().describe(schema.description ?? '');

function depSchema(parts: Parts): z.ZodType {
  const optional = parts.flag.optional().describe('May be absent; that it is absent is then part of the key.');
  const shapes = z.strictObject({
    path: parts.text.optional().describe('A file or folder, taken literally.'),
    glob: parts.text.optional().describe('A pattern; it and its matches are the input.'),
    url: parts.text.optional().describe('An http or https address.'),
    sha256: z
      .string({error: SHA256})
      .regex(/^[0-9a-f]{64}$/, {error: SHA256})
      .optional()
      .describe('What the content of the URL must be.'),
    optional,
  });
  const one = z.union([parts.text, shapes], {error: 'a path, or a map with `path`, `glob` or `url`'});
  return z.union([one, z.array(one)], {error: 'a path, or a map with `path`, `glob` or `url`'});
}

function outSchema(parts: Parts): z.ZodType {
  const shape = z.strictObject({
    path: parts.text.describe('The file or folder.'),
    cache: parts.flag.optional().describe('`false`: its bytes are not kept in the cache. Default: true.'),
    persist: parts.flag.optional().describe('`true`: stays in place while the stage runs again. Default: false.'),
    optional: parts.flag.optional().describe('`true`: may be missing after the stage. Default: false.'),
    push: parts.flag.optional().describe('`false`: never sent to a remote. Default: true.'),
    type: parts.choice(OUT_TYPES).optional().describe('What it must be.'),
    description: parts.text.optional().describe('What it is.'),
  });
  return z.union([parts.text, shape], {error: 'a path, or a map with `path`'});
}

/** Names, or a map from names to texts; null passes a variable on from the caller. */
export function envSchema(parts: Parts): z.ZodType {
  const value = z.union([z.string(), z.number(), z.boolean(), z.null()], {
    error: 'a text, or nothing to pass the variable on',
  });
  return z.union([z.array(parts.text), z.record(z.string(), value)], {
    error: 'a list of names, or a map of names to texts',
  });
}

function retrySchema(parts: Parts): z.ZodType {
  const cause = z.union([parts.choice(RETRY_CAUSES), parts.whole(1, 255)], {
    error: `${RETRY_CAUSES.map((word) => `\`${word}\``).join(', ')} or an exit code`,
  });
  const backoff = z.strictObject(
    {
      first: parts.duration.optional().describe('Wait before the second attempt. Default: 1s.'),
      factor: parts.positive.optional().describe('Each wait is this much longer than the one before. Default: 2.'),
      max: parts.duration.optional().describe('Longest wait. Default: 60s.'),
    },
    {error: 'a map such as `{first: 1s, factor: 2, max: 60s}`'},
  );
  const shape = z.strictObject({
    times: parts.whole(0, 1000).describe('How many attempts may follow the first.'),
    on: parts
      .list(cause, 'a list of causes')
      .optional()
      .describe('After what: exit, timeout, signal, oom, lost, or an exit code. Default: all five.'),
    backoff: backoff.optional().describe('How long to wait before the next attempt.'),
  });
  return z.union([parts.whole(0, 1000), shape], {error: 'a number, or a map such as `{times: 2, on: [timeout]}`'});
}
