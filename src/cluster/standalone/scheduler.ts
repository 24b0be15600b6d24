// `tiphys scheduler`: our scheduler against any API server, in place of kube-scheduler.
import { runScheduler } from '../control-plane/scheduler.ts';
import { runStandalone, type StandaloneOptions } from './run.ts';

export function runStandaloneScheduler(flags: StandaloneOptions): Promise<void> {
  return runStandalone('kube-scheduler', flags, async (access) => {
    const scheduler = runScheduler(access);
    return async () => {
      await scheduler.stop();
      access.informers.stop();
    };
  });
}
