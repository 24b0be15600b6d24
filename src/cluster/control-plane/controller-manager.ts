// The controllers of one process, as kube-controller-manager runs them: with its own rights and, when asked to, each
// controller as a service account of its own.
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { discoverKinds, groupVersions } from '../../client/rest/discovery.ts';
import { openApiDocument } from '../../client/rest/openapi.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import { type ControllerSettings, type RunningControllers, startControllers } from '../../controllers/all.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { MetricsRegistry } from '../../kit/metrics.ts';
import type { Random } from '../../kit/random.ts';

export interface ControllerManagerOptions {
  /** As system:kube-controller-manager. */
  readonly transport: Transport;
  /** A client of a service account in kube-system. */
  readonly clientFor?: (serviceAccount: string) => Client;
  readonly informers: InformerFactory;
  readonly settings: ControllerSettings;
  /** Names of those to run; all when left out. */
  readonly only?: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
}

export function startControllerManager(options: ControllerManagerOptions): RunningControllers {
  const { transport, clock, log } = options;
  return startControllers({
    ...options,
    client: new RestClient({ transport, clock, fieldManager: 'kube-controller-manager' }),
    discover: () => discoverKinds(transport),
    groupVersions: (group) => groupVersions(transport, group),
    openApi: (group, version) => openApiDocument(transport, group, version),
    log: log.child('controllers'),
  });
}
