/** The calls of esbuild: one that says what the code means, one that makes it runnable, one that names its pieces. */
import type {BuildOptions, Message, Metafile, Plugin} from 'esbuild';
import type {Host} from '../../host/host.ts';
import type {CodeEntry, CodeTrouble} from '../language.ts';
import {folderOf} from '../shared/programs.ts';

export interface Built {
  readonly text: string;
  readonly metafile: Metafile;
  readonly warnings: readonly Message[];
}

/** Name that esbuild gives to the module that picks the export; never a file. */
export const PICKER = '<stage>';

/**
 * Where a module lies must be known at run time and stay out of the fingerprint: `import.meta` and `__dirname` become
 * members of a value that the module asks for by its project path. The runnable bundle says how (RUNNABLE_HEAD).
 */
const DEFINES = {
  'import.meta.url': '__mlpMeta.url',
  'import.meta.dirname': '__mlpMeta.dirname',
  'import.meta.filename': '__mlpMeta.filename',
  __dirname: '__mlpMeta.dirname',
  __filename: '__mlpMeta.filename',
};

/** First lines of a runnable bundle; `up` leads from its folder to the project's. */
const runnableHead = (up: string): string =>
  [
    "import {createRequire as __mlpCreateRequire} from 'node:module';",
    "import {fileURLToPath as __mlpToPath, pathToFileURL as __mlpToUrl} from 'node:url';",
    "import {dirname as __mlpDirname} from 'node:path';",
    `const __mlpMetaOf = (path) => {const filename = __mlpToPath(new URL('${up}/' + path.split('/').map(encodeURIComponent).join('/'), import.meta.url)); return {filename, dirname: __mlpDirname(filename), url: __mlpToUrl(filename).href};};`,
    'globalThis.require ??= __mlpCreateRequire(import.meta.url);',
  ].join('\n');

/** The bundle whose text is the meaning: no positions, no paths, no comments; names are kept. */
export const meaningOptions: BuildOptions = {minifyWhitespace: true, minifySyntax: true, outdir: '.mlp/build'};

/** The bundle that runs, for a folder of the project; `up` leads from it to the project's. */
export const runnableOptions = (folder: string, up: string): BuildOptions => ({
  outdir: folder,
  sourcemap: 'inline',
  sourcesContent: false,
  banner: {js: runnableHead(up)},
});

/** Bundles the entry's program, or its one export. @returns trouble for syntax errors and imports that lead nowhere. */
export async function bundle(
  entry: CodeEntry,
  script: string,
  host: Host,
  options: BuildOptions,
): Promise<Built | CodeTrouble> {
  const esbuild = await import('esbuild');
  const name = entry.exportName;
  const start: BuildOptions =
    name === undefined
      ? {entryPoints: [`./${script}`]}
      : {stdin: {contents: pickerText(script, name), resolveDir: host.root, sourcefile: PICKER, loader: 'js'}};
  try {
    const result = await esbuild.build({
      ...start,
      ...options,
      absWorkingDir: host.root,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      treeShaking: true,
      legalComments: 'none',
      write: false,
      metafile: true,
      logLevel: 'silent',
      logOverride: {
        'unsupported-dynamic-import': 'warning',
        'unsupported-require-call': 'warning',
        'indirect-require': 'warning',
      },
      define: DEFINES,
      loader: {'.sql': 'text', '.md': 'text', '.csv': 'text', '.tsv': 'text', '.html': 'text', '.wasm': 'binary'},
      plugins: [modulePlace(host)],
    });
    const output = result.outputFiles?.find((file) => !file.path.endsWith('.css'));
    if (output === undefined || result.metafile === undefined) throw new Error('BUG: esbuild gave no output');
    return {text: output.text, metafile: result.metafile, warnings: result.warnings};
  } catch (error) {
    const messages = (error as {readonly errors?: readonly Message[]}).errors;
    if (messages === undefined) throw error;
    return troubleOf(messages, entry, script);
  }
}

/** A text without types, comments and the author's layout, statement by statement; undefined when it cannot be read. */
export async function plainText(path: string, text: string): Promise<string | undefined> {
  const loader = /\.[cm]?ts$/.test(path)
    ? 'ts'
    : path.endsWith('.tsx')
      ? 'tsx'
      : /\.[cm]?js$/.test(path)
        ? 'js'
        : path.endsWith('.jsx')
          ? 'jsx'
          : undefined;
  if (loader === undefined) return undefined;
  const esbuild = await import('esbuild');
  try {
    return (await esbuild.transform(text, {loader, target: 'node20', legalComments: 'none', logLevel: 'silent'})).code;
  } catch {
    return undefined;
  }
}

function pickerText(script: string, name: string): string {
  const from = JSON.stringify(`./${script}`);
  const exported = JSON.stringify(name);
  return name === 'default'
    ? `export {default} from ${from};`
    : `export {${exported} as default, ${exported}} from ${from};`;
}

function modulePlace(host: Host): Plugin {
  return {
    name: 'module-place',
    setup(build) {
      build.onLoad({filter: /\.[cm]?[jt]sx?$/, namespace: 'file'}, ({path}) => {
        if (path.includes('/node_modules/')) return undefined;
        const text = host.files.readTextIfThere(path);
        if (text === undefined || !/\bimport\s*\.\s*meta\b|\b__(?:dir|file)name\b/.test(text)) return undefined;
        const extension = path.slice(path.lastIndexOf('.') + 1).replace(/^[cm]/, '');
        const place = JSON.stringify(projectRelative(path, host.root));
        const start = /^#!.*\n/.exec(text)?.[0] ?? '';
        const contents = `${start}var __mlpMeta = /* @__PURE__ */ __mlpMetaOf(${place}); ${text.slice(start.length)}`;
        return {contents, loader: extension as 'ts' | 'tsx' | 'js' | 'jsx'};
      });
    },
  };
}

/** Path relative to the project, with `../` for what lies outside. */
export function projectRelative(path: string, root: string): string {
  const from = root.split('/');
  const to = path.split('/');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}

function troubleOf(messages: readonly Message[], entry: CodeEntry, script: string): CodeTrouble {
  const first = messages[0];
  const location = first?.location;
  const more = messages.length > 1 ? ` (and ${messages.length - 1} more)` : '';
  if (location?.file === PICKER && /No matching export/.test(first?.text ?? '')) {
    return {
      kind: 'syntax',
      message: `${script}:1:1: it has no export named \`${entry.exportName ?? ''}\`.`,
      hint: `Write \`export ${entry.exportName === 'default' ? 'default' : `const ${entry.exportName ?? ''} =`} ...\` in it, or name another export after the \`#\`.`,
    };
  }
  const place = location == null ? script : `${location.file}:${location.line}:${location.column + 1}`;
  const text = (first?.text ?? 'it cannot be read').replace(/\.$/, '');
  const unresolved = /^Could not resolve "(.*)"/.exec(text)?.[1];
  const hint =
    unresolved === undefined
      ? 'Mend the syntax of this file.'
      : `Create \`${unresolved}\` beside \`${folderOf(location?.file ?? script)}\` or correct the import.`;
  return {kind: 'syntax', message: `${place}: ${text}${more}.`, hint};
}
