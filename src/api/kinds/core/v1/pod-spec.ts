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
    hostnames: list(2, text, { doc: 'The names that the address gets.', listType: 'atomic' }),
    ip: required(string(1, { doc: 'The address of the line.', emit: 'always' })),
  },
  { doc: "One more line for the pod's /etc/hosts." },
);
export interface HostAlias extends Of<typeof HostAlias> {}

export const PodDNSConfigOption = struct(
  'io.k8s.api.core.v1.PodDNSConfigOption',
  {
    name: string(1, { doc: "The option's name, such as ndots." }),
    value: string(2, { doc: "The option's value, if it takes one.", emit: 'if-set' }),
  },
  { doc: 'An option of the resolver.' },
);
export interface PodDNSConfigOption extends Of<typeof PodDNSConfigOption> {}

export const PodDNSConfig = struct(
  'io.k8s.api.core.v1.PodDNSConfig',
  {
    nameservers: list(1, text, { doc: 'Addresses of more name servers.', listType: 'atomic' }),
    options: list(3, PodDNSConfigOption, {
      doc: 'More resolver options; they override those of the policy.',
      listType: 'atomic',
    }),
    searches: list(2, text, { doc: 'More domains to try for short names.', listType: 'atomic' }),
  },
  { doc: 'DNS settings that add to those of the DNS policy.' },
);
export interface PodDNSConfig extends Of<typeof PodDNSConfig> {}

export const PodOS = struct(
  'io.k8s.api.core.v1.PodOS',
  {
    name: required(string(1, { doc: 'The operating system: linux or windows.', emit: 'always' })),
  },
  { doc: 'The operating system a pod is made for.' },
);
export interface PodOS extends Of<typeof PodOS> {}

export const PodReadinessGate = struct(
  'io.k8s.api.core.v1.PodReadinessGate',
  {
    conditionType: required(string(1, { doc: 'The pod condition that must be True.', emit: 'always' })),
  },
  { doc: 'A condition that others must set before the pod is ready.' },
);
export interface PodReadinessGate extends Of<typeof PodReadinessGate> {}

export const PodResourceClaim = struct(
  'io.k8s.api.core.v1.PodResourceClaim',
  {
    name: required(string(1, { doc: 'What containers of the pod call it.', emit: 'always' })),
    resourceClaimName: string(3, { doc: 'An existing claim; excludes the template.', emit: 'if-set' }),
    resourceClaimTemplateName: string(4, {
      doc: 'A template from which this pod gets a claim of its own.',
      emit: 'if-set',
    }),
  },
  { doc: 'Devices for the pod, by an existing claim or a template.' },
);
export interface PodResourceClaim extends Of<typeof PodResourceClaim> {}

export const PodSchedulingGate = struct(
  'io.k8s.api.core.v1.PodSchedulingGate',
  {
    name: required(string(1, { doc: "The gate's name, unique in the pod.", emit: 'always' })),
  },
  { doc: 'Something that must be taken away before the pod is scheduled.' },
);
export interface PodSchedulingGate extends Of<typeof PodSchedulingGate> {}

export const PodSchedulingGroup = struct(
  'io.k8s.api.core.v1.PodSchedulingGroup',
  {
    podGroupName: string(1, { doc: "The pod group's name, in the pod's namespace.", emit: 'if-set' }),
  },
  { doc: 'The group of pods that are scheduled together.' },
);
export interface PodSchedulingGroup extends Of<typeof PodSchedulingGroup> {}

