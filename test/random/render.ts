/** A project of the model as pipeline.yaml and params.yaml, with real commands for `sh`. */
import {outsOf, readsOf, STEM, type Operation, type Project, type Read, type Stage} from './project.ts';

/** What commands touch outside of the project. */
export interface Outside {
  /** Each command appends its label here when it starts. */
  readonly log: string;
  /** A command whose `<kill><label of its stage>` exists is killed by itself. */
  readonly kill: string;
}

const FILTERS: Readonly<Record<Operation, string>> = {
  cat: 'cat',
  sort: 'sort',
  cut: 'cut -c1-4',
  hash: 'sha256sum | cut -c1-16',
  count: "wc -c | tr -d ' '",
  first: "head -n 1 | cut -d ' ' -f 1",
};

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** JSON is YAML: no quoting rules to get wrong here. @param order how the stages are written in the file. */
export function pipelineYaml(project: Project, outside: Outside, order: readonly Stage[] = project.stages): string {
  const stages = Object.fromEntries(order.map((stage) => [stage.name, stageYaml(stage, outside)]));
  return `${JSON.stringify({mlp: 1, params: ['params.yaml'], stages}, null, 1)}\n`;
}

export const paramsYaml = (project: Project): string => `${JSON.stringify(project.params, null, 1)}\n`;

function stageYaml(stage: Stage, outside: Outside): Record<string, unknown> {
  const stem = STEM[stage.branches.kind];
  const reads = readsOf(stage, stem);
  return {
    cmd: script(stage, reads, stem, outside),
    deps: reads.map(depYaml),
    outs: outsOf(stage, stem)
      .filter(({path}) => !path.endsWith('metrics.json'))
      .map(({path, folder, cached}) => ({
        path,
        ...(folder ? {type: 'dir'} : {}),
        ...(cached ? {} : {cache: false}),
        ...(path.endsWith('/odd.txt') ? {optional: true} : {}),
        ...(stage.persist && path.endsWith('/0.txt') ? {persist: true} : {}),
      })),
    ...(stage.metrics && stage.shape === 'files' && stem === '' ? {metrics: [`${stage.folder}/metrics.json`]} : {}),
    ...(stage.params.length > 0 ? {params: stage.params} : {}),
    ...branchYaml(stage),
  };
}

function branchYaml({branches}: Stage): Record<string, unknown> {
  if (branches.kind === 'matrix') return {matrix: {m: branches.values}};
  if (branches.kind === 'json') return {foreach: {json: branches.path}};
  if (branches.kind === 'files') return {foreach: {files: branches.path, pattern: '*.txt'}};
  return {};
}

function depYaml(read: Read): unknown {
  if (read.kind === 'glob') return `${read.folder}/${read.prefix}*.txt`;
  return read.kind === 'file' && read.optional ? {path: read.path, optional: true} : read.path;
}

/** A branch's value stands alone, outside of quotes: mlp quotes it. */
const word = (path: string, stem: string): string => {
  const at = stem === '' ? -1 : path.indexOf(stem);
  return at === -1 ? quote(path) : `${quote(path.slice(0, at))}${stem}${quote(path.slice(at + stem.length))}`;
};

function script(stage: Stage, reads: readonly Read[], stem: string, {log, kill}: Outside): string {
  const all = reads.map((read) => {
    if (read.kind === 'file' && !read.optional) return `cat -- ${word(read.path, stem)}`;
    const files =
      read.kind === 'file'
        ? quote(read.path)
        : `${quote(read.kind === 'folder' ? read.path : read.folder)}/${read.kind === 'glob' ? read.prefix : ''}*.txt`;
    return `for f in ${files}; do if test -e "$f"; then cat -- "$f"; fi; done`;
  });
  const {folder, operation, params, id, variant} = stage;
  const head = (k: number): string =>
    [
      `echo h${id} v${variant}`,
      ...params.map((name) => `\${params.${name}}`),
      ...(stem === '' ? [] : [stem]),
      `k${k}`,
    ].join(' ');
  const fill = (k: number, path: string): string =>
    `{ ${operation === 'first' ? '' : `${head(k)}; `}all; } | ${FILTERS[operation]} > ${word(path, stem)}`;
  return [
    `echo s${id}${stem === '' ? '' : `-${stem}`} >> ${quote(log)}`,
    `: v${variant}; if test -e ${quote(`${kill}${id}`)}; then kill -9 $$; fi`,
    `all() { ${all.join('; ')}; }`,
    ...body(stage, fill, head, stem, quote(folder)),
  ].join('\n');
}

function body(
  stage: Stage,
  fill: (k: number, path: string) => string,
  head: (k: number) => string,
  stem: string,
  folder: string,
): readonly string[] {
  const words = "all | tr -cd 'a-z0-9 \\n' | cut -d ' ' -f 1 | sed '/^$/d' | sort -u";
  if (stage.shape === 'list')
    return [`${words} | sed 's/.*/"&"/' | paste -sd , - | sed 's/.*/[&]/' > ${folder}/list.json`];
  if (stage.shape === 'folder') {
    return [
      `mkdir -p -- ${folder}/bin ${folder}/empty`,
      fill(0, `${stage.folder}/a.txt`),
      `${head(1)} > ${folder}/bin/tool`,
      `chmod +x -- ${folder}/bin/tool`,
      `${words} | while read -r w; do echo h${stage.id} "$w" > ${folder}/"w-$w.txt"; done`,
    ];
  }
  if (stem !== '') {
    const path = `${stage.folder}/${stem}.txt`;
    return [fill(0, path), ...(stage.exec ? [`chmod +x -- ${word(path, stem)}`] : [])];
  }
  const size = `$(($(wc -c < ${folder}/0.txt)))`;
  return [
    // What it went on from may have been made executable by hand.
    ...(stage.persist ? [`rm -f -- ${folder}/0.txt`] : []),
    ...Array.from({length: stage.count}, (_, k) => fill(k, `${stage.folder}/${k}.txt`)),
    ...(stage.exec ? [`chmod +x -- ${folder}/0.txt`] : []),
    ...(stage.optional ? [`if test $((${size} % 2)) = 1; then cat -- ${folder}/0.txt > ${folder}/odd.txt; fi`] : []),
    ...(stage.metrics ? [`echo "{\\"size\\": ${size}}" > ${folder}/metrics.json`] : []),
  ];
}
