import {join} from 'node:path';
import {writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {FunctionContextData, FunctionSpec, Host, RunningWork} from '../../src/host/host.ts';
import {tempHost, until} from './rig.ts';

/** Starts the default export of a module with the given source. */
function start(
  host: Host,
  source: string,
  more: Partial<FunctionSpec> = {},
  context: Partial<FunctionContextData> = {},
): RunningWork {
  writeFileSync(join(host.root, 'stage.mjs'), source);
  return host.functions.start({
    bundle: 'stage.mjs',
    exportName: 'default',
    env: {},
    logFile: 'log',
    ...more,
    context: {
      stage: 'train',
      runId: 1,
      params: {depth: 3},
      inputs: {},
      outputs: {},
      seed: 7,
      metricsFile: host.files.absolute('metrics'),
      progressFile: host.files.absolute('progress'),
      ...context,
    },
  });
}

const run = (host: Host, source: string, more?: Partial<FunctionSpec>, context?: Partial<FunctionContextData>) =>
  start(host, source, more, context).exited;

describe('a function', () => {
  it('gets its context, its settings and only the given environment', async () => {
    const host = tempHost();
    const source = `export default async ({stage, params, inputs, inputFiles, outputs, seed, memoryBytes, signal}, settings) => {
      console.log(JSON.stringify({stage, params, inputs, inputFiles, outputs, seed, memoryBytes, aborted: signal.aborted, settings, env: process.env}));
    }`;
    const inputs = {table: 'data/a.csv', parts: ['p/1', 'p/2']};
    const exit = await run(
      host,
      source,
      {env: {ONLY: 'this'}},
      {inputs, outputs: {model: 'm.json'}, memoryBytes: 1e9, settings: {uses: 'copy'}},
    );
    expect(exit).toMatchObject({code: 0, signal: undefined});
    expect(exit.error).toBeUndefined();
    expect(JSON.parse(host.files.readText('log'))).toEqual({
      stage: 'train',
      params: {depth: 3},
      inputs: {table: 'data/a.csv'},
      inputFiles: {table: ['data/a.csv'], parts: ['p/1', 'p/2']},
      outputs: {model: 'm.json'},
      seed: 7,
      memoryBytes: 1e9,
      aborted: false,
      settings: {uses: 'copy'},
      env: {ONLY: 'this'},
    });
  });

  it('that asks for a list as if it were one file is told where the files are', async () => {
    const exit = await run(tempHost(), 'export default ({inputs}) => inputs.parts', {}, {inputs: {parts: ['a', 'b']}});
    expect(exit.error?.message).toBe('the input `parts` is a list of 2 files: use `inputFiles["parts"]`');
  });

  it('prints to its log in order, whichever way it prints', async () => {
    const host = tempHost();
    const source = `import {once} from 'node:events';
      export default async ({log}) => {
        console.log('one %d', 1); console.error('two'); process.stdout.write('three\\n'); log('four', {a: 1});
        process.emitWarning('five'); await new Promise((done) => process.stderr.write(Buffer.from('six\\n'), done));
      }`;
    await run(host, source);
    expect(host.files.readText('log').split('\n').sort()).toEqual(
      ['', 'Warning: five', 'four { a: 1 }', 'one 1', 'six', 'three', 'two'].sort(),
    );
    expect(host.files.readText('log')).toMatch(/^one 1\ntwo\nthree\nfour \{ a: 1 \}\n/);
  });

  it('records numbers exactly, and refuses what is none', async () => {
    const host = tempHost();
    const source = `export default ({metric}) => {
      metric('loss', 0.1, 3); metric('odd "name"\\n', NaN); metric('up', Infinity); metric('down', -Infinity);
      metric('text', '0.9');
    }`;
    const exit = await run(host, source);
    expect(exit.error?.message).toBe("metric(): the value of `text` must be a number, not '0.9'");
    expect(
      host.files
        .readText('metrics')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {name: 'loss', value: 0.1, step: 3},
      {name: 'odd "name"\n', value: 'NaN'},
      {name: 'up', value: 'Infinity'},
      {name: 'down', value: '-Infinity'},
    ]);
  });

  it('tells its progress at a pace that people can read, and always the end', async () => {
    const host = tempHost();
    await run(
      host,
      `export default ({progress}) => { for (let i = 0; i <= 1000; i++) progress(i / 1000, 'at ' + i); }`,
    );
    const lines = host.files
      .readText('progress')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines[0]).toEqual({fraction: 0, text: 'at 0'});
    expect(lines.at(-1)).toEqual({fraction: 1, text: 'at 1000'});
    expect(lines.length).toBeLessThan(500);
  });

  it('reckons in UTC wherever it runs', async () => {
    const host = tempHost();
    await run(
      host,
      'export default () => console.log(new Date(0).getTimezoneOffset(), new Date(2024, 6, 1).toISOString())',
    );
    expect(host.files.readText('log')).toBe('0 2024-07-01T00:00:00.000Z\n');
  });

  it('reports its CPU time and memory', async () => {
    const source = `export default async () => {
      const held = Buffer.alloc(6e7, 1); const end = Date.now() + 300; while (Date.now() < end); globalThis.held = held;
    }`;
    const {use} = await run(tempHost(), source);
    expect(use.cpuMs).toBeGreaterThan(50);
    expect(use.peakRssBytes).toBeGreaterThan(6e7);
  });

  it('may leave a timer open', async () => {
    expect(await run(tempHost(), 'export default () => { setInterval(() => {}, 1000); }')).toMatchObject({code: 0});
  });
});

