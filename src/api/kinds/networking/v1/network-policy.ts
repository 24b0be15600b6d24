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
    cidr: required(string(1, { doc: 'The range, such as 10.0.0.0/8.', emit: 'always' })),
    except: list(2, text, { doc: 'Smaller ranges in it that do not count.', listType: 'atomic' }),
  },
  { doc: 'A range of addresses.' },
);
export interface IPBlock extends Of<typeof IPBlock> {}

export const NetworkPolicyPort = struct(
  'io.k8s.api.networking.v1.NetworkPolicyPort',
  {
    endPort: int32(3, { doc: 'The last port of a range.', emit: 'if-set' }),
    port: intOrString(2, { doc: 'The port, by number or name; all if left out.', emit: 'if-set' }),
    protocol: string(1, {
      doc: 'TCP, UDP or SCTP.',
      assumed: 'TCP',
      enum: ['SCTP', 'TCP', 'UDP'],
      emit: 'if-set',
    }),
  },
  { doc: 'A port, or a range of ports.' },
);
export interface NetworkPolicyPort extends Of<typeof NetworkPolicyPort> {}

export const NetworkPolicyPeer = struct(
  'io.k8s.api.networking.v1.NetworkPolicyPeer',
  {
    ipBlock: ref(3, IPBlock, { doc: 'Addresses.', emit: 'if-set' }),
    namespaceSelector: ref(2, LabelSelector, { doc: 'The namespaces of the pods.', emit: 'if-set' }),
    podSelector: ref(1, LabelSelector, { doc: 'The pods.', emit: 'if-set' }),
  },
  { doc: 'Pods or addresses.' },
);
export interface NetworkPolicyPeer extends Of<typeof NetworkPolicyPeer> {}

export const NetworkPolicyEgressRule = struct(
  'io.k8s.api.networking.v1.NetworkPolicyEgressRule',
  {
    ports: list(1, NetworkPolicyPort, { doc: 'Which ports; all if left out.', listType: 'atomic' }),
    to: list(2, NetworkPolicyPeer, { doc: 'Whom; everybody if left out.', listType: 'atomic' }),
  },
  { doc: 'Which ports of whom may be reached.' },
);
export interface NetworkPolicyEgressRule extends Of<typeof NetworkPolicyEgressRule> {}

export const NetworkPolicyIngressRule = struct(
  'io.k8s.api.networking.v1.NetworkPolicyIngressRule',
  {
    from: list(2, NetworkPolicyPeer, { doc: 'Who; everybody if left out.', listType: 'atomic' }),
    ports: list(1, NetworkPolicyPort, { doc: 'Which ports; all if left out.', listType: 'atomic' }),
  },
  { doc: 'Who may reach which ports.' },
);
export interface NetworkPolicyIngressRule extends Of<typeof NetworkPolicyIngressRule> {}

export const NetworkPolicySpec = struct(
  'io.k8s.api.networking.v1.NetworkPolicySpec',
  {
    egress: list(3, NetworkPolicyEgressRule, { doc: 'What they may reach.', listType: 'atomic' }),
    ingress: list(2, NetworkPolicyIngressRule, { doc: 'Who may reach them.', listType: 'atomic' }),
    podSelector: ref(1, LabelSelector, {
      doc: 'The pods this is about; all of the namespace if empty.',
      emit: 'always',
    }),
    policyTypes: list(4, text, { doc: 'Ingress, Egress or both.', listType: 'atomic' }),
  },
  { doc: 'Which pods, and which traffic.' },
);
export interface NetworkPolicySpec extends Of<typeof NetworkPolicySpec> {}

export const NetworkPolicy = resource(
  'io.k8s.api.networking.v1.NetworkPolicy',
  {
    doc: 'Which traffic pods may have.',
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
