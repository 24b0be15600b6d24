// The list of all controllers, and how they are started together, against any Kubernetes API server. Called by cluster;
// tests start some of them.
import type { Client } from '../client/client.ts';
import { createEventRecorder } from '../client/events/events.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import type { Discovered } from '../client/rest/discovery.ts';
import { Backoff } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import { messageOf } from '../kit/message-of.ts';
import type { MetricsRegistry } from '../kit/metrics.ts';
import type { Random } from '../kit/random.ts';
import { createAttachDetachController } from './attach-detach/controller.ts';
import { createTokenCleaner } from './bootstrap-tokens/cleaner.ts';
import { createBootstrapSigner } from './bootstrap-tokens/signer.ts';
import { createCertificateApprover } from './certificate-signing/approver.ts';
import { createCertificateCleaner } from './certificate-signing/cleaner.ts';
import { createServingApprover } from './certificate-signing/serving-approver.ts';
import { createCertificateSigner } from './certificate-signing/signer.ts';
import { createClusterRoleAggregationController } from './clusterrole-aggregation/controller.ts';
import { createConfigurationRolloutController } from './configuration-rollout/controller.ts';
import { createCronJobController } from './cronjob/controller.ts';
import { csiControllers } from './csi/entries.ts';
import { createDaemonSetController } from './daemonset/controller.ts';
import { createDeploymentController } from './deployment/controller.ts';
import { createDisruptionController } from './disruption/controller.ts';
import { createEndpointsController } from './endpoints/controller.ts';
import { createEndpointSliceController } from './endpointslice/controller.ts';
import { createEndpointSliceMirroringController } from './endpointslice-mirroring/controller.ts';
import type { ControllerSettings, Entry } from './entry.ts';
import { createEphemeralVolumeController } from './ephemeral-volume/controller.ts';
import type { ControllerContext } from './framework/controller.ts';
import { type RunningController, runController } from './framework/loop.ts';
import { QueueMetrics } from './framework/queue-metrics.ts';
import { createGarbageCollector } from './garbage-collector/controller.ts';
import { gatedControllers, wanted } from './gated.ts';
import { createAutoscalerController } from './horizontal-pod-autoscaler/controller.ts';
import { createJobController } from './job/controller.ts';
import { createNamespaceController } from './namespace/controller.ts';
import { createNodeDnsController } from './node-dns/controller.ts';
import { createNodeIpamController } from './node-ipam/controller.ts';
import { createNodeLifecycleController } from './node-lifecycle/controller.ts';
import { createPersistentVolumeBinder } from './persistent-volume/controller.ts';
import { createPodGarbageCollector } from './pod-gc/controller.ts';
import { createReplicaController } from './replicaset/controller.ts';
import { replicaSets, replicationControllers } from './replicaset/kinds.ts';
import { createResourceQuotaController } from './resource-quota/controller.ts';
import { createRootCaPublisher } from './root-ca/controller.ts';
import { createServiceAccountController } from './service-account/controller.ts';
import { createServiceAccountTokenController } from './service-account-token/controller.ts';
import { createServiceCidrController } from './service-cidr/controller.ts';
import { createStatefulSetController } from './statefulset/controller.ts';
import { createTaintEvictionController } from './taint-eviction/controller.ts';
import { createTtlAfterFinishedController } from './ttl-after-finished/controller.ts';
import { createPolicyStatusController } from './validating-admission-policy-status/controller.ts';
import { createVolumeExpander } from './volume-expansion/controller.ts';
import { createAttributesClassProtectionController } from './volume-protection/attributes-classes.ts';
import { createClaimProtectionController } from './volume-protection/claims.ts';
import { createVolumeProtectionController } from './volume-protection/volumes.ts';
import { snapshotControllers } from './volume-snapshot/entries.ts';

export type { ControllerSettings } from './entry.ts';

