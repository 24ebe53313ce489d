/** `mlp diff --format html`: one page in one file, with the curves of both sides over each other. */
import {glyphsFor} from '../glyphs.ts';
import {html, type Html} from '../html/html.ts';
import {linePlot} from '../html/line-plot.ts';
import {page} from '../html/page.ts';
import type {MetricRow} from '../../model/diff.ts';
import type {DiffView} from '../views/diff.ts';
import {checkedTexts, headline} from './diff.ts';
import {diffTables, type DiffTable} from './diff-tables.ts';
import type {Cell} from './table.ts';

const MOST_PLOTS = 100;

/** @returns the text of an .html file. */
export function renderDiffHtml(view: DiffView): string {
  const glyphs = glyphsFor(true);
  const title = headline(view, glyphs.arrow);
  const tables = diffTables(view, {glyphs, isUnicode: true});
  const body = html`<header class="top"><h1>${title}</h1>
<nav class="contents">${tables.map(({section, title: name}) => html`<a href="#${section}">${name}</a>`)}</nav></header>
${view.notices.map((notice) => html`<p class="note">${notice}</p>`)}
${checksCard(view)}
${tables.map((table) => tableCard(table, table.section === 'metrics' ? plots(view) : undefined))}`;
  return page({title: `mlp diff: ${title}`, body});
}

function checksCard({checks}: DiffView): Html | undefined {
  if (checks.length === 0) return undefined;
  const rows = checks.map(
    (
      check,
    ) => html`<li><span class="badge ${check.failed ? 'bad' : 'good'}">${check.failed ? 'failed' : 'passed'}</span>
<code>${check.condition}</code> ${checkedTexts(check).join('; ')}</li>`,
  );
  return html`<section class="card" id="checks"><h2>Checks</h2><ul class="failures">${rows}</ul></section>`;
}

function tableCard({section, title, columns, rows, notes}: DiffTable, below: Html | undefined): Html {
  const used = columns
    .map((column, index) => ({column, index}))
    // Curves are plots below the table.
    .filter(({column}) => column.title !== 'curve')
    .filter(({index}) => rows.some((row) => textOf(row[index]) !== ''));
  const table = html`<div class="scroll"><table><thead><tr>${used.map(
    ({column}) => html`<th${column.align === 'right' && html` class="num"`}>${column.title}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr>${used.map(({column, index}) => html`<td class="${cellClass(row[index], column.align)}">${textOf(row[index])}</td>`)}</tr>`,
  )}</tbody></table></div>`;
  return html`<section class="card" id="${section}"><h2>${title}</h2>
${rows.length > 0 && table}
${notes.map((note) => html`<p class="muted small">${note}</p>`)}
${below}</section>`;
}

const textOf = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell[0];

function cellClass(cell: Cell | undefined, align: 'left' | 'right' | undefined): string {
  if (align === 'right') return 'num';
  const style = cell === undefined || typeof cell === 'string' ? 'none' : cell[1];
  return style === 'good' ? 'better' : style === 'bad' ? 'worse' : '';
}

function plots({metrics, before, after}: DiffView): Html | undefined {
  const curves = metrics.filter(({curve}) => curve !== undefined).slice(0, MOST_PLOTS);
  if (curves.length === 0) return undefined;
  return html`<div class="plots">${curves.map((row) => plot(row, before.label, after.label))}</div>`;
}

function plot({stage, name, curve}: MetricRow, before: string, after: string): Html {
  const series = [
    {name: before, points: curve?.before ?? []},
    {name: after, points: curve?.after ?? []},
  ].filter(({points}) => points.length > 0);
  return linePlot({
    title: `${stage} ${name}`,
    series: series.map((one) => ({name: one.name, points: one.points.map(({step, value}) => ({x: step, y: value}))})),
  });
}
