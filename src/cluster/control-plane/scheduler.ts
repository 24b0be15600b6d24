// The scheduler of one process, as kube-scheduler runs it.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { createEventRecorder } from '../../client/events/events.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { MetricsRegistry } from '../../kit/metrics.ts';
import type { Random } from '../../kit/random.ts';
import type { SchedulerSettings } from '../../scheduler/config/settings.ts';
import { Scheduler } from '../../scheduler/scheduler.ts';

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
}

/** Schedules pods until the returned scheduler is stopped. */
export function runScheduler(options: RunSchedulerOptions): Scheduler {
  const { transport, clock } = options;
  const client = new RestClient({ transport, clock, fieldManager: 'kube-scheduler' });
  const log = options.log.child('scheduler');
  const events = createEventRecorder({ client, clock, log, component: 'default-scheduler' });
  const scheduler = new Scheduler({ ...options, client, events, log });
  options.informers.start();
  void scheduler.run();
  return scheduler;
}
