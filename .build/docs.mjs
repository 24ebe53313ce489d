/** Writes the parts of README.md that are made from the code: commands with their options, problem codes. */
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {build} from 'esbuild';
import {root} from './sources.mjs';

const program = `import {createProgram} from './src/cli/program.ts';
  import {openHost} from './src/host/open-host.ts';
  import {problemCodes} from './src/config/problems.ts';
  import {commandsSection, problemsSection, withSection} from './.build/docs-sections.ts';
  export async function updated(readme, folder) {
    const outside = {argv: [], cwd: folder, version: '0', build: '0', openHost};
    const commands = commandsSection(await createProgram(outside, openHost(folder), () => undefined));
    return withSection(withSection(readme, 'commands', commands), 'problems', problemsSection(problemCodes));
  }`;
const outfile = join(root, 'node_modules/.docs.mjs');
await build({
  stdin: {contents: program, resolveDir: root, loader: 'ts'},
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  outfile,
});
const {updated} = await import(pathToFileURL(outfile).href);
const readme = join(root, 'README.md');
writeFileSync(readme, await updated(readFileSync(readme, 'utf8'), root));
rmSync(outfile);
