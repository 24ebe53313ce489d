/** One pipeline in several languages and versions: what passes between the stages, and what is remembered of each. */
import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {expect, it} from 'vitest';
import {Rig} from '../rig/rig.ts';
import {mlpBin, pipelineText, SpawnedCli} from './spawned-cli.ts';

it('a pickle, a CSV table, an .rds and plain bytes pass between Python, R, TypeScript and a shell', async () => {
  await using rig = new Rig();
  rig.write(
    'src/make.py',
    'import csv, pickle\nrows = [{"x": i, "y": i * i / 2} for i in range(10)]\npickle.dump({"rows": rows, "set": {1, 2}}, open("made.pickle", "wb"))\n',
  );
  rig.write(
    'src/table.py',
    'import csv, pickle\nrows = pickle.load(open("made.pickle", "rb"))["rows"]\nout = csv.DictWriter(open("table.csv", "w", newline=""), ["x", "y"])\nout.writeheader()\nout.writerows(rows)\n',
  );
  rig.write('src/fit.R', 'table <- read.csv("table.csv")\nsaveRDS(lm(y ~ x, data = table), "model.rds")\n');
  rig.write(
    'src/coef.R',
    'model <- readRDS("model.rds")\nwriteBin(as.numeric(coef(model)), "coef.bin", endian = "little")\n',
  );
  rig.write(
    'src/read.ts',
    [
      "import {readFileSync, writeFileSync} from 'node:fs';",
      'export default function ({inputs, outputs, metric}: {inputs: {coef: string}; outputs: {json: string}; metric: (name: string, value: number) => void}): void {',
      '  const bytes = readFileSync(inputs.coef);',
      '  const slope = bytes.readDoubleLE(8);',
      "  metric('slope', slope);",
      '  writeFileSync(outputs.json, JSON.stringify({intercept: bytes.readDoubleLE(0), slope}));',
      '}',
    ].join('\n'),
  );
  rig.write(
    'pipeline.yaml',
    pipelineText({
      make: {cmd: 'python3 src/make.py', outs: ['made.pickle']},
      table: {cmd: 'python3 src/table.py', deps: ['made.pickle'], outs: ['table.csv']},
      fit: {cmd: 'Rscript src/fit.R', deps: ['table.csv'], outs: ['model.rds']},
      coef: {cmd: 'Rscript src/coef.R', deps: ['model.rds'], outs: ['coef.bin']},
      read: {run: 'src/read.ts', deps: {coef: 'coef.bin'}, outs: {json: 'coef.json'}},
      count: {cmd: 'wc -c < coef.bin > size.txt', deps: ['coef.bin'], outs: ['size.txt']},
    }),
  );
  const cli = new SpawnedCli(rig, ['run', '--json']);
  const {code, talk} = await cli.ended;
  expect({code, talk}).toMatchObject({code: 0});
  // y = x^2 / 2 on 0..9: slope 4.5, intercept -6.
  const {slope, intercept} = JSON.parse(rig.read('coef.json')) as {slope: number; intercept: number};
  expect(slope).toBeCloseTo(4.5, 9);
  expect(intercept).toBeCloseTo(-6, 9);
  expect(rig.read('size.txt').trim()).toBe('16');
  for (const file of ['made.pickle', 'table.csv', 'model.rds', 'coef.bin', 'coef.json', 'size.txt']) rig.remove(file);
  const again = new SpawnedCli(rig, ['run', '--json']);
  expect((await again.ended).code).toBe(0);
  expect(new Set(Object.values(again.outcomes()))).toEqual(new Set(['restored']));
});

