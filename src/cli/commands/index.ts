/** The family's list. A new command is a file, a line here and a setup in the contract test. */
import type {CommandEntry} from '../command.ts';

export const commands: readonly CommandEntry[] = [
  {name: 'init', load: async () => (await import('./init.ts')).initCommand},
  {name: 'run', load: async () => (await import('./run.ts')).runCommand},
  {name: 'plan', load: async () => (await import('./plan.ts')).planCommand},
  {name: 'status', load: async () => (await import('./status.ts')).statusCommand},
  {name: 'why', load: async () => (await import('./why.ts')).whyCommand},
  {name: 'logs', load: async () => (await import('./logs.ts')).logsCommand},
  {name: 'dag', load: async () => (await import('./dag.ts')).dagCommand},
  {name: 'lineage', load: async () => (await import('./lineage.ts')).lineageCommand},
  {name: 'runs', load: async () => (await import('./runs.ts')).runsCommand},
  {name: 'metrics', load: async () => (await import('./metrics.ts')).metricsCommand},
  {name: 'params', load: async () => (await import('./params.ts')).paramsCommand},
  {name: 'diff', load: async () => (await import('./diff.ts')).diffCommand},
  {name: 'edit', load: async () => (await import('./edit.ts')).editCommand},
  {name: 'rm', load: async () => (await import('./rm.ts')).rmCommand},
  {name: 'watch', load: async () => (await import('./watch.ts')).watchCommand},
  {name: 'check', load: async () => (await import('./check.ts')).checkCommand},
  {name: 'add', load: async () => (await import('./add.ts')).addCommand},
  {name: 'report', load: async () => (await import('./report.ts')).reportCommand},
  {name: 'restore', load: async () => (await import('./restore.ts')).restoreCommand},
  {name: 'clean', load: async () => (await import('./clean.ts')).cleanCommand},
  {name: 'gc', load: async () => (await import('./gc.ts')).gcCommand},
  {name: 'doctor', load: async () => (await import('./doctor.ts')).doctorCommand},
  {name: 'exec', load: async () => (await import('./exec.ts')).execCommand},
  {name: 'completion', load: async () => (await import('./completion.ts')).completionCommand},
];
