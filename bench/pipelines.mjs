/**
 * One pipeline, written for every tool that is compared. Every stage is the same one-line `sh`: read a line, write a
 * line, append the stage's number to a log outside the project, so that what ran is counted the same way for all.
 */
import {mkdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/** @typedef {'chain' | 'wide' | 'layers' | 'cutoff'} Shape */

/**
 * @typedef {object} Stage
 * @property {number} index
 * @property {string[]} sources source files (project-relative)
 * @property {number[]} after stages whose output is read
 * @property {boolean} firstWord keep only the first word of the line
 */

/**
 * @typedef {object} Plan
 * @property {Shape} shape
 * @property {Stage[]} stages
 * @property {string} log absolute path of the file that every stage appends to
 */

/**
 * chain: each stage reads the one before. wide: each has a source of its own. layers: a square; each stage reads two of
 * the layer above. cutoff: a chain whose first stage keeps only the first word of the source.
 * @param {Shape} shape @param {number} count @param {string} log
 * @returns {Plan}
 */
export function planPipeline(shape, count, log) {
  const width = Math.ceil(Math.sqrt(count));
  /** @type {Stage[]} */
  const stages = [];
  for (let index = 0; index < count; index += 1) {
    const first = shape === 'wide' || index < (shape === 'layers' ? width : 1);
    const column = index % width;
    const above = index - column - width;
    const after = first
      ? []
      : shape === 'layers'
        ? [...new Set([above + column, above + ((column + 1) % width)])].sort((left, right) => left - right)
        : [index - 1];
    stages.push({
      index,
      sources: first ? [sourceOf(index)] : [],
      after,
      firstWord: shape === 'cutoff' && index === 0,
    });
  }
  return {shape, stages, log};
}

/** @param {number} index */
export const sourceOf = (index) => `src/${index}.txt`;
/** @param {number} index */
export const outputOf = (index) => `out/${index}.txt`;

/**
 * @param {Stage} stage @param {readonly string[]} inputs @param {string} output @param {string} log
 * @param {string} [number] what to log instead of the stage's number
 */
export function shellOf(stage, inputs, output, log, number = String(stage.index)) {
  const reads = inputs.map((input, at) => `read -r ${at === 0 ? (stage.firstWord ? 'l r' : 'l') : 'm'} <${input}`);
  return [...reads, `echo "$l" >${output}`, `echo ${number} >>${log}`].join('; ');
}

/** @param {Stage} stage */
export const inputsOf = (stage) => [...stage.sources, ...stage.after.map(outputOf)];

/** @param {string} folder @param {string} name @param {string} text */
export function put(folder, name, text) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), {recursive: true});
  writeFileSync(file, text);
}

/** A time well before any run, so that no tool doubts a file because it has just been written. */
const longAgo = new Date('2024-01-01T00:00:00Z');

/** The sources, with old modification times. @param {string} folder @param {Plan} plan */
export function writeSources(folder, plan) {
  mkdirSync(path.join(folder, 'src'), {recursive: true});
  mkdirSync(path.join(folder, 'out'), {recursive: true});
  for (const stage of plan.stages) {
    for (const source of stage.sources) {
      const file = path.join(folder, source);
      writeFileSync(file, `word${stage.index} rest of the line\n`);
      utimesSync(file, longAgo, longAgo);
    }
  }
}

/** How many stages logged since the last call. @param {Plan} plan */
export function takeRanCount(plan) {
  const text = readFileSync(plan.log, 'utf8');
  writeFileSync(plan.log, '');
  return text === '' ? 0 : text.trimEnd().split('\n').length;
}

/** @param {string} folder @param {Plan} plan */
export function writeMlp(folder, plan) {
  const lines = ['mlp: 1', 'name: bench', 'stages:'];
  for (const stage of plan.stages) {
    const command = shellOf(stage, inputsOf(stage), outputOf(stage.index), plan.log);
    lines.push(
      `  s${stage.index}:`,
      `    cmd: ${JSON.stringify(command)}`,
      `    deps: [${inputsOf(stage).join(', ')}]`,
      `    outs: [${outputOf(stage.index)}]`,
    );
  }
  put(folder, 'pipeline.yaml', `${lines.join('\n')}\n`);
}

/** @param {string} folder @param {Plan} plan */
export function writeMake(folder, plan) {
  const rules = plan.stages.map((stage) => {
    const command = shellOf(stage, inputsOf(stage), outputOf(stage.index), plan.log).replaceAll('$', '$$$$');
    return `${outputOf(stage.index)}: ${inputsOf(stage).join(' ')}\n\t@${command}\n`;
  });
  const all = plan.stages.map((stage) => outputOf(stage.index)).join(' ');
  put(folder, 'Makefile', `all: ${all}\n.PHONY: all\n${rules.join('')}`);
}

/** @param {string} folder @param {Plan} plan */
export function writeNinja(folder, plan) {
  const edges = plan.stages.map((stage) => {
    const command = shellOf(stage, inputsOf(stage), outputOf(stage.index), plan.log).replaceAll('$', '$$$$');
    return `build ${outputOf(stage.index)}: stage ${inputsOf(stage).join(' ')}\n  command_line = ${command}\n`;
  });
  put(folder, 'build.ninja', `rule stage\n  command = $command_line\n  restat = 1\n${edges.join('')}`);
}

