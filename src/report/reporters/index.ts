/**
 * The family's list. A new reporter is a file, a line here and a setup in the contract test. What people read is talk and
 * goes to stderr, on that one stream so that its order is kept; data for programs goes to stdout.
 */
import type {ReporterMember} from '../reporter.ts';

export const reporters: readonly ReporterMember[] = [
  {
    name: 'live',
    summary: 'for a terminal: finished lines, and a bar with what is running',
    create: async (context) => (await import('./live.ts')).createLiveReporter(context),
  },
  {
    name: 'plain',
    summary: 'for files and pipes: finished lines and the output of stages as it comes',
    create: async (context) => (await import('./plain.ts')).createPlainReporter(context),
  },
  {
    name: 'github',
    summary: 'for GitHub Actions: log groups, annotations and a job summary',
    create: async (context) => (await import('./github.ts')).createGithubReporter(context),
  },
  {
    name: 'gitlab',
    summary: 'for GitLab CI: collapsed sections',
    create: async (context) => (await import('./gitlab.ts')).createGitlabReporter(context),
  },
  {
    name: 'json',
    summary: 'for programs: one JSON event a line',
    create: async (context) => (await import('./json.ts')).createJsonReporter(context),
  },
  {
    name: 'quiet',
    summary: 'only failures and the summary',
    create: async (context) => (await import('./quiet.ts')).createQuietReporter(context),
  },
];
