import {describe, expect, it} from 'vitest';
import type {CodeEntry, CodeFingerprint} from '../../src/languages/language.ts';
import {createR} from '../../src/languages/r.ts';
import {entryOf, project, troubled, understood, type FilesOfProject, type TestProject} from './test-host.ts';
import {canTestR} from '../rig/needs.ts';

const r = createR();
const script = entryOf('r', 'src/train.R', 'Rscript');

const FILES: FilesOfProject = {
  'src/train.R': [
    '# Trains.',
    'library(stats)',
    'library("ranger", quietly = TRUE)',
    "source('R/clean.R')",
    'rate <- 0.1 # per step',
    'train <- function(rows, steps = 10L) { s <- \'ü\\t"x"\'; sum(clean(rows)) * rate / steps }',
    'jsonlite::toJSON(train(1))',
    '',
  ].join('\n'),
  'R/clean.R': 'source(file.path("R", "deep.R"), local = TRUE)\nclean = function(x) half(x)\n',
  'R/deep.R': 'half <- function(x, ...) x / 2\nm <- diag(2)[, 1]\n',
};
const train = FILES['src/train.R'] ?? '';

const read = async (at: TestProject, entry: CodeEntry = script): Promise<CodeFingerprint> =>
  understood(await r.fingerprint(entry, at.host));

describe.runIf(canTestR)('the code of an R stage is what it means', () => {
  it('is free of comments and layout', async () => {
    const at = project(FILES);
    const before = await read(at);
    for (const changes of [
      {'src/train.R': train.replace('# per step', '# each step').replace('# Trains.', "#' Trains\n#' more.")},
      {
        'src/train.R': train
          .replace('(rows, steps = 10L)', '(rows,\n   steps=10L\n)')
          .replaceAll("'", '"')
          .replace('"x"', '\\"x\\"'),
      },
      {'R/deep.R': '# halves\nhalf = function(x, ...) x / 2\nm <- diag(2)[,1]\n'.replace('half =', 'half <-')},
      {'R/other.R': 'x <- 1\n'},
    ]) {
      const changed = project({...FILES, ...changes});
      expect((await read(changed)).fingerprint).toBe(before.fingerprint);
    }
  });

  it('changes with a helper two files deep, a constant, a default argument', async () => {
    const before = await read(project(FILES));
    const seen = new Set([before.fingerprint]);
    for (const changes of [
      {'R/deep.R': 'half <- function(x, ...) x / 3\nm <- diag(2)[, 1]\n'},
      {'src/train.R': train.replace('0.1', '0.2')},
      {'src/train.R': train.replace('10L', '11L')},
      {'src/train.R': train.replace('10L', '10')},
    ]) {
      seen.add((await read(project({...FILES, ...changes}))).fingerprint);
    }
    expect(seen.size).toBe(5);
  });

  it('names files, packages and pieces, and is the same at another place', async () => {
    const found = await read(project(FILES));
    expect(await read(project(FILES))).toEqual(found);
    expect(Object.keys(found.modules)).toEqual(['R/clean.R', 'R/deep.R', 'src/train.R']);
    expect(found.packages).toEqual(['jsonlite', 'ranger', 'stats']);
    expect(Object.keys(found.pieces).sort()).toEqual([
      'R/clean.R#(top level)',
      'R/clean.R#clean',
      'R/deep.R#half',
      'R/deep.R#m',
      'src/train.R#(top level)',
      'src/train.R#rate',
      'src/train.R#train',
    ]);
    expect(found.untracked).toEqual([]);
  });

  it('tells what it cannot follow, with the line, and which files would be read if they were there', async () => {
    const at = project({
      'a.R':
        '# first\nsource("missing.R")\nfor (f in files)\n  source(f)\neval(parse(text = "1"))\nlibrary(name, character.only = TRUE)\n',
    });
    const found = await read(at, entryOf('r', 'a.R', 'Rscript'));
    expect(found.absent).toEqual(['missing.R']);
    expect(found.untracked).toEqual([
      {path: 'a.R', line: 3, what: 'source() of a computed path'},
      {path: 'a.R', line: 5, what: 'parse()'},
      {path: 'a.R', line: 6, what: 'library() of a computed name'},
    ]);
  });

  it('resolves sourced paths in the folder of the command, and of the file with chdir', async () => {
    const at = project({
      'sub/a.R': 'source("x/b.R", chdir = TRUE)\n',
      'sub/x/b.R': 'source("c.R")\n',
      'sub/x/c.R': 'y <- 1\n',
    });
    const found = await read(at, entryOf('r', 'sub/a.R', 'Rscript', {cwd: 'sub'}));
    expect(Object.keys(found.modules)).toEqual(['sub/a.R', 'sub/x/b.R', 'sub/x/c.R']);
  });

  it('copes with odd names', async () => {
    for (const name of ['a b.R', 'it\'s "q".R', 'sö ✓.R', 'src/-dash.R', 'back\\slash.R']) {
      const at = project({[name]: 'source("h ü.R")\n', 'h ü.R': 'x <- "ü✓"\n'});
      expect(Object.keys((await read(at, entryOf('r', name, 'Rscript'))).modules).sort()).toEqual(
        ['h ü.R', name].sort(),
      );
    }
  });
});

