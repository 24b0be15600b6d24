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
    // As upstream: with the gate the API server must have PodGroups, or nothing is scheduled.
    const servesPodGroups = features.enabled('GenericWorkload');
    const scheduler = await runScheduler({ ...access, features, servesPodGroups, ...given });
    return async () => {
      await scheduler.stop();
      access.informers.stop();
    };
  });
}
