// `tiphys scheduler`
import type { Command } from 'commander';
import type { StandaloneOptions } from '../../../cluster/standalone/run.ts';
import { absolute, electedComponent } from './flags.ts';

export const schedulerCommand = (): Command =>
  electedComponent('scheduler', 'kube-scheduler', 10_259)
    .option(
      '--config <file>',
      'a KubeSchedulerConfiguration: profiles, plugins and their arguments',
      absolute,
    )
    .option('--plugins <file>', 'scheduler plugins in TypeScript, for profiles to enable', absolute)
    .description('Run the scheduler alone, against any Kubernetes API server')
    .action(async (flags: StandaloneOptions & { readonly config?: string; readonly plugins?: string }) => {
      const { runStandaloneScheduler } = await import('../../../cluster/standalone/scheduler.ts');
      await runStandaloneScheduler(flags);
    });