describe.runIf(canTestR)('trouble with R is told', () => {
  it('says where a syntax error is, also in a sourced file', async () => {
    const at = project({...FILES, 'R/deep.R': 'x <- 1\nhalf <- function(x { x }\n'});
    const trouble = troubled(await r.fingerprint(script, at.host));
    expect(trouble.kind).toBe('syntax');
    expect(trouble.message).toMatch(/^R\/deep\.R:2:20: unexpected '\{'/);
  });

  it('says that a script or R is missing, and falls back to lines without comments', async () => {
    expect(troubled(await r.fingerprint(script, project({}).host))).toMatchObject({kind: 'missing'});
    const at = project(FILES, {path: '/nowhere'});
    const before = await read(at);
    expect(before.untracked).toHaveLength(1);
    at.write({'src/train.R': `# more\n\n${train}`});
    expect((await read(at)).fingerprint).toBe(before.fingerprint);
    expect(troubled(await r.runtime(script, [], at.host))).toMatchObject({
      kind: 'interpreter',
      message: '`Rscript` cannot be started: `Rscript` is not on PATH.',
    });
    expect((await r.doctor(at.host, [{interpreter: '', cwd: '.'}]))[0]).toMatchObject({ok: false});
  });
});

describe.runIf(canTestR)('the runtime of an R stage', () => {
  it('holds the version and those of the packages with all they import, without those of R itself', async () => {
    const description = (name: string, more: string): string => `Package: ${name}\nVersion: 1.2\n${more}`;
    const at = project({
      'src/train.R': '',
      '.Rprofile': '.libPaths(c("library", .libPaths()))\ncat("hello {from} the profile\\n")\n',
      'library/ranger/DESCRIPTION': description(
        'ranger',
        'Depends: R (>= 3.1)\nImports: stats, deeper (>= 1.0),\n    utils\n',
      ),
      'library/deeper/DESCRIPTION': description('deeper', 'LinkingTo: ranger\n'),
      'library/unrelated/DESCRIPTION': description('unrelated', ''),
    });
    const runtime = await r.runtime(script, ['ranger', 'stats', 'missing'], at.host);
    if ('kind' in runtime) throw new Error(runtime.message);
    expect(runtime.identity).toMatchObject({
      R: expect.stringMatching(/^\d+\.\d+$/) as string,
      packages: {ranger: '1.2', deeper: '1.2', missing: null},
    });
    expect(Object.keys((runtime.identity as {packages: object}).packages)).toHaveLength(3);
    expect(runtime.guards).toEqual(expect.arrayContaining(['library', '.Rprofile', 'renv.lock']));
  });

  it('asks a plain R too', async () => {
    const runtime = await r.runtime(entryOf('r', 'a.R', 'R'), [], project({'a.R': ''}).host);
    expect(runtime).toMatchObject({identity: {packages: {}}});
  });
});
