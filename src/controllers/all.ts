// Every controller, written out, and how they are started together. Called by cluster; tests start a few of them.
import type { Client } from '../client/client.ts';
import type { Discovered } from '../client/discovery.ts';
import { createEventRecorder } from '../client/events.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { MetricsRegistry } from '../kit/metrics.ts';
import type { Random } from '../kit/random.ts';
import { createDeploymentController } from './deployment/controller.ts';
import { createEndpointsController } from './endpoints/controller.ts';
import { createEndpointSliceController } from './endpointslice/controller.ts';
import type { Controller, ControllerContext } from './loop/controller.ts';
import { type RunningController, runController } from './loop/loop.ts';
import { createReplicaController } from './replicaset/controller.ts';
import { replicaSets, replicationControllers } from './replicaset/kinds.ts';

/** What some controllers need to know of their cluster. */
export interface ControllerSettings {
  /** PEM of the authority that signed the API server's certificate. */
  readonly rootCa: string;
}

type Create = (context: ControllerContext, settings: ControllerSettings) => Controller;

/** By upstream's names, which are also those of their service accounts in kube-system. */
export const controllers: Readonly<Record<string, Create>> = {
  'deployment-controller': createDeploymentController,
  'endpoint-controller': createEndpointsController,
  'endpointslice-controller': createEndpointSliceController,
  'replicaset-controller': (context) => createReplicaController(context, replicaSets),
  'replication-controller': (context) => createReplicaController(context, replicationControllers),
};

export interface ControllersOptions {
  /** Writes as the one user of all controllers… */
  readonly client: Client;
  /** …or, when given, each controller as its own service account of that name in kube-system. */
  readonly clientFor?: (controller: string) => Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
  readonly discover: () => Promise<Discovered>;
  readonly settings: ControllerSettings;
  /** The names of those to run; all when left out. */
  readonly only?: readonly string[];
}

export interface RunningControllers {
  /** Resolves when every controller has started to work. */
  readonly started: Promise<void>;
  /** True when no controller has anything to do now or later. */
  readonly idle: boolean;
  stop(): Promise<void>;
}

/** The name in managedFields and the user agent's place in it, as upstream's controller manager leaves it. */
const FIELD_MANAGER = 'kube-controller-manager';

/** Starts the controllers. The informers are started too, if they were not. */
export function startControllers(options: ControllersOptions): RunningControllers {
  const names = options.only ?? Object.keys(controllers);
  const running: RunningController[] = names.map((name) => {
    const create = controllers[name];
    if (!create) throw new Error(`no controller named ${name}`);
    const log = options.log.child(name);
    const controller = create(contextOf(options, name, log), options.settings);
    return runController(controller, { ...options, log });
  });
  options.informers.start();
  return {
    started: Promise.all(running.map((one) => one.started)).then(() => {}),
    get idle() {
      return running.every((one) => one.idle);
    },
    stop: async () => {
      await Promise.all(running.map((one) => one.stop()));
    },
  };
}

function contextOf(options: ControllersOptions, name: string, log: Logger): ControllerContext {
  const client = (options.clientFor?.(name) ?? options.client).as(FIELD_MANAGER);
  const { clock } = options;
  return { ...options, client, log, events: createEventRecorder({ client, clock, log, component: name }) };
}
