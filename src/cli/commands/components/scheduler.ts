// `tiphys scheduler`
import type { Command } from 'commander';
import type { StandaloneOptions } from '../../../cluster/standalone/run.ts';
import { electedComponent } from './flags.ts';

export const schedulerCommand = (): Command =>
  electedComponent('scheduler', 'kube-scheduler', 10_259)
    .description('Run the scheduler alone, against any Kubernetes API server')
    .action(async (flags: StandaloneOptions) => {
      const { runStandaloneScheduler } = await import('../../../cluster/standalone/scheduler.ts');
      await runStandaloneScheduler(flags);
    });
