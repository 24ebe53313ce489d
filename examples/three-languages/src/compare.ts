import {readFileSync, writeFileSync} from 'node:fs';
import {defineStage} from 'mlp-cli';

type Row = Readonly<Record<string, string>>;

/** Tables of this example hold numbers and single words: no field has quotes. */
function readTable(path: string): Row[] {
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, column) => [names[column], value])));
}

const markdown = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

export default defineStage(({inputs, outputs, log}) => {
  const penguins = readTable(inputs.test);
  const answers = (path: string): Map<string, string> =>
    new Map(readTable(path).map(({id, predicted}) => [id, predicted]));
  const python = answers(inputs.python);
  const r = answers(inputs.r);
  const shareRight = (model: ReadonlyMap<string, string>): number =>
    penguins.filter(({id, sex}) => model.get(id) === sex).length / penguins.length;

  const disputed = penguins.filter(({id}) => python.get(id) !== r.get(id));
  const metrics = {
    test_rows: penguins.length,
    python_accuracy: shareRight(python),
    r_accuracy: shareRight(r),
    agreement: 1 - disputed.length / penguins.length,
  };
  writeFileSync(outputs.metrics, `${JSON.stringify(metrics, null, 2)}\n`);

  const report = [
    '# Male or female?',
    '',
    markdown(['model', `right of ${penguins.length}`]),
    markdown(['---', '---']),
    markdown(['random forest (Python)', metrics.python_accuracy.toFixed(4)]),
    markdown(['logistic regression (R)', metrics.r_accuracy.toFixed(4)]),
    '',
    `They give different answers for ${disputed.length}:`,
    '',
    markdown(['row', 'sex', 'Python says', 'R says']),
    markdown(['---', '---', '---', '---']),
    ...disputed.map(({id, sex}) => markdown([id, sex, python.get(id) ?? 'nothing', r.get(id) ?? 'nothing'])),
    '',
  ];
  writeFileSync(outputs.report, report.join('\n'));
  log(`Python ${metrics.python_accuracy.toFixed(4)}, R ${metrics.r_accuracy.toFixed(4)}`);
});
