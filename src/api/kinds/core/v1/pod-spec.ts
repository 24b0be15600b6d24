import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
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
} from '../../../schema/notation.ts';
import { Affinity, Toleration, TopologySpreadConstraint } from './affinity.ts';
import { Container, EphemeralContainer } from './container.ts';
import { LocalObjectReference } from './references.ts';
import { ResourceRequirements } from './resources.ts';
import { PodSecurityContext } from './security-context.ts';
import { Volume } from './volume.ts';

export const HostAlias = struct(
  'io.k8s.api.core.v1.HostAlias',
  {
    hostnames: list(2, text, { doc: 'Hostnames for the IP address.', listType: 'atomic' }),
    ip: required(string(1, { doc: 'IP address of the entry.', emit: 'always' })),
  },
  { doc: 'Entry to add to the hosts file of the pod.' },
);
export interface HostAlias extends Of<typeof HostAlias> {}

export const PodDNSConfigOption = struct(
  'io.k8s.api.core.v1.PodDNSConfigOption',
  {
    name: string(1, { doc: 'Name of the option, such as ndots.' }),
    value: string(2, { doc: 'Value of the option, if it has one.', emit: 'if-set' }),
  },
  { doc: 'Option of the DNS resolver.' },
);
export interface PodDNSConfigOption extends Of<typeof PodDNSConfigOption> {}

export const PodDNSConfig = struct(
  'io.k8s.api.core.v1.PodDNSConfig',
  {
    nameservers: list(1, text, { doc: 'IP addresses of additional name servers.', listType: 'atomic' }),
    options: list(3, PodDNSConfigOption, {
      doc: 'Additional resolver options. They override those from the DNS policy.',
      listType: 'atomic',
    }),
    searches: list(2, text, { doc: 'Additional search domains for host name lookup.', listType: 'atomic' }),
  },
  { doc: 'DNS settings in addition to those from the DNS policy.' },
);
export interface PodDNSConfig extends Of<typeof PodDNSConfig> {}

export const PodOS = struct(
  'io.k8s.api.core.v1.PodOS',
  {
    name: required(string(1, { doc: 'Name of the operating system: linux or windows.', emit: 'always' })),
  },
  { doc: 'Operating system of a pod.' },
);
export interface PodOS extends Of<typeof PodOS> {}

export const PodReadinessGate = struct(
  'io.k8s.api.core.v1.PodReadinessGate',
  {
    conditionType: required(string(1, { doc: 'Type of a pod condition that must be True.', emit: 'always' })),
  },
  { doc: 'Additional condition for the readiness of a pod, set by another component.' },
);
export interface PodReadinessGate extends Of<typeof PodReadinessGate> {}

export const PodResourceClaim = struct(
  'io.k8s.api.core.v1.PodResourceClaim',
  {
    name: required(
      string(1, { doc: 'Name by which containers of the pod refer to the claim.', emit: 'always' }),
    ),
    resourceClaimName: string(3, {
      doc: 'Name of an existing ResourceClaim. Mutually exclusive with resourceClaimTemplateName.',
      emit: 'if-set',
    }),
    resourceClaimTemplateName: string(4, {
      doc: 'Name of a ResourceClaimTemplate from which a claim is created for this pod.',
      emit: 'if-set',
    }),
  },
  { doc: 'Devices for the pod, from a ResourceClaim or from a ResourceClaimTemplate.' },
);
export interface PodResourceClaim extends Of<typeof PodResourceClaim> {}

export const PodSchedulingGate = struct(
  'io.k8s.api.core.v1.PodSchedulingGate',
  {
    name: required(string(1, { doc: 'Name of the gate, unique within the pod.', emit: 'always' })),
  },
  { doc: 'Gate that must be removed before the pod is scheduled.' },
);
export interface PodSchedulingGate extends Of<typeof PodSchedulingGate> {}

export const PodSchedulingGroup = struct(
  'io.k8s.api.core.v1.PodSchedulingGroup',
  {
    podGroupName: string(1, { doc: 'Name of the pod group in the namespace of the pod.', emit: 'if-set' }),
  },
  { doc: 'Group of pods that are scheduled together.' },
);
export interface PodSchedulingGroup extends Of<typeof PodSchedulingGroup> {}

