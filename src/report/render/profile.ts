/** The page of a table's profile and its comparison with a reference: one HTML file of a size that does not grow with the rows. */
import {formatCount, plural} from '../../base/format.ts';
import type {Tone} from '../html/graph.ts';
import {histogram} from '../html/histogram.ts';
import {html, type Html} from '../html/html.ts';
import {page} from '../html/page.ts';
import type {FindingLevel, FindingRow} from '../views/findings.ts';
import type {ProfileColumn, ProfileView} from '../views/profile.ts';
import {countsText} from './findings.ts';
import {badge, codeWords} from './report-parts.ts';

/** Columns that are drawn; a page of them all stays below a megabyte. */
const MOST_DRAWN = 120;
const MOST_FINDINGS = 400;

const LEVELS: {readonly [level in FindingLevel]: readonly [word: string, tone: Tone]} = {
  error: ['error', 'bad'],
  warn: ['warning', 'warn'],
  info: ['note', 'info'],
  ok: ['ok', 'good'],
};

/** @returns the text of an .html file. */
export function renderProfile(view: ProfileView): string {
  const drawn = view.columns.slice(0, MOST_DRAWN);
  const left = view.columns.length - drawn.length;
  const notable = view.findings.filter(({level}) => level !== 'ok');
  return page({
    title: `${view.table}: profile`,
    body: html`${header(view)}
${notable.length > 0 && findingsSection(notable)}
<section class="card"><h2>Columns</h2>
${view.reference !== undefined && legend(view.reference.name, view.table)}
<div class="columns">${drawn.map((column) => columnCard(column, view.reference !== undefined))}</div>
${left > 0 && html`<p class="note">${plural(left, 'more column')} ${left === 1 ? 'is' : 'are'} not drawn; they are in the profile and in the findings.</p>`}</section>
<footer>Made by mlp. This file needs no network.</footer>`,
  });
}

function header({table, rows, reference, columns, findings}: ProfileView): Html {
  const worst = (['error', 'warn', 'info', 'ok'] as const).find((level) => findings.some((one) => one.level === level));
  const compared = columns.filter(({verdict}) => verdict !== undefined);
  const moved = compared.filter(({verdict}) => verdict?.level === 'error' || verdict?.level === 'warn');
  const tiles: readonly (readonly [string, string])[] = [
    [formatCount(rows), rows === 1 ? 'row' : 'rows'],
    [formatCount(columns.length), columns.length === 1 ? 'column' : 'columns'],
    ...(reference === undefined ? [] : [[formatCount(reference.rows), 'rows of the reference'] as const]),
    ...(compared.length === 0
      ? []
      : [[formatCount(moved.length), `of ${plural(compared.length, 'column')} moved`] as const]),
  ];
  return html`<header class="top">
<h1>${table} <span class="muted">${reference === undefined ? 'profile' : html`against ${reference.name}`}</span></h1>
<p>${worst !== undefined && badge(...LEVELS[worst])} <span class="muted">${findings.length === 0 ? 'nothing was checked' : countsText(findings)}</span></p>
<div class="tiles">${tiles.map(([value, what]) => html`<div class="tile"><b>${value}</b><span>${what}</span></div>`)}</div>
</header>`;
}

function findingsSection(findings: readonly FindingRow[]): Html {
  const shown = findings.slice(0, MOST_FINDINGS);
  return html`<section class="card"><h2>What was found</h2>
<div class="scroll"><table data-sortable><thead><tr><th>Level</th><th>Check</th><th>What</th></tr></thead><tbody>
${shown.map(
  ({
    level,
    code,
    message,
    hint,
  }) => html`<tr><td>${badge(...LEVELS[level])}</td><td class="mono nowrap">${code}</td><td class="wide">${codeWords(message)}${hint !== undefined && html`<br><span class="muted small">${codeWords(hint)}</span>`}</td></tr>
`,
)}</tbody></table></div>
${findings.length > shown.length && html`<p class="note">and ${plural(findings.length - shown.length, 'more finding')}</p>`}</section>`;
}

function legend(reference: string, table: string): Html {
  const swatch = (kind: string): Html =>
    html`<svg class="histogram" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path class="${kind}" d="M0 0h12v12H0z"/></svg>`;
  return html`<ul class="legend"><li>${swatch('before')}${reference} (reference)</li><li>${swatch('now')}${table}</li></ul>`;
}

function columnCard({name, type, verdict, facts, chart}: ProfileColumn, hasReference: boolean): Html {
  return html`<article class="column"><h3>${name} <span class="muted small">${type}</span> ${verdict !== undefined && badge(...LEVELS[verdict.level])}</h3>
${verdict !== undefined && html`<p class="small">${codeWords(verdict.text)}</p>`}
${chart !== undefined && html`<figure>${histogram({...chart, name: `shares of ${name}`})}</figure>`}
<table class="facts"><thead><tr><th></th><th class="num">${hasReference ? 'table' : ''}</th>${hasReference && html`<th class="num">reference</th>`}</tr></thead><tbody>${facts.map(
    ([fact, current, reference]) =>
      html`<tr><td class="muted">${fact}</td><td class="num">${current}</td>${hasReference && html`<td class="num">${reference ?? ''}</td>`}</tr>`,
  )}</tbody></table></article>
`;
}