it('two stages use two interpreters with two versions of a package; each is remembered, and only its own counts', async () => {
  await using rig = new Rig();
  const install = (environment: string, version: string): void => {
    const lib = `${environment}/lib`;
    const python = readdirSync(rig.path(lib)).find((name) => name.startsWith('python')) ?? '';
    const packages = `${lib}/${python}/site-packages`;
    for (const name of readdirSync(rig.path(packages))) if (name.startsWith('fancy')) rig.remove(`${packages}/${name}`);
    rig.write(`${packages}/fancy/__init__.py`, `__version__ = "${version}"\n`);
    rig.write(
      `${packages}/fancy-${version}.dist-info/METADATA`,
      `Metadata-Version: 2.1\nName: fancy\nVersion: ${version}\n`,
    );
    rig.write(`${packages}/fancy-${version}.dist-info/top_level.txt`, 'fancy\n');
    rig.write(`${packages}/fancy-${version}.dist-info/RECORD`, 'fancy/__init__.py,,\n');
  };
  for (const [environment, version] of [
    ['old', '1.0'],
    ['new', '2.0'],
  ] as const) {
    execFileSync('python3', ['-m', 'venv', '--without-pip', rig.path(environment)]);
    install(environment, version);
  }
  rig.write('src/use.py', 'import sys, fancy\nopen(sys.argv[1], "w").write(fancy.__version__)\n');
  rig.write(
    'pipeline.yaml',
    pipelineText({
      a: {cmd: 'old/bin/python src/use.py a.txt', outs: ['a.txt']},
      b: {cmd: 'new/bin/python src/use.py b.txt', outs: ['b.txt']},
    }),
  );
  expect(await rig.run()).toMatchObject({code: 0});
  expect([rig.read('a.txt'), rig.read('b.txt')]).toEqual(['1.0', '2.0']);
  expect((await rig.run()).outcomes).toEqual({a: 'skipped', b: 'skipped'});
  install('old', '3.0');
  const {out, talk} = await rig.mlp('why', 'a');
  expect(out + talk).toMatch(/fancy.*1\.0.*3\.0/);
  expect((await rig.run()).outcomes).toEqual({a: 'ran', b: 'skipped'});
  expect(rig.read('a.txt')).toBe('3.0');
});

it('a run opens no connection, and works where there is no network at all', async () => {
  await using rig = new Rig();
  // Loaded before mlp: whoever asks the network leaves a line, and gets an error.
  rig.write(
    'no-network.cjs',
    [
      "const fs = require('fs');",
      "const net = require('net'); const dns = require('dns'); const tls = require('tls'); const dgram = require('dgram');",
      `const refuse = (what) => () => { fs.appendFileSync(${JSON.stringify(rig.path('asked'))}, what + '\\n'); throw new Error('no network here'); };`,
      "net.connect = net.createConnection = refuse('net'); net.Socket.prototype.connect = refuse('socket'); net.Server.prototype.listen = refuse('listen');",
      "for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) { dns[name] = refuse('dns'); dns.promises[name] = refuse('dns'); }",
      "tls.connect = refuse('tls'); dgram.createSocket = refuse('dgram'); globalThis.fetch = refuse('fetch');",
    ].join('\n'),
  );
  rig.write(
    'src/f.ts',
    "import {writeFileSync} from 'node:fs';\nexport default function (): void { writeFileSync('f.txt', 'f'); }\n",
  );
  rig.write('src/p.py', 'open("p.txt", "w").write("p")\n');
  rig.write(
    'pipeline.yaml',
    pipelineText({
      f: {run: 'src/f.ts', outs: ['f.txt']},
      p: {cmd: 'python3 src/p.py', outs: ['p.txt']},
      w: {uses: 'write', with: {text: 'w'}, outs: ['w.txt']},
      s: {cmd: 'cat f.txt p.txt w.txt > s.txt', deps: ['f.txt', 'p.txt', 'w.txt'], outs: ['s.txt']},
    }),
  );
  const isolated = (() => {
    for (const words of [
      ['unshare', '-n'],
      ['unshare', '-r', '-n'],
    ]) {
      try {
        execFileSync(words[0] ?? '', [...words.slice(1), 'true'], {stdio: 'ignore'});
        return words;
      } catch {
        // Not allowed here: the refusals above hold all the same.
      }
    }
    return [];
  })();
  for (const argv of [
    ['run'],
    ['run'],
    ['status'],
    ['plan'],
    ['why', 'f'],
    ['logs', 's'],
    ['dag'],
    ['runs'],
    ['gc'],
    ['clean'],
    ['doctor'],
  ]) {
    const words = [...isolated, process.execPath, '--require', rig.path('no-network.cjs'), mlpBin, ...argv];
    // Throws when the exit code is not 0.
    execFileSync(words[0] ?? '', words.slice(1), {cwd: rig.folder, stdio: 'pipe'});
  }
  expect(rig.read('s.txt')).toBe('fpw');
  expect(rig.exists('asked') ? rig.read('asked') : '').toBe('');
});
