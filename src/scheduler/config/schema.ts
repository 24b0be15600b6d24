// The fields of KubeSchedulerConfiguration (--config) and of its plugins' arguments. Read by read.ts and plugin-arguments.ts.
// Upstream: staging/src/k8s.io/kube-scheduler/config/v1.
import { TopologySpreadConstraint } from '../../api/kinds/core/v1/affinity.ts';
import { NodeAffinity } from '../../api/kinds/core/v1/node-affinity.ts';
import {
  boolean,
  bytes,
  double,
  int32,
  int64,
  list,
  type Of,
  raw,
  ref,
  string,
  struct,
  text,
} from '../../api/schema/notation.ts';

const PACKAGE = 'io.k8s.kube-scheduler.config.v1';
const typeMeta = { apiVersion: string(0), kind: string(0) };

const Plugin = struct(`${PACKAGE}.Plugin`, { name: string(0), weight: int32(0) });
const PluginSet = struct(`${PACKAGE}.PluginSet`, { enabled: list(0, Plugin), disabled: list(0, Plugin) });
export interface PluginSet extends Of<typeof PluginSet> {}

const Plugins = struct(`${PACKAGE}.Plugins`, {
  preEnqueue: ref(0, PluginSet),
  queueSort: ref(0, PluginSet),
  preFilter: ref(0, PluginSet),
  filter: ref(0, PluginSet),
  postFilter: ref(0, PluginSet),
  preScore: ref(0, PluginSet),
  score: ref(0, PluginSet),
  reserve: ref(0, PluginSet),
  permit: ref(0, PluginSet),
  preBind: ref(0, PluginSet),
  bind: ref(0, PluginSet),
  postBind: ref(0, PluginSet),
  multiPoint: ref(0, PluginSet),
});
export interface Plugins extends Of<typeof Plugins> {}

const PluginConfig = struct(`${PACKAGE}.PluginConfig`, { name: string(0), args: raw(0) });
export interface PluginConfig extends Of<typeof PluginConfig> {}

const KubeSchedulerProfile = struct(`${PACKAGE}.KubeSchedulerProfile`, {
  schedulerName: string(0),
  percentageOfNodesToScore: int32(0),
  plugins: ref(0, Plugins),
  pluginConfig: list(0, PluginConfig),
});
export interface KubeSchedulerProfile extends Of<typeof KubeSchedulerProfile> {}

const LeaderElection = struct('io.k8s.component-base.config.v1alpha1.LeaderElectionConfiguration', {
  leaderElect: boolean(0),
  leaseDuration: string(0),
  renewDeadline: string(0),
  retryPeriod: string(0),
  resourceLock: string(0),
  resourceName: string(0),
  resourceNamespace: string(0),
});

const ClientConnection = struct('io.k8s.component-base.config.v1alpha1.ClientConnectionConfiguration', {
  kubeconfig: string(0),
  acceptContentTypes: string(0),
  contentType: string(0),
  qps: double(0),
  burst: int32(0),
});

const ExtenderTLSConfig = struct(`${PACKAGE}.ExtenderTLSConfig`, {
  insecure: boolean(0),
  serverName: string(0),
  certFile: string(0),
  keyFile: string(0),
  caFile: string(0),
  certData: bytes(0),
  keyData: bytes(0),
  caData: bytes(0),
});

const ExtenderManagedResource = struct(`${PACKAGE}.ExtenderManagedResource`, {
  name: string(0),
  ignoredByScheduler: boolean(0),
});

const Extender = struct(`${PACKAGE}.Extender`, {
  urlPrefix: string(0),
  filterVerb: string(0),
  preemptVerb: string(0),
  prioritizeVerb: string(0),
  weight: int64(0),
  bindVerb: string(0),
  enableHTTPS: boolean(0),
  tlsConfig: ref(0, ExtenderTLSConfig),
  httpTimeout: string(0),
  nodeCacheCapable: boolean(0),
  managedResources: list(0, ExtenderManagedResource),
  ignorable: boolean(0),
});
export interface Extender extends Of<typeof Extender> {}

export const KubeSchedulerConfiguration = struct(`${PACKAGE}.KubeSchedulerConfiguration`, {
  ...typeMeta,
  parallelism: int32(0),
  leaderElection: ref(0, LeaderElection),
  clientConnection: ref(0, ClientConnection),
  enableProfiling: boolean(0),
  enableContentionProfiling: boolean(0),
  percentageOfNodesToScore: int32(0),
  podInitialBackoffSeconds: int64(0),
  podMaxBackoffSeconds: int64(0),
  profiles: list(0, KubeSchedulerProfile),
  extenders: list(0, Extender),
  delayCacheUntilActive: boolean(0),
});
export interface KubeSchedulerConfiguration extends Of<typeof KubeSchedulerConfiguration> {}

const ResourceSpec = struct(`${PACKAGE}.ResourceSpec`, { name: string(0), weight: int64(0) });
const UtilizationShapePoint = struct(`${PACKAGE}.UtilizationShapePoint`, {
  utilization: int32(0),
  score: int32(0),
});

export const NodeResourcesFitArgs = struct(`${PACKAGE}.NodeResourcesFitArgs`, {
  ...typeMeta,
  ignoredResources: list(0, text),
  ignoredResourceGroups: list(0, text),
  scoringStrategy: ref(
    0,
    struct(`${PACKAGE}.ScoringStrategy`, {
      type: string(0),
      resources: list(0, ResourceSpec),
      requestedToCapacityRatio: ref(
        0,
        struct(`${PACKAGE}.RequestedToCapacityRatioParam`, { shape: list(0, UtilizationShapePoint) }),
      ),
    }),
  ),
});

export const DefaultPreemptionArgs = struct(`${PACKAGE}.DefaultPreemptionArgs`, {
  ...typeMeta,
  minCandidateNodesPercentage: int32(0),
  minCandidateNodesAbsolute: int32(0),
});

export const InterPodAffinityArgs = struct(`${PACKAGE}.InterPodAffinityArgs`, {
  ...typeMeta,
  hardPodAffinityWeight: int32(0),
  ignorePreferredTermsOfExistingPods: boolean(0),
});

export const NodeAffinityArgs = struct(`${PACKAGE}.NodeAffinityArgs`, {
  ...typeMeta,
  addedAffinity: ref(0, NodeAffinity),
});

export const PodTopologySpreadArgs = struct(`${PACKAGE}.PodTopologySpreadArgs`, {
  ...typeMeta,
  defaultConstraints: list(0, TopologySpreadConstraint),
  defaultingType: string(0),
});

export const NodeResourcesBalancedAllocationArgs = struct(`${PACKAGE}.NodeResourcesBalancedAllocationArgs`, {
  ...typeMeta,
  resources: list(0, ResourceSpec),
});

export const DynamicResourcesArgs = struct(`${PACKAGE}.DynamicResourcesArgs`, {
  ...typeMeta,
  bindingTimeout: string(0),
  filterTimeout: string(0),
});

export const VolumeBindingArgs = struct(`${PACKAGE}.VolumeBindingArgs`, {
  ...typeMeta,
  bindTimeoutSeconds: int64(0),
  shape: list(0, UtilizationShapePoint),
});