/** By upstream's names, as in kube-controller-manager's --controllers. */
export const controllers: Readonly<Record<string, Entry>> = {
  'bootstrap-signer-controller': { create: createBootstrapSigner, account: 'bootstrap-signer' },
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
  'configuration-rollout-controller': { create: createConfigurationRolloutController },
  'cronjob-controller': { create: createCronJobController },
  ...csiControllers,
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
  'ephemeral-volume-controller': {
    create: createEphemeralVolumeController,
    component: 'ephemeral_volume',
  },
  'generic-garbage-collector': {
    create: createGarbageCollector,
    component: 'garbage-collector-controller',
  },
  'horizontal-pod-autoscaler-controller': {
    create: createAutoscalerController,
    account: 'horizontal-pod-autoscaler',
    component: 'horizontal-pod-autoscaler',
  },
  'job-controller': { create: createJobController },
  'kubelet-serving-approving-controller': {
    create: (context, settings) => createServingApprover(context, settings.serverNames),
    account: 'kubelet-serving-approver',
  },
  'namespace-controller': { create: createNamespaceController },
  'node-dns-controller': { create: createNodeDnsController },
  'node-ipam-controller': {
    create: (context, settings) => createNodeIpamController(context, settings.podRanges),
    account: 'node-controller',
    component: 'cidrAllocator',
  },
  'node-lifecycle-controller': {
    create: (context, settings) => createNodeLifecycleController(context, settings.nodeLifecycle),
    account: 'node-controller',
    component: 'node-controller',
  },
  'persistentvolume-attach-detach-controller': {
    create: createAttachDetachController,
    account: 'attachdetach-controller',
    component: 'attachdetach-controller',
  },
  'persistentvolume-binder-controller': {
    create: createPersistentVolumeBinder,
    account: 'persistent-volume-binder',
    component: 'persistentvolume-controller',
  },
  'persistentvolume-expander-controller': {
    create: createVolumeExpander,
    account: 'expand-controller',
    component: 'volume_expand',
  },
  'persistentvolume-protection-controller': {
    create: createVolumeProtectionController,
    account: 'pv-protection-controller',
  },
  'persistentvolumeclaim-protection-controller': {
    create: createClaimProtectionController,
    account: 'pvc-protection-controller',
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
  'service-cidr-controller': { create: createServiceCidrController, account: 'service-cidrs-controller' },
  'service-account-controller': { create: createServiceAccountController },
  'statefulset-controller': { create: createStatefulSetController },
  'serviceaccount-token-controller': {
    create: (context, settings) => createServiceAccountTokenController(context, settings.rootCa),
    asManager: true,
  },
  'taint-eviction-controller': { create: createTaintEvictionController, account: 'node-controller' },
  'token-cleaner-controller': { create: createTokenCleaner, account: 'token-cleaner' },
  'ttl-after-finished-controller': { create: createTtlAfterFinishedController },
  'validatingadmissionpolicy-status-controller': { create: createPolicyStatusController },
  ...snapshotControllers,
  'volumeattributesclass-protection-controller': { create: createAttributesClassProtectionController },
};

export const controllerNames: readonly string[] = [
  ...Object.keys(controllers),
  ...Object.keys(gatedControllers),
];

export interface ControllersOptions {
  /** Used by every controller, unless `clientFor` is given. */
  readonly client: Client;
  /** A client with the rights of a service account in kube-system (--use-service-account-credentials). */
  readonly clientFor?: (serviceAccount: string) => Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
  readonly discover: () => Promise<Discovered>;
  readonly groupVersions: ControllerContext['groupVersions'];
  readonly openApi: ControllerContext['openApi'];
  readonly settings: ControllerSettings;
  /** Names of the controllers to run; unset means all. */
  readonly only?: readonly string[];
}

export interface RunningControllers {
  /** Resolves when every controller's workers run. */
  readonly started: Promise<void>;
  /** True when no controller has a key queued or delayed. */
  readonly idle: boolean;
  /** Resolves when all running reconciles have ended and no other will start: another process may take over then. */
  stop(): Promise<void>;
}

interface SharedOptions extends ControllersOptions {
  readonly queues?: QueueMetrics;
}

/** The manager in managedFields, as upstream's controller manager sets it through its user agent. */
const FIELD_MANAGER = 'kube-controller-manager';

/** Starts the controllers, and the informers if they are not running. */
export function startControllers(given: ControllersOptions): RunningControllers {
  const { clock, metrics } = given;
  const options = { ...given, ...(metrics && { queues: new QueueMetrics(clock, metrics) }) };
  const names = options.only ?? controllerNames;
  const running: RunningController[] = names
    .filter((name) => !Object.hasOwn(gatedControllers, name))
    .map((name) => {
      const entry = controllers[name];
      if (!entry) throw new Error(`no controller named ${name}`);
      return startController(options, name, entry, entry.create);
    });
  const stopping = new AbortController();
  const gated = startGated(options, names, running, stopping.signal);
  options.informers.start();
  return {
    started: Promise.all([...running.map((one) => one.started), gated]).then(() => {}),
    get idle() {
      return running.every((one) => one.idle);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running.map((one) => one.stop()));
    },
  };
}

/** Resolves when those that are wanted run; what the API server does not serve is not waited for. */
async function startGated(
  options: SharedOptions,
  names: readonly string[],
  running: RunningController[],
  signal: AbortSignal,
): Promise<void> {
  const added: RunningController[] = [];
  for (const name of await awaitWanted(options, names, signal)) {
    const entry = gatedControllers[name]!;
    const create = await entry.load();
    if (signal.aborted) return;
    added.push(startController(options, name, entry, create));
    running.push(added.at(-1)!);
  }
  await Promise.all(added.map((one) => one.started));
}

/** Asks until there is an answer: the API server may not be reachable yet. */
async function awaitWanted(
  { settings, discover, clock, log }: ControllersOptions,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const backoff = new Backoff<string>({ base: 500, cap: 30_000 });
  while (!signal.aborted) {
    try {
      return await wanted(names, settings, discover);
    } catch (error) {
      log.warn('it is not known which kinds are served, asking again', { error: messageOf(error) });
      await clock.sleep(backoff.next('wanted'), signal).catch(() => {});
    }
  }
  return [];
}

function startController(
  options: SharedOptions,
  name: string,
  entry: Omit<Entry, 'create'>,
  create: Entry['create'],
): RunningController {
  const log = options.log.child(name);
  return runController(create(contextOf(options, name, entry, log), options.settings), { ...options, log });
}

function contextOf(
  options: ControllersOptions,
  name: string,
  entry: Omit<Entry, 'create'>,
  log: Logger,
): ControllerContext {
  const own = entry.asManager ? undefined : options.clientFor?.(entry.account ?? name);
  const client = (own ?? options.client).as(FIELD_MANAGER);
  const component = entry.component ?? name;
  return { ...options, client, log, events: createEventRecorder({ ...options, client, log, component }) };
}
