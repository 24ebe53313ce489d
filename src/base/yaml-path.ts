/** Paths and other texts as one writes them in YAML. */

/** Readable without quotes in a flow list: nothing that YAML, a template or a glob takes for something else. */
const PLAIN = /^[A-Za-z0-9_./][A-Za-z0-9_./@+=-]*$/;
const OTHER_TYPE = /^(?:~|null|true|false|yes|no|on|off|[.\d_+-][\d_.eExXobA-Fa-f+-]*|\.(?:inf|nan))$/i;

/** A text as it stands in YAML: plain where that is surely read as the same text, else in double quotes. */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !OTHER_TYPE.test(text) ? text : JSON.stringify(text);
}

/** @param key under which it stands: among `deps` a name with wildcards must say that it is none. */
export function yamlPath(path: string, key: string): string {
  const text = path.replaceAll('${', '\\${');
  const written = yamlText(text);
  return key === 'deps' && /[*?[\]{}]/.test(path) ? `{path: ${written}}` : written;
}