describe('a function fails alone', () => {
  it.each([
    ['an error', "export default () => { throw new TypeError('bad shape'); }", 'bad shape'],
    ['a text', "export default async () => { throw 'just a text'; }", 'just a text'],
    ['an object', 'export default async () => { throw {code: 3}; }', '{ code: 3 }'],
    ['nothing', 'export default async () => { throw undefined; }', 'undefined'],
    [
      'a rejection that nobody handles',
      "export default () => { void Promise.reject(new Error('forgotten')); }",
      'forgotten',
    ],
    [
      'an error later on',
      "export default () => new Promise(() => setTimeout(() => { throw new Error('later'); }, 1))",
      'later',
    ],
    ['a module that cannot be parsed', 'export default (', 'Unexpected end of input'],
    [
      'a promise that never settles',
      'export default () => new Promise(() => {})',
      'the promise of the function can never settle: nothing is left that it could wait for',
    ],
    [
      'a missing export',
      'export const train = 1; export const test = 2;',
      'the module of stage `train` has no export `default`: it exports `test`, `train`',
    ],
    [
      'a number',
      'export default 1',
      'the module of stage `train` exports something that is no function as `default`: it exports `default`',
    ],
  ])('by %s', async (_, source, message) => {
    const host = tempHost();
    const exit = await run(host, source);
    expect(exit).toMatchObject({code: 1, signal: undefined, error: {kind: 'threw', message}});
    expect(exit.error?.stack).toBeTruthy();
    expect(host.files.readText('log')).toContain(message);
  });

  it('shows where in the source it threw', async () => {
    const host = tempHost();
    const {build, stop} = await import('esbuild');
    writeFileSync(
      join(host.root, 'train.ts'),
      '\n\nexport default (): void => {\n  throw new Error("here" as string);\n};\n',
    );
    await build({
      entryPoints: [join(host.root, 'train.ts')],
      outfile: join(host.root, 'built.mjs'),
      sourcemap: 'linked',
      format: 'esm',
      minify: true,
      logLevel: 'silent',
    });
    await stop();
    const exit = await run(host, '', {bundle: 'built.mjs'});
    expect(exit.error?.stack).toContain('train.ts:4:9');
    expect(exit.error?.stack).not.toContain('function-worker');
  });

  it('by process.exit, with its code', async () => {
    expect(await run(tempHost(), 'export default () => process.exit(4)')).toMatchObject({code: 4, signal: undefined});
    expect(await run(tempHost(), 'export default () => { process.exitCode = 5; }')).toMatchObject({code: 5});
  });

  it('by exhausting its memory, while another goes on', async () => {
    const host = tempHost();
    const neighbour = start(
      host,
      'export default ({signal}) => new Promise((done) => { const t = setInterval(() => {}, 50); signal.onabort = () => { clearInterval(t); done(); }; })',
    );
    writeFileSync(
      join(host.root, 'greedy.mjs'),
      "export default () => { const all = []; for (let i = 0; ; i++) all.push('x'.repeat(1000) + i); }",
    );
    const exit = await host.functions.start({
      bundle: 'greedy.mjs',
      exportName: 'default',
      env: {},
      logFile: 'log2',
      memoryBytes: 256 * 1024 * 1024,
      context: {stage: 's', runId: 1, params: {}, inputs: {}, outputs: {}, seed: 1, metricsFile: '', progressFile: ''},
    }).exited;
    expect(exit).toMatchObject({
      error: {
        kind: 'out-of-memory',
        message: 'the function needed more than its memory of 256 MiB: raise `resources.memory`, or hold less at a time',
      },
    });
    neighbour.stop('SIGTERM');
    expect(await neighbour.exited).toMatchObject({code: 0});
  });

  it('when it never ends and is killed; what it printed is in the log', async () => {
    const host = tempHost();
    const work = start(host, "export default () => { console.log('in the loop'); for (;;); }");
    await until('it loops', () => host.files.readTextIfThere('log') === 'in the loop\n');
    work.stop('SIGTERM');
    expect(work.sample()).toBeDefined();
    work.stop('SIGKILL');
    expect(await work.exited).toMatchObject({code: undefined, signal: 'SIGKILL'});
    expect(work.sample()).toBeUndefined();
  });
});
