/** The one style sheet: light and dark by the reader's setting, narrow screens, paper. No fonts, no images. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f6f3; --card: #ffffff; --ink: #16181d; --soft: #565a63; --faint: #70747d; --line: #e3e3de; --grid: #ebebe6;
  --link: #1f5fb8; --mark: #fff3c9;
  --good: #127a3d; --good-fill: #dff3e5; --info: #1f5fb8; --info-fill: #dfecfb; --bad: #b3261e; --bad-fill: #fbe3e1;
  --warn: #8a5300; --warn-fill: #fdeecb; --none: #565a63; --none-fill: #eeeeea;
  --s1: #2a78d6; --s2: #c4570f; --s3: #16865c; --s4: #8a5cd0; --s5: #c23b7c; --s6: #94730a; --s7: #0d7f92; --s8: #6b7280;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121316; --card: #1b1d21; --ink: #eceef2; --soft: #b4b8c1; --faint: #959aa5; --line: #31343b; --grid: #282b31;
    --link: #86b7f5; --mark: #4a3d12;
    --good: #74d197; --good-fill: #173524; --info: #86b7f5; --info-fill: #172c47; --bad: #ff9a91; --bad-fill: #471d1b;
    --warn: #f3bf5d; --warn-fill: #3f2e0d; --none: #b4b8c1; --none-fill: #2a2d33;
    --s1: #5a9fee; --s2: #ea8a4a; --s3: #3fb98a; --s4: #ad8bee; --s5: #ea78ab; --s6: #cfa934; --s7: #45b3c6; --s8: #9aa1ad;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
}
main { max-width: 1180px; margin: 0 auto; padding: 28px 24px 48px; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .75rem; }
h3 { font-size: .95rem; margin: 1.25rem 0 .5rem; overflow-wrap: anywhere; }
p { margin: .25rem 0 .75rem; }
code, pre, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
code { overflow-wrap: anywhere; }
.muted { color: var(--soft); }
.small { font-size: .85rem; }
.better { color: var(--good); } .worse { color: var(--bad); }
header.top { margin-bottom: 20px; }
nav.contents { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0 0; font-size: .9rem; }
section.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px; margin: 0 0 18px;
}
section.card > :last-child { margin-bottom: 0; }
.note { border-left: 3px solid var(--line); padding: 2px 0 2px 12px; color: var(--soft); font-size: .9rem; }
.badge {
  display: inline-block; white-space: nowrap; border-radius: 999px; padding: 1px 10px; font-size: .85rem; font-weight: 600;
  background: var(--none-fill); color: var(--none);
}
.badge.good { background: var(--good-fill); color: var(--good); } .badge.info { background: var(--info-fill); color: var(--info); }
.badge.bad { background: var(--bad-fill); color: var(--bad); } .badge.warn { background: var(--warn-fill); color: var(--warn); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); gap: 12px; margin: 16px 0 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; min-width: 0; }
.tile b { display: block; font-size: 1.3rem; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
.tile span { color: var(--soft); font-size: .82rem; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.scroll { overflow-x: auto; margin: 0 -20px; padding: 0 20px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; font-weight: 600; color: var(--soft); white-space: nowrap; font-size: .82rem; vertical-align: bottom; }
th, td { padding: 6px 16px 6px 0; border-bottom: 1px solid var(--line); }
td { vertical-align: top; overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
tbody tr:last-child td { border-bottom: 0; }
.num { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
.name { min-width: 9em; max-width: 26em; }
.wide { min-width: 14em; } .value { min-width: 9em; max-width: 26em; }
.nowrap { white-space: nowrap; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; }
th button:hover { color: var(--ink); text-decoration: underline; }
th[aria-sort="ascending"] button::after { content: " \\2191"; } th[aria-sort="descending"] button::after { content: " \\2193"; }
input.filter {
  font: inherit; font-size: .9rem; width: 100%; max-width: 260px; padding: 5px 10px; margin: 0 0 10px; color: inherit;
  background: var(--page); border: 1px solid var(--line); border-radius: 6px;
}
details > summary { cursor: pointer; overflow-wrap: anywhere; }
details > summary:hover { color: var(--link); }
details.block { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 8px; }
details.block > summary { padding: 8px 12px; }
details.block[open] > summary { border-bottom: 1px solid var(--line); }
pre.log {
  margin: 0; padding: 12px; max-height: 32rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45;
  font-size: 12.5px;
}
.cut { padding: 6px 12px; color: var(--soft); font-size: .85rem; border-bottom: 1px dashed var(--line); }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(320px, 100%), 1fr)); gap: 20px; }
figure { margin: 0; min-width: 0; }
figcaption { font-size: .88rem; margin: 0 0 4px; overflow-wrap: anywhere; }
ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 0; margin: 4px 0 0; font-size: .82rem; color: var(--soft); }
ul.legend svg { vertical-align: -1px; margin-right: 6px; } ul.legend li { overflow-wrap: anywhere; min-width: 0; }
svg { display: block; } ul.legend svg { display: inline-block; }
svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; fill: var(--soft); }
svg.plot { width: 100%; height: auto; max-width: 560px; }
.axis { stroke: var(--line); } .gridline { stroke: var(--grid); }
.s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); } .s4 { --c: var(--s4); }
.s5 { --c: var(--s5); } .s6 { --c: var(--s6); } .s7 { --c: var(--s7); } .s8 { --c: var(--s8); }
.curve { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.dot { fill: var(--c); } .missing { stroke: var(--bad); stroke-width: 1.5; }
.good { --c: var(--good); --f: var(--good-fill); } .info { --c: var(--info); --f: var(--info-fill); }
.bad { --c: var(--bad); --f: var(--bad-fill); } .warn { --c: var(--warn); --f: var(--warn-fill); }
.none { --c: var(--none); --f: var(--none-fill); } .dim { --c: var(--faint); --f: var(--page); }
.graph rect { rx: 7px; } .graph .node rect { fill: var(--f); stroke: var(--c); stroke-width: 1.25; } .graph .dim rect { stroke-dasharray: 4 3; }
.graph a:hover rect, .graph a:focus rect { stroke-width: 2.5; } .graph a { text-decoration: none; }
.graph .label { font-size: 13px; font-weight: 600; fill: var(--ink); } .graph .state { fill: var(--c); font-size: 11.5px; }
.graph .edge { fill: none; stroke: var(--faint); stroke-width: 1.25; opacity: .7; }
.graph text { text-anchor: middle; } .graph { margin: 0 auto; flex: none; } .graph-box { display: flex; max-height: 80vh; }
.timeline { --names: 190px; font-size: .85rem; } .lanes { position: relative; }
.back { position: absolute; left: calc(var(--names) + 12px); top: 0; width: calc(100% - var(--names) - 12px); height: 100%; }
.lane { display: grid; grid-template-columns: var(--names) minmax(0, 1fr); gap: 12px; align-items: center; min-height: 27px; position: relative; }
.lane > a, .lane > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--ink); text-decoration: none; }
.lane > a:hover { text-decoration: underline; } .lane svg { overflow: visible; }
.lane rect.bar { fill: var(--f); stroke: var(--c); stroke-width: 1.25; } .lane rect.critical { fill: var(--c); }
.lane text.beside { paint-order: stroke; stroke: var(--card); stroke-width: 4px; } .lane text.on { fill: var(--card); font-weight: 600; } .lane .wait { stroke: var(--faint); stroke-width: 1.5; stroke-dasharray: 1.5 3; }
.histogram .now { fill: var(--s1); } .histogram .before { fill: var(--s8); opacity: .65; } .histogram .hit { fill: transparent; }
.columns { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(310px, 100%), 1fr)); gap: 18px 28px; margin-top: 14px; }
article.column { min-width: 0; border-top: 1px solid var(--line); padding-top: 10px; } article.column h3 { margin-top: 0; }
article.column p { margin: 0 0 8px; } table.facts { margin-top: 8px; font-size: .82rem; } table.facts th, table.facts td { padding: 2px 8px 2px 0; border: 0; }
table.facts td { white-space: nowrap; overflow-wrap: normal; }
ul.failures { margin: 0; padding-left: 20px; } ul.failures li { margin: 0 0 6px; }
footer { color: var(--faint); font-size: .85rem; margin-top: 24px; }
@media (max-width: 600px) {
  main { padding: 18px 12px 32px; } section.card { padding: 14px; } .scroll { margin: 0 -14px; padding: 0 14px; }
  h1 { font-size: 1.4rem; } .timeline { --names: 92px; } .tiles { grid-template-columns: repeat(2, 1fr); gap: 8px; } .tile b { font-size: 1.1rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: 8px; }
}
@media print {
  :root {
    color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --faint: #666; --line: #ccc; --grid: #e5e5e5;
    --good: #127a3d; --good-fill: #dff3e5; --info: #1f5fb8; --info-fill: #dfecfb; --bad: #b3261e; --bad-fill: #fbe3e1;
    --warn: #8a5300; --warn-fill: #fdeecb; --none: #565a63; --none-fill: #eeeeea; --link: #000;
  }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; } nav.contents, input.filter { display: none; }
  section.card { border: 0; padding: 0; } .scroll { overflow: visible; margin: 0; padding: 0; } pre.log { max-height: none; }
  svg, tr, figure, .tile { break-inside: avoid; } h2, h3 { break-after: avoid; } * { print-color-adjust: exact; }
}
`;
