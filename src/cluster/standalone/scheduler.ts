// `tiphys scheduler`: our scheduler against any API server, in place of kube-scheduler.
import { runScheduler } from '../control-plane/scheduler.ts';
import { schedulerSettings } from '../control-plane/scheduler-config.ts';
import { runStandalone, type StandaloneOptions } from './run.ts';

export function runStandaloneScheduler({
  config,
  ...flags
}: StandaloneOptions & { readonly config?: string }): Promise<void> {
  const settings = config ? schedulerSettings(config) : undefined;
  return runStandalone('kube-scheduler', flags, async (access) => {
    const scheduler = runScheduler({ ...access, ...(settings && { settings }) });
    return async () => {
      await scheduler.stop();
      access.informers.stop();
    };
  });
}
