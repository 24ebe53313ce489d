/**
 * Text of `mlp lineage`: two trees, what the subject came from and what was made of it. A file stands on one line with
 * the result that made it, so that a long chain does not run off to the right; what was shown above is only named.
 */
import {safeText} from '../../base/display.ts';
import {formatAge, formatBytes, formatDuration, plural} from '../../base/format.ts';
import type {LineageFile, LineageResult} from '../../model/lineage.ts';
import type {Look, LookOptions, Segment} from '../look.ts';
import {lineOf, lookOf} from '../look.ts';
import type {LineageView} from '../views/lineage.ts';
import {factLines} from './lineage-facts.ts';
import {indexLineage, type LineageIndex} from './lineage-index.ts';

export interface LineageOptions extends LookOptions {
  /** Now, in milliseconds since the epoch, for ages. */
  readonly nowMs: number;
  /** Everything: whole hashes, all params, all files. */
  readonly verbose?: boolean;
}

/** A line of a tree, the facts below it, and what hangs on it. */
interface Item {
  readonly head: readonly Segment[];
  readonly facts: readonly string[];
  readonly children: () => readonly Draw[];
}

/** Made when its turn comes: what is shown before it is then known. */
type Draw = () => Item;

interface Drawing {
  readonly index: LineageIndex;
  readonly look: Look;
  readonly options: LineageOptions;
  /** Results whose own tree was drawn. */
  readonly shown: Set<number>;
}

const MOST_CHILDREN = 30;
const HASH_DIGITS = 12;

/** @returns text that ends with a line end. */
export function renderLineage(view: LineageView, options: LineageOptions): string {
  const look = lookOf(options);
  const {lineage} = view;
  const index = indexLineage(lineage);
  const lines = [look.paint.bold(subjectText(view, look)), ...lineage.notes.map((note) => `note: ${safeText(note)}`)];
  const files = lineage.startFiles.flatMap((id) => index.files.get(id) ?? []);
  const results = lineage.startResults.flatMap((id) => index.results.get(id) ?? []);
  if (view.up) {
    const drawing: Drawing = {index, look, options, shown: new Set()};
    const roots = [
      ...files.map((file) => () => upFile(file, drawing)),
      ...results.map((result) => () => upResult(result, [], drawing)),
    ];
    lines.push('', 'came from', ...draw(roots, drawing));
  }
  if (view.down) {
    const drawing: Drawing = {index, look, options, shown: new Set()};
    const roots = [
      ...files.map((file) => () => downFile(file, drawing)),
      ...results.map((result) => () => downResult(result, drawing)),
    ];
    lines.push('', 'went into', ...draw(roots, drawing));
  }
  return `${lines.join('\n')}\n`;
}

function subjectText({lineage: {subject, startFiles, files}}: LineageView, look: Look): string {
  switch (subject.kind) {
    case 'file': {
      const hash = files.find(({id}) => id === startFiles[0])?.sha256;
      return `${safeText(subject.path)}${hash === undefined ? '' : ` ${look.glyphs.dot} sha256 ${hash.slice(0, HASH_DIGITS)}`}`;
    }
    case 'object':
      return `sha256 ${subject.sha256}`;
    case 'stage':
      return `stage ${safeText(subject.stage)}`;
    case 'run':
      return `run ${String(subject.run)}`;
  }
}

/** Depth first, without recursion: a pipeline may be a chain of ten thousand stages. */
function draw(roots: readonly Draw[], {look, options}: Drawing): readonly string[] {
  const [tee, corner, bar] = options.unicode === false ? ['|- ', '`- ', '|  '] : ['├─ ', '└─ ', '│  '];
  const lines: string[] = [];
  const stack = roots.map((make) => ({make, own: '', below: ''})).reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const {make, own, below} = next;
    const item = make();
    lines.push(lineOf([[own, 'dim'], ...item.head], look).trimEnd());
    const children = item.children();
    const gutter = children.length > 0 ? bar : '   ';
    for (const fact of item.facts) lines.push(lineOf([[`${below}${gutter}${fact}`, 'dim']], look).trimEnd());
    children.forEach((_, place) => {
      const child = children[children.length - 1 - place] as Draw;
      const isLast = place === 0;
      stack.push({make: child, own: `${below}${isLast ? corner : tee}`, below: `${below}${isLast ? '   ' : bar}`});
    });
  }
  return lines;
}

function upFile(file: LineageFile, drawing: Drawing): Item {
  const {index, look} = drawing;
  const makers = (file.madeBy ?? []).flatMap((id) => index.results.get(id) ?? []);
  const [maker] = makers;
  const head: readonly Segment[] = [...fileSegments(file, drawing), ...originSegments(file, drawing)];
  if (maker === undefined) return {head, facts: [], children: () => []};
  if (makers.length > 1)
    return {head, facts: [], children: () => limited(makers, (one) => upResult(one, [], drawing), 'result', drawing)};
  return upResult(maker, [...head, [`  ${look.glyphs.from} `, 'dim']], drawing);
}

