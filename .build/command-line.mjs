/**
 * Turns the split bundle of the command line into what starts fastest (measured on Node 20 and 22, CPU of the process):
 * - CommonJS instead of ES modules: 20 ms less.
 * - What a run with nothing to do needs lies in one file, main.cjs, as functions that stand for modules: looking for 25
 *   small files costs 10 ms. Everything else stays a file that is read on use.
 * - Parts of Node that such a run does not need (child_process brings net and streams along) are loaded on use: 5 ms.
 */
import {mkdirSync, writeFileSync} from 'node:fs';
import {basename, join, relative} from 'node:path';
import {transform} from 'esbuild';
import {root} from './sources.mjs';

/** Sources that a run with nothing to do imports on use; what they import statically comes with them. */
const hotSources = ['src/cli/main.ts', 'src/cli/commands/run.ts', 'src/report/reporters/plain.ts'];

const lateBuiltins =
  /=(?:_*require\d*|\(0,[\w$]+\.__require\))\("(node:(?:child_process|worker_threads|zlib|os|readline|tty|net|https?))"\)(?=[,;])/g;

/** @param main result of esbuild, not written. @param target of the syntax. */
export async function writeCommandLine({metafile, outputFiles}, folder, target) {
  const hot = hotOutputs(metafile);
  const definitions = [];
  mkdirSync(folder, {recursive: true});
  for (const {path, text} of outputFiles) {
    const output = relative(root, path);
    const dynamic = metafile.outputs[output].imports.filter(
      ({kind, external}) => kind === 'dynamic-import' && external !== true,
    );
    const code = pointToHot(await asCommonJs(text, dynamic.length, output, target), hot);
    if (hot.has(output))
      definitions.push(`${JSON.stringify(`./${basename(path)}`)}:(function(module,exports){${code}\n})`);
    else
      writeFileSync(path, `"use strict";const{mlpRequire,mlpLate,mlpNames,mlpModuleUrl}=require("./main.cjs");${code}`);
  }
  writeFileSync(
    join(folder, 'main.cjs'),
    `${loader}const mlpDefinitions={${definitions.join(',\n')}};mlpRequire("./main.cjs");\n`,
  );
}

/**
 * Stands before the definitions in main.cjs. mlpLate gives a module that is loaded when something of it is
 * touched; mlpNames gives an imported CommonJS package its names, as Node does.
 */
const loader = `"use strict";
const mlpModules={};
function mlpRequire(id){let found=mlpModules[id];if(found===undefined){found=mlpModules[id]={exports:{}};mlpDefinitions[id](found,found.exports)}return found.exports}
function mlpLate(id){let loaded;return new Proxy({},{get:(_,name)=>(loaded??=require(id))[name]})}
function mlpNames(found){return Object.keys(found).join()==="default"&&typeof found.default==="object"?{...found.default,default:found.default}:found}
const mlpModuleUrl=require("node:url").pathToFileURL(__filename).href;
module.exports={mlpRequire,mlpLate,mlpNames,mlpModuleUrl};
`;

function hotOutputs({outputs}) {
  const hot = new Set();
  const visit = (output) => {
    if (hot.has(output)) return;
    hot.add(output);
    for (const {path, kind, external} of outputs[output].imports)
      if (kind === 'import-statement' && external !== true) visit(path);
  };
  for (const [output, {entryPoint}] of Object.entries(outputs)) if (hotSources.includes(entryPoint)) visit(output);
  return hot;
}

const pointToHot = (code, hot) => {
  const names = new Set([...hot].map((output) => `./${basename(output)}`));
  return code.replace(/\brequire\("(\.\/[^"]+)"\)/g, (all, name) => (names.has(name) ? `mlpRequire("${name}")` : all));
};

async function asCommonJs(text, dynamicImports, output, target) {
  let replaced = 0;
  const required = text.replace(/\bimport\("(\.\/[^"]+\.cjs)"\)/g, (_, file) => {
    replaced += 1;
    return `Promise.resolve().then(() => mlpNames(require("${file}")))`;
  });
  if (replaced !== dynamicImports)
    throw new Error(`${output}: ${dynamicImports} chunks are imported on use, ${replaced} import() were found`);
  const {code} = await transform(required, {
    format: 'cjs',
    platform: 'node',
    target,
    // Code that comes from V8's cache cannot import(): a package that is imported on use is required.
    supported: {'dynamic-import': false},
    define: {'import.meta.url': 'mlpModuleUrl'},
    legalComments: 'none',
    // Names stay, so that a stack trace can be read.
    minifyWhitespace: true,
    minifySyntax: true,
  });
  return code.replace(/^"use strict";/, '').replace(lateBuiltins, '=mlpLate("$1")');
}
