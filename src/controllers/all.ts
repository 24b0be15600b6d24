// Every controller, written out, and how they are started together. Called by cluster; tests start a few of them.
import type { Client } from '../client/client.ts';
import { createEventRecorder } from '../client/events/events.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import type { Discovered } from '../client/rest/discovery.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { MetricsRegistry } from '../kit/metrics.ts';
import type { Random } from '../kit/random.ts';
import { createCertificateApprover } from './certificate-signing/approver.ts';
import { createCertificateCleaner } from './certificate-signing/cleaner.ts';
import { createCertificateSigner, type SigningAuthority } from './certificate-signing/signer.ts';
import { createClusterRoleAggregationController } from './clusterrole-aggregation/controller.ts';
import { createCronJobController } from './cronjob/controller.ts';
import { createDaemonSetController } from './daemonset/controller.ts';
import { createDeploymentController } from './deployment/controller.ts';
import { createDisruptionController } from './disruption/controller.ts';
import { createEndpointsController } from './endpoints/controller.ts';
import { createEndpointSliceController } from './endpointslice/controller.ts';
import { createEndpointSliceMirroringController } from './endpointslice-mirroring/controller.ts';
import type { Controller, ControllerContext } from './framework/controller.ts';
import { type RunningController, runController } from './framework/loop.ts';
import { createGarbageCollector } from './garbage-collector/controller.ts';
import { createJobController } from './job/controller.ts';
import { createNamespaceController } from './namespace/controller.ts';
import { createNodeIpamController } from './node-ipam/controller.ts';
import type { Ranges } from './node-ipam/plan.ts';
import { createNodeLifecycleController } from './node-lifecycle/controller.ts';
import { createPodGarbageCollector } from './pod-gc/controller.ts';
import { createReplicaController } from './replicaset/controller.ts';
import { replicaSets, replicationControllers } from './replicaset/kinds.ts';
import { createResourceQuotaController } from './resource-quota/controller.ts';
import { createRootCaPublisher } from './root-ca/controller.ts';
import { createServiceAccountController } from './service-account/controller.ts';
import { createServiceAccountTokenController } from './service-account-token/controller.ts';
import { createStatefulSetController } from './statefulset/controller.ts';
import { createTaintEvictionController } from './taint-eviction/controller.ts';
import { createTtlAfterFinishedController } from './ttl-after-finished/controller.ts';

/** What some controllers need to know of their cluster. */
export interface ControllerSettings {
  /** PEM of the authority that signed the API server's certificate. */
  readonly rootCa: string;
  /** Signs certificates that are asked for and approved; nobody does without it. */
  readonly signing?: SigningAuthority;
  /** Out of which every node gets its range of pod addresses; without it nobody gives nodes one. */
  readonly podRanges?: Ranges;
  /** How long a node may be silent before it counts as unreachable; upstream's default when left out. */
  readonly nodeMonitorGraceMs?: number;
}

interface Entry {
  readonly create: (context: ControllerContext, settings: ControllerSettings) => Controller;
  /** The service account in kube-system it acts as; named like the controller when left out. */
  readonly account?: string;
  /** Acts as the controller manager itself, as no service account has the rights. */
  readonly asManager?: boolean;
  /** The component its events name; named like the controller when left out. */
  readonly component?: string;
}

/** By upstream's names. */
export const controllers: Readonly<Record<string, Entry>> = {
  'certificatesigningrequest-approving-controller': {
    create: createCertificateApprover,
    account: 'certificate-controller',
  },
  'certificatesigningrequest-cleaner-controller': {
    create: createCertificateCleaner,
    account: 'certificate-controller',
  },
  'certificatesigningrequest-signing-controller': {
    create: (context, settings) => createCertificateSigner(context, settings.signing),
    account: 'certificate-controller',
  },
  'clusterrole-aggregation-controller': { create: createClusterRoleAggregationController },
  'cronjob-controller': { create: createCronJobController },
  'daemonset-controller': { create: createDaemonSetController, account: 'daemon-set-controller' },
  'deployment-controller': { create: createDeploymentController },
  'disruption-controller': { create: createDisruptionController, component: 'controllermanager' },
  'endpoint-controller': { create: createEndpointsController },
  'endpointslice-controller': {
    create: createEndpointSliceController,
    component: 'endpoint-slice-controller',
  },
  'endpointslicemirroring-controller': {
    create: createEndpointSliceMirroringController,
    component: 'endpoint-slice-mirroring-controller',
  },
  'generic-garbage-collector': {
    create: createGarbageCollector,
    component: 'garbage-collector-controller',
  },
  'job-controller': { create: createJobController },
  'namespace-controller': { create: createNamespaceController },
  'node-ipam-controller': {
    create: (context, settings) => createNodeIpamController(context, settings.podRanges),
    account: 'node-controller',
    component: 'cidrAllocator',
  },
  'node-lifecycle-controller': {
    create: (context, settings) => createNodeLifecycleController(context, settings.nodeMonitorGraceMs),
    account: 'node-controller',
    component: 'node-controller',
  },
  'pod-garbage-collector': { create: createPodGarbageCollector },
  'replicaset-controller': { create: (context) => createReplicaController(context, replicaSets) },
  'replication-controller': {
    create: (context) => createReplicaController(context, replicationControllers),
  },
  'resourcequota-controller': { create: createResourceQuotaController },
  'root-ca-cert-publisher': {
    create: (context, settings) => createRootCaPublisher(context, settings.rootCa),
  },
  'service-account-controller': { create: createServiceAccountController },
  'statefulset-controller': { create: createStatefulSetController },
  'serviceaccount-token-controller': {
    create: (context, settings) => createServiceAccountTokenController(context, settings.rootCa),
    asManager: true,
  },
  'taint-eviction-controller': { create: createTaintEvictionController, account: 'node-controller' },
  'ttl-after-finished-controller': { create: createTtlAfterFinishedController },
};

export interface ControllersOptions {
  /** Writes as the one user of all controllers… */
  readonly client: Client;
  /** …or, when given, each controller as a service account of its own in kube-system. */
  readonly clientFor?: (serviceAccount: string) => Client;
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
    const entry = controllers[name];
    if (!entry) throw new Error(`no controller named ${name}`);
    const log = options.log.child(name);
    const controller = entry.create(contextOf(options, name, entry, log), options.settings);
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

function contextOf(options: ControllersOptions, name: string, entry: Entry, log: Logger): ControllerContext {
  const own = entry.asManager ? undefined : options.clientFor?.(entry.account ?? name);
  const client = (own ?? options.client).as(FIELD_MANAGER);
  const component = entry.component ?? name;
  return { ...options, client, log, events: createEventRecorder({ ...options, client, log, component }) };
}