/** @param before what stands before the result on its line. */
function upResult(result: LineageResult, before: readonly Segment[], drawing: Drawing): Item {
  const {index, shown, options} = drawing;
  if (shown.has(result.id)) return {head: [...before, ...shownAbove(result)], facts: [], children: () => []};
  shown.add(result.id);
  const inputs = (result.inputs ?? []).flatMap((id) => index.files.get(id) ?? []);
  return {
    head: [...before, ...resultSegments(result, drawing)],
    facts: factLines(result, options.verbose === true),
    children: () => limited(inputs, (file) => upFile(file, drawing), 'file', drawing),
  };
}

function downFile(file: LineageFile, drawing: Drawing): Item {
  const readers = (file.readBy ?? []).flatMap((id) => drawing.index.results.get(id) ?? []);
  const also = file.alsoRead ?? 0;
  const text =
    file.readBy !== undefined && readers.length === 0
      ? '  nothing read it'
      : also > 0
        ? `  and ${file.alsoReadAtLeast === true ? 'at least ' : ''}${plural(also, 'older result')} of the same stages`
        : '';
  return {
    head: [...fileSegments(file, drawing), [text, 'dim']],
    facts: [],
    children: () => limited(readers, (result) => downResult(result, drawing), 'result', drawing),
  };
}

function downResult(result: LineageResult, drawing: Drawing): Item {
  const {index, shown} = drawing;
  if (shown.has(result.id)) return {head: shownAbove(result), facts: [], children: () => []};
  shown.add(result.id);
  const outputs = (result.outputs ?? []).flatMap((id) => index.files.get(id) ?? []);
  return {
    head: resultSegments(result, drawing),
    facts: [],
    children: () => limited(outputs, (file) => downFile(file, drawing), 'file', drawing),
  };
}

function limited<T>(all: readonly T[], make: (one: T) => Item, noun: string, {options}: Drawing): readonly Draw[] {
  const most = options.verbose === true ? all.length : MOST_CHILDREN;
  const items = all.slice(0, most).map((one) => () => make(one));
  const rest = all.length - items.length;
  if (rest <= 0) return items;
  return [...items, () => ({head: [[`and ${plural(rest, `more ${noun}`)}`, 'dim']], facts: [], children: () => []})];
}

function fileSegments({path, type, sha256, size, files}: LineageFile, {options}: Drawing): readonly Segment[] {
  const name = `${safeText(path)}${type === 'dir' ? '/' : ''}`;
  const count = files === undefined ? '' : `${plural(files, 'file')}, `;
  const bytes = size === undefined || type === 'absent' ? '' : `  ${count}${formatBytes(size)}`;
  const hash = sha256 === undefined ? '' : `  ${options.verbose === true ? sha256 : sha256.slice(0, HASH_DIGITS)}`;
  return [[name], [bytes, 'dim'], [hash, 'dim']];
}

function originSegments(file: LineageFile, {index}: Drawing): readonly Segment[] {
  if (file.type === 'absent') return [['  was not there', 'dim']];
  const facts: string[] = [];
  if (file.origin === 'source') {
    facts.push(file.type === 'url' ? 'a URL' : 'source');
    if (file.added === true) facts.push('in mlp.lock');
    else if (file.inGit !== undefined) facts.push(file.inGit ? 'in Git' : 'not in Git');
  }
  if (file.inFolder !== undefined) facts.push(`in ${safeText(file.inFolder)}/`);
  if (file.assumed === true) facts.push('as the order of results says');
  if (file.alsoMade !== undefined) facts.push(`same bytes in ${plural(file.alsoMade, 'other result')}`);
  const hidden = file.origin === 'made' && (file.madeBy ?? []).every((id) => !index.results.has(id));
  if (hidden) facts.push('made by a stage beyond the depth');
  return facts.length === 0 ? [] : [[`  ${facts.join(', ')}`, file.origin === 'source' ? 'good' : 'dim']];
}

function resultSegments(result: LineageResult, {look, options}: Drawing): readonly Segment[] {
  const {run, runDeleted, madeAtMs, durationMs, git, origin, because} = result;
  const facts = [
    run === undefined ? originText(origin) : `run ${String(run)}${runDeleted === true ? ' (deleted)' : ''}`,
    formatAge(options.nowMs - madeAtMs),
    ...(durationMs === undefined ? [] : [formatDuration(durationMs)]),
    ...(git === undefined ? [] : [commitText(git)]),
    ...(run !== undefined && origin !== 'ran' ? [originText(origin)] : []),
    ...(because === undefined ? [] : [`because: ${safeText(because)}`]),
  ];
  return [
    [safeText(result.stage), 'info'],
    [`  ${facts.join(` ${look.glyphs.dot} `)}`, 'dim'],
  ];
}

function shownAbove(result: LineageResult): readonly Segment[] {
  return [
    [safeText(result.stage), 'info'],
    ['  (shown above)', 'dim'],
  ];
}

function originText(origin: LineageResult['origin']): string {
  const texts = {
    ran: 'a run',
    adopted: 'edited by hand and kept',
    accepted: 'accepted without running',
    lock: 'known from mlp.lock',
    remote: 'from the shared cache',
  } as const;
  return texts[origin];
}

/** `main 1a2b3c4+`: `+` when the work tree had changes. */
function commitText({commit, branch, dirty}: NonNullable<LineageResult['git']>): string {
  return `${branch === undefined ? '' : `${safeText(branch)} `}${commit.slice(0, 7)}${dirty === true ? '+' : ''}`;
}
