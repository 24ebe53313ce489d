/**
 * A whole page in one file: nothing in it is fetched from anywhere, and its Content-Security-Policy makes the browser
 * refuse to try, and to run any script but the one of this program.
 */
import {html, trusted, type Html} from './html.ts';
import {SCRIPT, SCRIPT_SHA256} from './script.ts';
import {STYLE} from './style.ts';

export interface PageOptions {
  /** Of the window; plain text. */
  readonly title: string;
  readonly body: Html;
}

const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${SCRIPT_SHA256}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** An empty icon, so that no browser asks for /favicon.ico. */
const NO_ICON = 'data:,';

/** @returns the text of an .html file, which ends with a line end. */
export function page({title, body}: PageOptions): string {
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="mlp">
<link rel="icon" href="${NO_ICON}">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${body}
</main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return text.toString();
}