export const PodSpec = struct(
  'io.k8s.api.core.v1.PodSpec',
  {
    activeDeadlineSeconds: int64(5, {
      doc: 'After so many seconds the pod is stopped and marked as failed.',
      emit: 'if-set',
    }),
    affinity: ref(18, Affinity, {
      doc: 'Where the pod would like, or must not, be scheduled.',
      emit: 'if-set',
    }),
    automountServiceAccountToken: boolean(21, {
      doc: 'Whether a token of the service account is mounted.',
      emit: 'if-set',
    }),
    containers: required(
      list(2, Container, {
        doc: 'The containers of the pod. At least one; the list cannot change later.',
        emit: 'always',
        listType: 'map',
        keys: ['name'],
        merge: 'name',
      }),
    ),
    dnsConfig: ref(26, PodDNSConfig, {
      doc: 'More name servers, search domains and options, merged with what dnsPolicy gives.',
      emit: 'if-set',
    }),
    dnsPolicy: string(6, {
      doc: "Where names are looked up. ClusterFirst asks the cluster's DNS, Default does as the node does.",
      assumed: 'ClusterFirst',
      enum: ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
    }),
    enableServiceLinks: boolean(30, {
      doc: 'Whether services of the namespace appear as environment variables.',
      emit: 'if-set',
    }),
    ephemeralContainers: list(34, EphemeralContainer, {
      doc: 'Containers added to the running pod for debugging, by the ephemeralcontainers subresource.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    hostAliases: list(23, HostAlias, {
      doc: 'Lines that are added to /etc/hosts.',
      listType: 'map',
      keys: ['ip'],
      merge: 'ip',
    }),
    hostIPC: boolean(13, { doc: "Use the node's IPC namespace." }),
    hostNetwork: boolean(11, { doc: "Use the node's network instead of one of its own." }),
    hostPID: boolean(12, { doc: "Use the node's process namespace." }),
    hostUsers: boolean(37, {
      doc: "Use the node's user namespace; false gives the pod its own.",
      emit: 'if-set',
    }),
    hostname: string(16, { doc: 'The host name; the name of the pod if left out.' }),
    hostnameOverride: string(41, {
      doc: 'The host name as it is seen inside, whatever the other fields say.',
      emit: 'if-set',
    }),
    imagePullSecrets: list(15, LocalObjectReference, {
      doc: 'Secrets with which images are pulled.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    initContainers: list(20, Container, {
      doc: 'Containers that run one after the other before the others start.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    nodeName: string(10, { doc: 'The node the pod runs on. Set by the scheduler.' }),
    nodeSelector: map(7, text, { doc: 'Labels that the node must have.', mapType: 'atomic' }),
    os: ref(36, PodOS, { doc: "The operating system of the pod's containers.", emit: 'if-set' }),
    overhead: map(32, amount, { doc: 'What the runtime class takes on top of the containers.' }),
    preemptionPolicy: string(31, {
      doc: 'Whether the pod may push out pods of lower priority: PreemptLowerPriority or Never.',
      enum: ['Never', 'PreemptLowerPriority'],
      emit: 'if-set',
    }),
    priority: int32(25, {
      doc: 'The higher, the more important. Set from priorityClassName.',
      emit: 'if-set',
    }),
    priorityClassName: string(24, { doc: 'The priority class of the pod.' }),
    readinessGates: list(28, PodReadinessGate, {
      doc: 'Further conditions that must be true before the pod counts as ready.',
      listType: 'atomic',
    }),
    resourceClaims: list(39, PodResourceClaim, {
      doc: 'Claims of devices that must be allocated before the pod can start.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      retainKeys: true,
    }),
    resources: ref(40, ResourceRequirements, {
      doc: 'What all containers together may use and need.',
      emit: 'if-set',
    }),
    restartPolicy: string(3, {
      doc: 'Whether containers that ended are started again: Always, OnFailure or Never.',
      assumed: 'Always',
      enum: ['Always', 'Never', 'OnFailure'],
    }),
    runtimeClassName: string(29, { doc: 'The runtime class the pod runs with.', emit: 'if-set' }),
    schedulerName: string(19, { doc: 'The scheduler that places the pod.', assumed: 'default-scheduler' }),
    schedulingGates: list(38, PodSchedulingGate, {
      doc: 'While there is one, the pod is not scheduled.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    schedulingGroup: ref(43, PodSchedulingGroup, {
      doc: 'The group of pods with which this one is scheduled.',
      emit: 'if-set',
    }),
    securityContext: ref(14, PodSecurityContext, {
      doc: 'Security settings of the pod and defaults for its containers.',
      assumed: {},
      emit: 'if-set',
    }),
    serviceAccount: string(9, { doc: 'Old name of serviceAccountName.' }),
    serviceAccountName: string(8, { doc: 'The service account as which the pod runs.' }),
    setHostnameAsFQDN: boolean(35, { doc: 'Use the full domain name as host name.', emit: 'if-set' }),
    shareProcessNamespace: boolean(27, {
      doc: "Let all containers see each other's processes.",
      emit: 'if-set',
    }),
    subdomain: string(17, { doc: 'Makes the full name of the pod hostname.subdomain.namespace.svc.domain.' }),
    terminationGracePeriodSeconds: int64(4, {
      doc: 'How many seconds processes have between the stop signal and being killed.',
      assumed: 30,
      emit: 'if-set',
    }),
    tolerations: list(22, Toleration, {
      doc: 'Taints of nodes that this pod puts up with.',
      listType: 'atomic',
    }),
    topologySpreadConstraints: list(33, TopologySpreadConstraint, {
      doc: 'How pods like this one are spread over zones, nodes and the like.',
      listType: 'map',
      keys: ['topologyKey', 'whenUnsatisfiable'],
      merge: 'topologyKey',
    }),
    volumes: list(1, Volume, {
      doc: 'Volumes that containers can mount.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      retainKeys: true,
    }),
  },
  { doc: 'How a pod shall run.' },
);
export interface PodSpec extends Of<typeof PodSpec> {}

export const PodTemplateSpec = struct(
  'io.k8s.api.core.v1.PodTemplateSpec',
  {
    metadata: ref(1, ObjectMeta, { doc: 'Labels and annotations of the pods.', emit: 'always' }),
    spec: ref(2, PodSpec, { doc: 'How the pods shall run.', emit: 'always' }),
  },
  { doc: 'The pod that is made from this.' },
);
export interface PodTemplateSpec extends Of<typeof PodTemplateSpec> {}
