/** Workflow commands of GitHub Actions: lines on stdout that the runner understands. */

export const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Marks a place in a file of the repository. */
export function annotation(
  level: 'error' | 'warning' | 'notice',
  place: {readonly file: string; readonly line?: number},
  title: string,
  message: string,
): string {
  const line = place.line === undefined ? '' : `,line=${String(place.line)}`;
  return `::${level} file=${escapeProperty(place.file)}${line},title=${escapeProperty(title)}::${escapeData(message)}`;
}
