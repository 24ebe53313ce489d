/** The page of an evaluation: one HTML file with our own drawings, of a size that does not grow with the rows. */
import {bars} from '../html/bars.ts';
import {heatMap} from '../html/heat-map.ts';
import {html, type Html} from '../html/html.ts';
import {linePlot} from '../html/line-plot.ts';
import {page} from '../html/page.ts';
import type {EvaluationCell, EvaluationTable, EvaluationView} from '../views/evaluation.ts';
import {textOf} from './evaluation-text.ts';
import {badge, codeWords} from './report-parts.ts';

/** Rows of one table on the page; all are in the files beside it. */
const MOST_ROWS = 200;

/** @returns the text of an .html file. */
export function renderEvaluation(view: EvaluationView): string {
  const {title, verdict, facts, notices, tables} = view;
  return page({
    title,
    body: html`<header class="top"><h1>${title}</h1>
<p>${badge(verdict.word, verdict.tone)} <span class="muted">${verdict.text}</span></p>
<div class="tiles">${facts.map(([value, what]) => html`<div class="tile"><b>${value}</b><span>${what}</span></div>`)}</div>
<nav class="contents">${tables.map(({id, title: name}) => html`<a href="#${id}">${name}</a>`)}</nav></header>
${notices.map((notice) => html`<p class="note">${codeWords(notice)}</p>`)}
${tables.map((table) => card(table, view))}
<footer>Made by mlp. This file needs no network.</footer>`,
  });
}

function card(table: EvaluationTable, {curves, bars: charts, confusion}: EvaluationView): Html {
  const drawn = [
    ...curves
      .filter(({section}) => section === table.id)
      .map(({title, x, series}) => linePlot({title, xLabel: x, series, legend: 'names'})),
    ...charts.filter(({section}) => section === table.id).map(bars),
  ];
  return html`<section class="card" id="${table.id}"><h2>${table.title}</h2>
${table.rows.length > 0 && tableOf(table)}
${table.notes.map((note) => html`<p class="muted small">${codeWords(note)}</p>`)}
${
  table.id === 'classes' &&
  confusion !== undefined &&
  html`<h3>Confusion matrix</h3><div class="scroll">${heatMap({
    ...confusion,
    rowTitle: 'truth',
    columnTitle: 'prediction',
    name: 'Confusion matrix',
  })}</div>`
}
${drawn.length > 0 && html`<div class="plots">${drawn}</div>`}</section>
`;
}

function tableOf({columns, rows}: EvaluationTable): Html {
  const shown = rows.slice(0, MOST_ROWS);
  const used = columns
    .map((column, index) => ({...column, index}))
    .filter(({index}) => rows.some((row) => textOf(row[index]) !== ''));
  return html`<div class="scroll"><table data-sortable><thead><tr>${used.map(
    ({title, align}) => html`<th${align === 'right' && html` class="num"`}>${title}</th>`,
  )}</tr></thead><tbody>${shown.map(
    (row) =>
      html`<tr>${used.map(({align, index}) => html`<td${classOf(align, row[index], index)}>${cellOf(row[index])}</td>`)}</tr>
`,
  )}</tbody></table></div>
${rows.length > shown.length && html`<p class="muted small">and ${rows.length - shown.length} more rows</p>`}`;
}

const LONG_TEXT = 60;

function classOf(align: 'right' | undefined, cell: EvaluationCell | undefined, index: number): Html | undefined {
  if (align === 'right') return html` class="num"`;
  if (textOf(cell).length > LONG_TEXT) return html` class="wide"`;
  return index === 0 ? html` class="name"` : undefined;
}

const BAR = 90;

function cellOf(cell: EvaluationCell | undefined): Html | string {
  if (cell === undefined || typeof cell === 'string') return cell ?? '';
  if ('tone' in cell) return badge(cell.text, cell.tone);
  return html`<svg class="s1" style="display:inline-block;vertical-align:-1px" width="${BAR}" height="11" aria-hidden="true"><path class="dot" d="M0 0h${(cell.share * BAR).toFixed(1)}v11H0z"/></svg> ${cell.text}`;
}
