// The scheduler of one process, as kube-scheduler runs it.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import type { ObjectReference } from '../../api/kinds/core/v1/references.ts';
import { createEventRecorder, type EventRecorder } from '../../client/events/events.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { MetricsRegistry } from '../../kit/metrics.ts';
import type { Random } from '../../kit/random.ts';
import type { SchedulerSettings } from '../../scheduler/config/settings.ts';
import { Scheduler } from '../../scheduler/scheduler.ts';
import type { LoadedPlugins, SchedulerPluginFile } from './scheduler-plugins.ts';

export interface RunSchedulerOptions {
  /** As system:kube-scheduler. */
  readonly transport: Transport;
  /** Started by the caller. */
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
  /** The default ones when left out. */
  readonly settings?: SchedulerSettings;
  /** The default ones when left out. */
  readonly features?: FeatureGates;
  readonly servesPodGroups?: boolean;
  /** Plugins that the administrator wrote. */
  readonly pluginFile?: LoadedPlugins & { readonly path: string };
}

export interface RunningScheduler {
  readonly scheduler: Scheduler;
  stop(): Promise<void>;
}

/** Schedules pods until it is stopped. */
export async function runScheduler(options: RunSchedulerOptions): Promise<RunningScheduler> {
  const { transport, clock, pluginFile } = options;
  const client = new RestClient({ transport, clock, fieldManager: 'kube-scheduler' });
  const log = options.log.child('scheduler');
  const events = createEventRecorder({ client, clock, log, component: 'default-scheduler' });
  const userPlugins = pluginFile && { userPlugins: pluginFile.plugins };
  const scheduler = new Scheduler({ ...options, ...userPlugins, client, events, log });
  const watched = pluginFile && (await watchPlugins(pluginFile, scheduler, { clock, events, log }));
  options.informers.start();
  void scheduler.run();
  return {
    scheduler,
    async stop() {
      await watched?.stop();
      await scheduler.stop();
    },
  };
}

/** What events about the plugins' file are about: the scheduler is no object of the API, but its lease is one. */
const SCHEDULER_LEASE: ObjectReference = {
  ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
  ...{ namespace: 'kube-system', name: 'kube-scheduler' },
};

/** After a change new cycles run the new plugins. A file with an error changes nothing, and is told of in the log and by an event. */
async function watchPlugins(
  { path, version }: LoadedPlugins & { readonly path: string },
  scheduler: Scheduler,
  { clock, events, log }: { readonly clock: Clock; readonly events: EventRecorder; readonly log: Logger },
): Promise<SchedulerPluginFile> {
  const { SchedulerPluginFile } = await import('./scheduler-plugins.ts');
  return new SchedulerPluginFile(path, version, clock, {
    onChange(plugins) {
      scheduler.replacePlugins(plugins);
      log.info('the scheduler runs the new version of its plugins', { file: path });
      const message = `The scheduler runs the new version of ${path}`;
      events.record(SCHEDULER_LEASE, 'Normal', 'PluginsReloaded', message, { action: 'Reloading' });
    },
    onError(error) {
      log.warn('the scheduler keeps its plugins: their file has an error', { file: path, error });
      const message = `The scheduler keeps its plugins: ${messageOf(error)}`.slice(0, 1_024);
      events.record(SCHEDULER_LEASE, 'Warning', 'PluginsNotReloaded', message, { action: 'Reloading' });
    },
  });
}
