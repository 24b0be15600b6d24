import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import {
  int32,
  intOrString,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';

export const IPBlock = struct(
  'io.k8s.api.networking.v1.IPBlock',
  {
    cidr: required(string(1, { doc: 'IP range, such as 10.0.0.0/8.', emit: 'always' })),
    except: list(2, text, { doc: 'IP ranges within cidr to exclude.', listType: 'atomic' }),
  },
  { doc: 'IP range, and exceptions from it.' },
);
export interface IPBlock extends Of<typeof IPBlock> {}

export const NetworkPolicyPort = struct(
  'io.k8s.api.networking.v1.NetworkPolicyPort',
  {
    endPort: int32(3, { doc: 'Last port of a range that starts at port.', emit: 'if-set' }),
    port: intOrString(2, { doc: 'Number or name of the port. By default, all ports match.', emit: 'if-set' }),
    protocol: string(1, {
      doc: 'Protocol of the port: TCP, UDP or SCTP. Defaults to TCP.',
      assumed: 'TCP',
      enum: ['SCTP', 'TCP', 'UDP'],
      emit: 'if-set',
    }),
  },
  { doc: 'Port or range of ports.' },
);
export interface NetworkPolicyPort extends Of<typeof NetworkPolicyPort> {}

export const NetworkPolicyPeer = struct(
  'io.k8s.api.networking.v1.NetworkPolicyPeer',
  {
    ipBlock: ref(3, IPBlock, { doc: 'IP range. Mutually exclusive with the selectors.', emit: 'if-set' }),
    namespaceSelector: ref(2, LabelSelector, { doc: 'Selects namespaces by label.', emit: 'if-set' }),
    podSelector: ref(1, LabelSelector, { doc: 'Selects pods by label.', emit: 'if-set' }),
  },
  { doc: 'Peer of a connection: pods or an IP range.' },
);
export interface NetworkPolicyPeer extends Of<typeof NetworkPolicyPeer> {}

export const NetworkPolicyEgressRule = struct(
  'io.k8s.api.networking.v1.NetworkPolicyEgressRule',
  {
    ports: list(1, NetworkPolicyPort, {
      doc: 'Ports of the connection. By default, all ports match.',
      listType: 'atomic',
    }),
    to: list(2, NetworkPolicyPeer, {
      doc: 'Destinations of the connection. By default, all destinations match.',
      listType: 'atomic',
    }),
  },
  { doc: 'Allows connections to certain destinations and ports.' },
);
export interface NetworkPolicyEgressRule extends Of<typeof NetworkPolicyEgressRule> {}

export const NetworkPolicyIngressRule = struct(
  'io.k8s.api.networking.v1.NetworkPolicyIngressRule',
  {
    from: list(2, NetworkPolicyPeer, {
      doc: 'Sources of the connection. By default, all sources match.',
      listType: 'atomic',
    }),
    ports: list(1, NetworkPolicyPort, {
      doc: 'Ports of the connection. By default, all ports match.',
      listType: 'atomic',
    }),
  },
  { doc: 'Allows connections from certain sources to certain ports.' },
);
export interface NetworkPolicyIngressRule extends Of<typeof NetworkPolicyIngressRule> {}

export const NetworkPolicySpec = struct(
  'io.k8s.api.networking.v1.NetworkPolicySpec',
  {
    egress: list(3, NetworkPolicyEgressRule, {
      doc: 'Rules for outgoing connections. A connection is allowed if at least one rule matches.',
      listType: 'atomic',
    }),
    ingress: list(2, NetworkPolicyIngressRule, {
      doc: 'Rules for incoming connections. A connection is allowed if at least one rule matches.',
      listType: 'atomic',
    }),
    podSelector: ref(1, LabelSelector, {
      doc: 'Selects the pods that the policy applies to. An empty selector matches all pods of the namespace.',
      emit: 'always',
    }),
    policyTypes: list(4, text, {
      doc: 'Directions that the policy applies to: Ingress, Egress or both.',
      listType: 'atomic',
    }),
  },
  { doc: 'Desired pods and rules.' },
);
export interface NetworkPolicySpec extends Of<typeof NetworkPolicySpec> {}

export const NetworkPolicy = resource(
  'io.k8s.api.networking.v1.NetworkPolicy',
  {
    doc: 'Describes what network traffic is allowed for a set of pods.',
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'NetworkPolicy',
    plural: 'networkpolicies',
    singular: 'networkpolicy',
    namespaced: true,
    shortNames: ['netpol'],
    storageVersionHash: 'YpfwF18m1G8=',
  },
  {
    spec: ref(2, NetworkPolicySpec, { emit: 'always' }),
  },
);
export interface NetworkPolicy extends Of<typeof NetworkPolicy> {}
