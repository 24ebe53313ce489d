/**
 * Whether the lock files of a bundle name the versions that are installed here, where the model was trained and tried: a
 * service that is set up by them must not run other versions than those that were measured.
 */
import {isJsonObject, type Json} from '../../base/json.ts';
import type {Host} from '../../host/host.ts';

interface Pin {
  readonly name: string;
  readonly version: string;
  /** Only wanted on some machines, perhaps not on this one. */
  readonly hasMarker?: true;
}

/** What is pinned in a file, and the program that says what is installed. */
interface Lock {
  readonly file: string;
  readonly pins: readonly Pin[];
  /** Prints `name<TAB>version` for each name that it is given and that is installed. */
  readonly ask: (names: readonly string[]) => readonly string[];
}

const PYTHON = `import sys, importlib.metadata as m
for name in sys.argv[1:]:
    try: print(name, m.version(name), sep='\\t')
    except m.PackageNotFoundError: pass`;
// As its authors write it: packageVersion() makes 7.3.58 of the 7.3-58 that renv.lock has, too.
const R = `for (name in commandArgs(TRUE)) if (nzchar(system.file(package = name)))
  cat(name, '\\t', utils::packageDescription(name)$Version, '\\n', sep = '')`;

/** @throws Error with a sentence that shows what differs */
export async function checkEnvironment(paths: readonly string[], host: Host): Promise<void> {
  const differences: string[] = [];
  for (const {file, pins, ask} of paths.flatMap((path) => lockOf(path, host.files.readText(path)) ?? [])) {
    if (pins.length === 0) continue;
    const asked = await host.processes.capture(ask(pins.map(({name}) => name)));
    if (asked.code !== 0)
      throw new Error(`what \`${file}\` pins cannot be compared with what is installed: ${asked.stderr.trim()}`);
    const installed = new Map<string, string>();
    for (const line of asked.stdout.split('\n')) {
      const [name = '', version = ''] = line.split('\t');
      installed.set(name, version.trim());
    }
    for (const {name, version, hasMarker} of pins) {
      const there = installed.get(name);
      if (there === undefined && hasMarker === true) continue;
      if (there !== version) differences.push(`  \`${file}\`: ${name} ${version}, installed is ${there ?? 'none'}`);
    }
  }
  if (differences.length > 0)
    throw new Error(
      `the environment that the bundle asks for is not the one that is here:\n${differences.join('\n')}\n` +
        'install what the file says and train again, or write down what is installed',
    );
}

/** Undefined for a file of another sort: it is packed as it is. */
function lockOf(path: string, text: string): Lock | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^requirements.*\.txt$/i.test(name))
    return {file: path, pins: requirementPins(text), ask: (names) => ['python3', '-c', PYTHON, ...names]};
  if (name === 'renv.lock')
    return {file: path, pins: renvPins(text, path), ask: (names) => ['Rscript', '-e', R, ...names]};
  return undefined;
}

/** Lines such as `numpy==1.26.4`, with or without extras, markers and hashes behind; `==1.26.*` pins no version. */
function requirementPins(text: string): readonly Pin[] {
  return text.split('\n').flatMap((line) => {
    const [, name, version, rest = ''] = /^\s*([\w.-]+)(?:\[[^\]]*\])?\s*==\s*([\w.!+*-]+)([^#]*)/.exec(line) ?? [];
    if (name === undefined || version === undefined || version.endsWith('*')) return [];
    return [{name, version, ...(rest.includes(';') ? {hasMarker: true as const} : {})}];
  });
}

function renvPins(text: string, path: string): readonly Pin[] {
  let lock: Json;
  try {
    lock = JSON.parse(text) as Json;
  } catch {
    throw new Error(`\`${path}\` is no JSON`);
  }
  const packages = isJsonObject(lock) ? lock['Packages'] : undefined;
  if (!isJsonObject(packages)) return [];
  return Object.entries(packages).flatMap(([name, facts]) =>
    isJsonObject(facts) && typeof facts['Version'] === 'string' ? [{name, version: facts['Version']}] : [],
  );
}
