/** Paths and other texts as one writes them in YAML. */

import {isJsonObject, type Json} from './json.ts';

/** Readable without quotes in a flow list: nothing that YAML, a template or a glob takes for something else. */
const PLAIN = /^[A-Za-z0-9_./][A-Za-z0-9_./@+=-]*$/;
const OTHER_TYPE = /^(?:~|null|true|false|yes|no|on|off|[.\d_+-][\d_.eExXobA-Fa-f+-]*|\.(?:inf|nan))$/i;

/** A text as it stands in YAML: plain where that is surely read as the same text, else in double quotes. */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !OTHER_TYPE.test(text) ? text : JSON.stringify(text);
}

/** A value on one line. */
export function yamlFlow(value: Json): string {
  // A share needs no quotes.
  if (typeof value === 'string') return /^\d+(?:\.\d+)?%$/.test(value) ? value : yamlText(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(yamlFlow).join(', ')}]`;
  if (!isJsonObject(value)) return String(value);
  const members = Object.entries(value).map(([key, one]) => `${yamlText(key)}: ${yamlFlow(one)}`);
  return `{${members.join(', ')}}`;
}

/** @param key under which it stands: among `deps` a name with wildcards must say that it is none. */
export function yamlPath(path: string, key: string): string {
  const text = path.replaceAll('${', '\\${');
  const written = yamlText(text);
  return key === 'deps' && /[*?[\]{}]/.test(path) ? `{path: ${written}}` : written;
}
