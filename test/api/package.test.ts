/** The built package as a TypeScript project sees it: its types under strict settings, and the README's example, run. */
import {spawnSync} from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

const root = join(import.meta.dirname, '../..');
let folder: string;

function run(file: string, ...argv: readonly string[]): {readonly status: number | null; readonly text: string} {
  const {status, stdout, stderr} = spawnSync(process.execPath, [file, ...argv], {cwd: folder, encoding: 'utf8'});
  return {status, text: `${stdout}${stderr}`};
}

function compile(name: string, source: string): ReturnType<typeof run> {
  writeFileSync(join(folder, `${name}.mts`), source);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022'],
    types: ['node'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({compilerOptions, files: [`${name}.mts`]}));
  return run(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json');
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mlp-api-')));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/mlp-cli'));
  symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
  symlinkSync(join(root, 'node_modules/undici-types'), join(folder, 'node_modules/undici-types'));
  expect(run(join(root, 'bin/mlp.js'), 'init')).toMatchObject({status: 0});
});

afterAll(() => rmSync(folder, {recursive: true, force: true}));

describe('the types', () => {
  it('fit what a program does with them, and refuse what it must not do', () => {
    const {status, text} = compile(
      'sample',
      `import {defineStage, MlpError, openProject} from 'mlp-cli';
import type {Execution, JsonValue, Lineage, Project, Run, RunDetails} from 'mlp-cli';

export default defineStage<{readonly trees: number}>(({params, metric}) => metric('trees', params.trees));

const project: Project = await openProject('.');
const runs: readonly Run[] = await project.runs({where: 'status = done', limit: 3});
const started: Date | undefined = runs[0]?.startedAt;
const details: RunDetails = await project.run('last');
const outcome: 'skipped' | 'ran' | 'restored' | 'failed' | 'stopped' | 'waiting' | 'not-run' | undefined = details.stages[0]?.outcome;
const params: {readonly [path: string]: JsonValue} = await project.params(1);
const bytes: Uint8Array = await project.readOutput(1, 'model.json');
const lineage: Lineage = await project.lineage('model.json', {depth: 2});
const end: Execution = await project.execute({signal: AbortSignal.timeout(1000), onEvent: ({type, stage}) => void [type, stage]});
const value: number | undefined = end.metrics[0]?.value;
try {
  await project.readOutputText(1, 'x');
} catch (error) {
  if (error instanceof MlpError && error.code === 'not-in-cache') console.log(error.hint?.length);
}
await project.close();
export const all = [started, outcome, params, bytes, lineage, value];

// @ts-expect-error a run is named by a number or a text
await project.run({});
// @ts-expect-error there is no such option
await project.execute({stage: 'train'});
// @ts-expect-error the fields cannot be written
details.stages = [];
// @ts-expect-error not every text is a code
export const wrong = (error: MlpError): boolean => error.code === 'nope';
// @ts-expect-error a param must be JSON
await project.execute({set: {x: () => 1}});
`,
    );
    expect(text).toBe('');
    expect(status).toBe(0);
  });

  it('are the only declarations in the package', () => {
    const files = readdirSync(join(root, 'dist/types'), {recursive: true, encoding: 'utf8'});
    expect(files.filter((file) => file.endsWith('.d.ts')).sort()).toEqual([
      'api/index.d.ts',
      'api/mlp-error.d.ts',
      'api/types.d.ts',
      'base/json.d.ts',
      'model/lineage.d.ts',
      'model/stage-context.d.ts',
      'stages/define-stage.d.ts',
    ]);
  });
});

describe('the package', () => {
  it('runs the example of the README', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const section = readme.slice(readme.indexOf('\n## From TypeScript\n'));
    const example = /```ts\n([\s\S]+?)```/.exec(section)?.[1] ?? '';
    expect(example).toContain('openProject');
    expect(compile('example', example)).toEqual({status: 0, text: ''});
    const {status, text} = run('example.mjs');
    expect(status, text).toBe(0);
    expect(text).toMatch(/^1 done \[[\s\S]*'evaluate rmse 0\.\d+'/);
    expect(text).toContain("'predict.day': 40");
    expect(text).toMatch(/\[ 'data\/temperatures\.csv' \]\n$/);
  });

  it('is there for CommonJS, prints nothing of its own, and throws its own class of errors', () => {
    writeFileSync(
      join(folder, 'old.cjs'),
      `import('mlp-cli').then(async ({openProject, MlpError}) => {
        const project = await openProject(__dirname);
        await project.execute();
        const error = await project.readOutput(1, 'nothing').catch((thrown) => thrown);
        console.log(error instanceof MlpError, error.code, project.mlp);
        await project.close();
      });`,
    );
    const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string};
    expect(run('old.cjs')).toEqual({status: 0, text: `true not-found ${version}\n`});
  });
});
