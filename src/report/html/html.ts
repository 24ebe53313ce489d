/**
 * HTML that cannot be broken by what users name things: every value put into a template is escaped unless it is Html
 * already. Attributes must be written with double quotes in the template; the value is then safe there too.
 */
import {safeText} from '../../base/display.ts';

/** A piece of HTML that is safe to put into a page. Made by `html` and `trusted` only. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** `undefined` and `false` are nothing, so that `condition && html...` can stand in a template. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text as it stands between tags and in quoted attributes. Line ends stay; other controls, direction overrides and lone
 * surrogates are shown as escapes, since a page could be drawn wrongly, or not written as UTF-8 at all.
 */
export function escapeHtml(text: string): string {
  const shown = text.split('\n').map(safeText).join('\n');
  return shown.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The tag of templates: html`<b>${name}</b>`. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] ?? '';
  values.forEach((value, index) => (text += textOf(value) + (parts[index + 1] ?? '')));
  return new Html(text);
}

/** Text of this program's own that is HTML (style sheets, scripts, drawn paths). Never for anything a user named. */
export function trusted(text: string): Html {
  return new Html(text);
}

function textOf(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'object') return value.map(textOf).join('');
  return escapeHtml(String(value));
}
