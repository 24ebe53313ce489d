/** Findings as annotations of GitHub Actions. Rules that held give none. */
import {safeText} from '../../base/display.ts';
import {annotation} from '../github-command.ts';
import type {FindingsView} from '../views/findings.ts';
import {placeOf} from './findings-place.ts';

const WORDS = {error: 'error', warn: 'warning', info: 'notice'} as const;

/** @returns '' when every rule held, else lines that end with a line end. */
export function findingsGithub({findings}: FindingsView): string {
  return findings
    .map((finding) => {
      if (finding.level === 'ok') return '';
      const hint = finding.hint === undefined ? '' : `\nhint: ${finding.hint}`;
      const message = `${finding.table}: ${finding.message}${hint}`;
      return `${annotation(WORDS[finding.level], placeOf(finding), safeText(finding.id), message)}\n`;
    })
    .join('');
}