/** @param {string} folder @param {Plan} plan */
export function writeDvc(folder, plan) {
  const lines = ['stages:'];
  for (const stage of plan.stages) {
    const command = shellOf(stage, inputsOf(stage), outputOf(stage.index), plan.log);
    lines.push(
      `  s${stage.index}:`,
      `    cmd: ${JSON.stringify(command)}`,
      `    deps: [${inputsOf(stage).join(', ')}]`,
      `    outs: [${outputOf(stage.index)}]`,
    );
  }
  put(folder, 'dvc.yaml', `${lines.join('\n')}\n`);
}

/**
 * One wildcard rule (its fastest way), with the inputs looked up in a table.
 * @param {string} folder @param {Plan} plan
 */
export function writeSnakemake(folder, plan) {
  const inputs = JSON.stringify(Object.fromEntries(plan.stages.map((stage) => [stage.index, inputsOf(stage)])));
  const [first, ...others] = plan.stages;
  if (first === undefined) return;
  const example = others.at(-1) ?? first;
  /** @param {string} name @param {Stage} stage @param {string} output */
  const rule = (name, stage, output) => {
    const reads = inputsOf(stage).map((_, at) => `{input[${at}]}`);
    const command = shellOf(stage, reads, '{output}', plan.log, output.includes('{') ? '{wildcards.i}' : undefined);
    const input = output.includes('{') ? 'lambda w: INPUTS[w.i]' : JSON.stringify(inputsOf(stage)).slice(1, -1);
    const body = `  input: ${input}\n  output: ${JSON.stringify(output)}\n  shell: ${JSON.stringify(command)}\n`;
    return `rule ${name}:\n${body}`;
  };
  const layers = plan.shape === 'layers';
  const special = layers
    ? plan.stages.filter((stage) => stage.after.length !== 2)
    : plan.shape === 'cutoff'
      ? [first]
      : [];
  const text = [
    `INPUTS = ${inputs}`,
    ...(special.length === 0
      ? []
      : [`ruleorder: ${[...special.map((stage) => `r${stage.index}`), 'stage'].join(' > ')}`]),
    `rule all:\n  input: [f"out/{i}.txt" for i in range(${plan.stages.length})]`,
    ...special.map((stage) => rule(`r${stage.index}`, stage, outputOf(stage.index))),
    rule('stage', {...example, firstWord: false}, 'out/{i}.txt'),
  ];
  put(folder, 'Snakefile', `${text.join('\n')}\n`);
}

/**
 * One workspace package a stage: turbo has no other unit. Each task goes through `npm run`.
 * @param {string} folder @param {Plan} plan
 */
export function writeTurbo(folder, plan) {
  put(
    folder,
    'package.json',
    json({name: 'bench', private: true, packageManager: 'npm@10.0.0', workspaces: ['packages/*']}),
  );
  const build = {dependsOn: ['^build'], inputs: ['package.json', 'source.txt'], outputs: ['out.txt']};
  put(folder, 'turbo.json', json({tasks: {build}}));
  put(folder, '.gitignore', 'node_modules\n.turbo\nout.txt\n');
  /** @type {Record<string, unknown>} */
  const lock = {'': {name: 'bench', workspaces: ['packages/*']}};
  for (const stage of plan.stages) {
    const place = `packages/p${stage.index}`;
    const inputs = [...stage.sources.map(() => 'source.txt'), ...stage.after.map((index) => `../p${index}/out.txt`)];
    const dependencies = Object.fromEntries(stage.after.map((index) => [`p${index}`, '1.0.0']));
    const scripts = {build: shellOf(stage, inputs, 'out.txt', plan.log)};
    put(folder, `${place}/package.json`, json({name: `p${stage.index}`, version: '1.0.0', scripts, dependencies}));
    if (stage.sources.length > 0) put(folder, `${place}/source.txt`, `word${stage.index} rest of the line\n`);
    lock[place] = {name: `p${stage.index}`, version: '1.0.0', dependencies};
    lock[`node_modules/p${stage.index}`] = {resolved: place, link: true};
  }
  put(folder, 'package-lock.json', json({name: 'bench', lockfileVersion: 3, requires: true, packages: lock}));
}

/** @param {string} folder @param {Plan} plan */
export function writeWireit(folder, plan) {
  const names = plan.stages.map((stage) => `s${stage.index}`);
  /** @type {Record<string, unknown>} */
  const wireit = {all: {dependencies: names}};
  for (const stage of plan.stages) {
    wireit[`s${stage.index}`] = {
      command: shellOf(stage, inputsOf(stage), outputOf(stage.index), plan.log),
      files: stage.sources,
      output: [outputOf(stage.index)],
      dependencies: stage.after.map((index) => `s${index}`),
    };
  }
  const scripts = Object.fromEntries(['all', ...names].map((name) => [name, 'wireit']));
  put(folder, 'package.json', json({name: 'bench', private: true, scripts, wireit}));
}

/** @param {unknown} value */
const json = (value) => `${JSON.stringify(value, null, 1)}\n`;
