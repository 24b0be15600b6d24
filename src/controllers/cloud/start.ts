// Starts the controllers that a provider has parts for, by upstream's names, as cloud-controller-manager does. Called where the
// provider is: by the node agent for the local one, by `tiphys cloud-controller-manager` for one behind HTTP.
import { createEventRecorder } from '../../client/events/events.ts';
import type { Controller } from '../framework/controller.ts';
import { type RunningController, runController } from '../framework/loop.ts';
import type { CloudContext, CloudSettings } from './context.ts';
import { createCloudNodeController } from './node/controller.ts';
import { createCloudNodeLifecycleController } from './node-lifecycle/controller.ts';
import type { CloudProvider } from './provider.ts';
import { createNodeRouteController } from './routes/controller.ts';
import { createBalancerCleanup } from './services/cleanup.ts';
import { createServiceBalancerController } from './services/controller.ts';

interface Entry {
  /** source.component of its events. */
  readonly component: string;
  /** Undefined when the provider has no such part. */
  create(context: CloudContext, provider: CloudProvider, settings: CloudSettings): Controller | undefined;
}

const entries: Readonly<Record<string, Entry>> = {
  'cloud-node-controller': {
    component: 'cloud-node-controller',
    create: (context, { instances }, settings) =>
      instances && createCloudNodeController(context, instances, settings),
  },
  'cloud-node-lifecycle-controller': {
    component: 'cloud-node-lifecycle-controller',
    create: (context, { instances }, { nodeMonitorMs }) =>
      instances && createCloudNodeLifecycleController(context, instances, nodeMonitorMs),
  },
  'node-route-controller': {
    component: 'route_controller',
    create: (context, { routes }, { routeRanges, routesMs }) =>
      routes && routeRanges && createNodeRouteController(context, routes, routeRanges, routesMs),
  },
  'service-lb-controller': {
    component: 'service-controller',
    create: (context, { loadBalancers }, { serviceWorkers }) =>
      loadBalancers && createServiceBalancerController(context, loadBalancers, serviceWorkers),
  },
  'service-lb-cleanup-controller': {
    component: 'service-controller',
    create: (context, { noLoadBalancers }) => noLoadBalancers && createBalancerCleanup(context),
  },
};

export const cloudControllerNames: readonly string[] = Object.keys(entries);

export interface RunningCloudControllers {
  readonly names: readonly string[];
  readonly started: Promise<void>;
  stop(): Promise<void>;
}

/** The manager in managedFields, as upstream's. */
const FIELD_MANAGER = 'cloud-controller-manager';

export function startCloudControllers(
  given: Omit<CloudContext, 'events'>,
  provider: CloudProvider,
  settings: CloudSettings = {},
): RunningCloudControllers {
  const client = given.client.as(FIELD_MANAGER);
  const running: RunningController[] = [];
  for (const [name, { component, create }] of Object.entries(entries)) {
    if (settings.only && !settings.only.includes(name)) continue;
    const log = given.log.child(name);
    const context = {
      ...given,
      client,
      log,
      events: createEventRecorder({ ...given, client, log, component }),
    };
    const controller = create(context, provider, settings);
    if (controller) running.push(runController(controller, context));
  }
  given.informers.start();
  return {
    names: running.map(({ name }) => name),
    started: Promise.all(running.map(({ started }) => started)).then(() => {}),
    stop: async () => {
      await Promise.all(running.map((one) => one.stop()));
    },
  };
}