export const PodSpec = struct(
  'io.k8s.api.core.v1.PodSpec',
  {
    activeDeadlineSeconds: int64(5, {
      doc: 'Number of seconds after which the pod is stopped and marked as failed.',
      emit: 'if-set',
    }),
    affinity: ref(18, Affinity, {
      doc: 'Scheduling constraints of the pod.',
      emit: 'if-set',
    }),
    automountServiceAccountToken: boolean(21, {
      doc: 'Whether to mount a token of the service account.',
      emit: 'if-set',
    }),
    containers: required(
      list(2, Container, {
        doc: 'Containers of the pod. There must be at least one; containers cannot be added or removed later.',
        emit: 'always',
        listType: 'map',
        keys: ['name'],
        merge: 'name',
      }),
    ),
    dnsConfig: ref(26, PodDNSConfig, {
      doc: 'DNS settings, merged with those from dnsPolicy.',
      emit: 'if-set',
    }),
    dnsPolicy: string(6, {
      doc: "DNS policy: ClusterFirst, ClusterFirstWithHostNet, Default to use the node's resolver, or None.",
      assumed: 'ClusterFirst',
      enum: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
    }),
    enableServiceLinks: boolean(30, {
      doc: 'Whether to add environment variables for the Services of the namespace. Defaults to true.',
      emit: 'if-set',
    }),
    ephemeralContainers: list(34, EphemeralContainer, {
      doc: 'Containers added to a running pod for debugging, through the ephemeralcontainers subresource.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    hostAliases: list(23, HostAlias, {
      doc: 'Entries to add to the hosts file of the pod.',
      listType: 'map',
      keys: ['ip'],
      merge: 'ip',
    }),
    hostIPC: boolean(13, { doc: 'Whether to use the IPC namespace of the host. Defaults to false.' }),
    hostNetwork: boolean(11, { doc: 'Whether to use the network namespace of the host. Defaults to false.' }),
    hostPID: boolean(12, { doc: 'Whether to use the PID namespace of the host. Defaults to false.' }),
    hostUsers: boolean(37, {
      doc: 'Whether to use the user namespace of the host. Defaults to true; false creates a new one for the pod.',
      emit: 'if-set',
    }),
    hostname: string(16, { doc: 'Hostname of the pod. Defaults to the pod name.' }),
    hostnameOverride: string(41, {
      doc: 'Hostname as seen from within the pod. Takes precedence over the other hostname fields.',
      emit: 'if-set',
    }),
    imagePullSecrets: list(15, LocalObjectReference, {
      doc: 'Secrets used to pull images.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    initContainers: list(20, Container, {
      doc: 'Containers that run to completion, one after the other, before the other containers start.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    nodeName: string(10, { doc: 'Name of the node on which the pod runs. Usually set by the scheduler.' }),
    nodeSelector: map(7, text, {
      doc: 'Labels that a node must have for the pod to be scheduled onto it.',
      mapType: 'atomic',
    }),
    os: ref(36, PodOS, { doc: 'Operating system of the containers in the pod.', emit: 'if-set' }),
    overhead: map(32, amount, {
      doc: 'Resources needed to run the pod in addition to those of its containers. Set from the RuntimeClass.',
    }),
    preemptionPolicy: string(31, {
      doc: 'Whether the pod may preempt pods with lower priority: PreemptLowerPriority or Never.',
      enum: ['Never', 'PreemptLowerPriority'],
      emit: 'if-set',
    }),
    priority: int32(25, {
      doc: 'Priority of the pod. Higher values have higher priority. Set from priorityClassName.',
      emit: 'if-set',
    }),
    priorityClassName: string(24, { doc: 'Name of the PriorityClass of the pod.' }),
    readinessGates: list(28, PodReadinessGate, {
      doc: 'Additional conditions that must be True for the pod to be ready.',
      listType: 'atomic',
    }),
    resourceClaims: list(39, PodResourceClaim, {
      doc: 'ResourceClaims that must be allocated before the pod can start.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      retainKeys: true,
    }),
    resources: ref(40, ResourceRequirements, {
      doc: 'Compute resources of the pod as a whole, shared by its containers.',
      emit: 'if-set',
    }),
    restartPolicy: string(3, {
      doc: 'When to restart containers that terminated: Always, OnFailure or Never. Defaults to Always.',
      assumed: 'Always',
      enum: ['Always', 'Never', 'OnFailure'],
    }),
    runtimeClassName: string(29, {
      doc: 'Name of the RuntimeClass with which the pod runs.',
      emit: 'if-set',
    }),
    schedulerName: string(19, {
      doc: 'Name of the scheduler that assigns the pod to a node. Defaults to default-scheduler.',
      assumed: 'default-scheduler',
    }),
    schedulingGates: list(38, PodSchedulingGate, {
      doc: 'Gates that must all be removed before the pod is scheduled.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    schedulingGroup: ref(43, PodSchedulingGroup, {
      doc: 'Group of pods with which this pod is scheduled.',
      emit: 'if-set',
    }),
    securityContext: ref(14, PodSecurityContext, {
      doc: 'Security options of the pod, and defaults for its containers.',
      assumed: {},
      emit: 'if-set',
    }),
    serviceAccount: string(9, { doc: 'Deprecated alias of serviceAccountName.' }),
    serviceAccountName: string(8, { doc: 'Name of the ServiceAccount as which the pod runs.' }),
    setHostnameAsFQDN: boolean(35, {
      doc: 'Whether the hostname is the fully qualified domain name. Defaults to false.',
      emit: 'if-set',
    }),
    shareProcessNamespace: boolean(27, {
      doc: 'Whether the containers share a single process namespace. Defaults to false.',
      emit: 'if-set',
    }),
    subdomain: string(17, {
      doc: 'Subdomain of the pod. Its full hostname is hostname.subdomain.namespace.svc.cluster-domain.',
    }),
    terminationGracePeriodSeconds: int64(4, {
      doc: 'Number of seconds between the stop signal and the kill signal. Defaults to 30.',
      assumed: 30,
      emit: 'if-set',
    }),
    tolerations: list(22, Toleration, {
      doc: 'Taints of nodes that the pod tolerates.',
      listType: 'atomic',
    }),
    topologySpreadConstraints: list(33, TopologySpreadConstraint, {
      doc: 'How pods of this kind are spread among topology domains, such as zones and nodes.',
      listType: 'map',
      keys: ['topologyKey', 'whenUnsatisfiable'],
      merge: 'topologyKey',
    }),
    volumes: list(1, Volume, {
      doc: 'Volumes that the containers of the pod can mount.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      retainKeys: true,
    }),
  },
  { doc: 'Desired behavior of a pod.' },
);
export interface PodSpec extends Of<typeof PodSpec> {}

export const PodTemplateSpec = struct(
  'io.k8s.api.core.v1.PodTemplateSpec',
  {
    metadata: ref(1, ObjectMeta, { doc: 'Labels and annotations of the pods.', emit: 'always' }),
    spec: ref(2, PodSpec, { doc: 'Desired behavior of the pods.', emit: 'always' }),
  },
  { doc: 'Template from which pods are created.' },
);
export interface PodTemplateSpec extends Of<typeof PodTemplateSpec> {}
