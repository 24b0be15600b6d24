import { ObjectMeta } from '../../meta/v1/object-meta.ts';
import {
  amount,
  boolean,
  int32,
  int64,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../schema/notation.ts';
import { Affinity, Toleration, TopologySpreadConstraint } from './affinity.ts';
import { Container, EphemeralContainer } from './container.ts';
import { LocalObjectReference } from './references.ts';
import { ResourceRequirements } from './resources.ts';
import { PodSecurityContext } from './security-context.ts';
import { Volume } from './volume.ts';

export const HostAlias = struct('io.k8s.api.core.v1.HostAlias', {
  hostnames: list(2, text, { listType: 'atomic' }),
  ip: required(string(1, { emit: 'always' })),
});
export interface HostAlias extends Of<typeof HostAlias> {}

export const PodDNSConfigOption = struct('io.k8s.api.core.v1.PodDNSConfigOption', {
  name: string(1),
  value: string(2, { emit: 'if-set' }),
});
export interface PodDNSConfigOption extends Of<typeof PodDNSConfigOption> {}

export const PodDNSConfig = struct('io.k8s.api.core.v1.PodDNSConfig', {
  nameservers: list(1, text, { listType: 'atomic' }),
  options: list(3, PodDNSConfigOption, { listType: 'atomic' }),
  searches: list(2, text, { listType: 'atomic' }),
});
export interface PodDNSConfig extends Of<typeof PodDNSConfig> {}

export const PodOS = struct('io.k8s.api.core.v1.PodOS', {
  name: required(string(1, { emit: 'always' })),
});
export interface PodOS extends Of<typeof PodOS> {}

export const PodReadinessGate = struct('io.k8s.api.core.v1.PodReadinessGate', {
  conditionType: required(string(1, { emit: 'always' })),
});
export interface PodReadinessGate extends Of<typeof PodReadinessGate> {}

export const PodResourceClaim = struct('io.k8s.api.core.v1.PodResourceClaim', {
  name: required(string(1, { emit: 'always' })),
  resourceClaimName: string(3, { emit: 'if-set' }),
  resourceClaimTemplateName: string(4, { emit: 'if-set' }),
});
export interface PodResourceClaim extends Of<typeof PodResourceClaim> {}

export const PodSchedulingGate = struct('io.k8s.api.core.v1.PodSchedulingGate', {
  name: required(string(1, { emit: 'always' })),
});
export interface PodSchedulingGate extends Of<typeof PodSchedulingGate> {}

export const PodSchedulingGroup = struct('io.k8s.api.core.v1.PodSchedulingGroup', {
  podGroupName: string(1, { emit: 'if-set' }),
});
export interface PodSchedulingGroup extends Of<typeof PodSchedulingGroup> {}

export const PodSpec = struct('io.k8s.api.core.v1.PodSpec', {
  activeDeadlineSeconds: int64(5, { emit: 'if-set' }),
  affinity: ref(18, Affinity, { emit: 'if-set' }),
  automountServiceAccountToken: boolean(21, { emit: 'if-set' }),
  containers: required(
    list(2, Container, { emit: 'always', listType: 'map', keys: ['name'], merge: 'name' }),
  ),
  dnsConfig: ref(26, PodDNSConfig, { emit: 'if-set' }),
  dnsPolicy: string(6, {
    assumed: 'ClusterFirst',
    enum: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
  }),
  enableServiceLinks: boolean(30, { emit: 'if-set' }),
  ephemeralContainers: list(34, EphemeralContainer, { listType: 'map', keys: ['name'], merge: 'name' }),
  hostAliases: list(23, HostAlias, { listType: 'map', keys: ['ip'], merge: 'ip' }),
  hostIPC: boolean(13),
  hostNetwork: boolean(11),
  hostPID: boolean(12),
  hostUsers: boolean(37, { emit: 'if-set' }),
  hostname: string(16),
  hostnameOverride: string(41, { emit: 'if-set' }),
  imagePullSecrets: list(15, LocalObjectReference, { listType: 'map', keys: ['name'], merge: 'name' }),
  initContainers: list(20, Container, { listType: 'map', keys: ['name'], merge: 'name' }),
  nodeName: string(10),
  nodeSelector: map(7, text, { mapType: 'atomic' }),
  os: ref(36, PodOS, { emit: 'if-set' }),
  overhead: map(32, amount),
  preemptionPolicy: string(31, { enum: ['Never', 'PreemptLowerPriority'], emit: 'if-set' }),
  priority: int32(25, { emit: 'if-set' }),
  priorityClassName: string(24),
  readinessGates: list(28, PodReadinessGate, { listType: 'atomic' }),
  resourceClaims: list(39, PodResourceClaim, {
    listType: 'map',
    keys: ['name'],
    merge: 'name',
    retainKeys: true,
  }),
  resources: ref(40, ResourceRequirements, { emit: 'if-set' }),
  restartPolicy: string(3, { assumed: 'Always', enum: ['Always', 'Never', 'OnFailure'] }),
  runtimeClassName: string(29, { emit: 'if-set' }),
  schedulerName: string(19, { assumed: 'default-scheduler' }),
  schedulingGates: list(38, PodSchedulingGate, { listType: 'map', keys: ['name'], merge: 'name' }),
  schedulingGroup: ref(43, PodSchedulingGroup, { emit: 'if-set' }),
  securityContext: ref(14, PodSecurityContext, { assumed: {}, emit: 'if-set' }),
  serviceAccount: string(9),
  serviceAccountName: string(8),
  setHostnameAsFQDN: boolean(35, { emit: 'if-set' }),
  shareProcessNamespace: boolean(27, { emit: 'if-set' }),
  subdomain: string(17),
  terminationGracePeriodSeconds: int64(4, { assumed: 30, emit: 'if-set' }),
  tolerations: list(22, Toleration, { listType: 'atomic' }),
  topologySpreadConstraints: list(33, TopologySpreadConstraint, {
    listType: 'map',
    keys: ['topologyKey', 'whenUnsatisfiable'],
    merge: 'topologyKey',
  }),
  volumes: list(1, Volume, { listType: 'map', keys: ['name'], merge: 'name', retainKeys: true }),
});
export interface PodSpec extends Of<typeof PodSpec> {}

export const PodTemplateSpec = struct('io.k8s.api.core.v1.PodTemplateSpec', {
  metadata: ref(1, ObjectMeta, { emit: 'always' }),
  spec: ref(2, PodSpec, { emit: 'always' }),
});
export interface PodTemplateSpec extends Of<typeof PodTemplateSpec> {}
