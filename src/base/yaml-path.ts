/** Paths as one writes them in a list of pipeline.yaml. */

/** Readable without quotes in a flow list: nothing that YAML, a template or a glob takes for something else. */
const PLAIN = /^[A-Za-z0-9_./][A-Za-z0-9_./@+=-]*$/;
const OTHER_TYPE = /^(?:~|null|true|false|yes|no|on|off|[.\d_+-][\d_.eExXobA-Fa-f+-]*|\.(?:inf|nan))$/i;

/** @param key under which it stands: among `deps` a name with wildcards must say that it is none. */
export function yamlPath(path: string, key: string): string {
  const text = path.replaceAll('${', '\\${');
  const written = PLAIN.test(text) && !OTHER_TYPE.test(text) ? text : JSON.stringify(text);
  return key === 'deps' && /[*?[\]{}]/.test(path) ? `{path: ${written}}` : written;
}
