// `tiphys scheduler`: our scheduler against any API server, in place of kube-scheduler.

import { systemClock } from '../../kit/clock.ts';
import { runScheduler } from '../control-plane/scheduler.ts';
import { schedulerFiles } from '../control-plane/scheduler-config.ts';
import { featureGates } from '../feature-gates.ts';
import { runStandalone, type StandaloneOptions } from './run.ts';

export async function runStandaloneScheduler({
  config,
  plugins,
  ...flags
}: StandaloneOptions & { readonly config?: string; readonly plugins?: string }): Promise<void> {
  const features = featureGates(flags.featureGates);
  const files = { ...(config && { schedulerConfig: config }), ...(plugins && { schedulerPlugins: plugins }) };
  const given = await schedulerFiles(files, systemClock, features);
  return runStandalone('kube-scheduler', flags, async (access) => {
    const scheduler = await runScheduler({ ...access, features, ...given });
    return async () => {
      await scheduler.stop();
      access.informers.stop();
    };
  });
}
