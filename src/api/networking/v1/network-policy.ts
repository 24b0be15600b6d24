import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { resource } from '../../meta/v1/resource.ts';
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
} from '../../schema/notation.ts';

export const IPBlock = struct('io.k8s.api.networking.v1.IPBlock', {
  cidr: required(string(1, { emit: 'always' })),
  except: list(2, text, { listType: 'atomic' }),
});
export interface IPBlock extends Of<typeof IPBlock> {}

export const NetworkPolicyPort = struct('io.k8s.api.networking.v1.NetworkPolicyPort', {
  endPort: int32(3, { emit: 'if-set' }),
  port: intOrString(2, { emit: 'if-set' }),
  protocol: string(1, { assumed: 'TCP', enum: ['SCTP', 'TCP', 'UDP'], emit: 'if-set' }),
});
export interface NetworkPolicyPort extends Of<typeof NetworkPolicyPort> {}

export const NetworkPolicyPeer = struct('io.k8s.api.networking.v1.NetworkPolicyPeer', {
  ipBlock: ref(3, IPBlock, { emit: 'if-set' }),
  namespaceSelector: ref(2, LabelSelector, { emit: 'if-set' }),
  podSelector: ref(1, LabelSelector, { emit: 'if-set' }),
});
export interface NetworkPolicyPeer extends Of<typeof NetworkPolicyPeer> {}

export const NetworkPolicyEgressRule = struct('io.k8s.api.networking.v1.NetworkPolicyEgressRule', {
  ports: list(1, NetworkPolicyPort, { listType: 'atomic' }),
  to: list(2, NetworkPolicyPeer, { listType: 'atomic' }),
});
export interface NetworkPolicyEgressRule extends Of<typeof NetworkPolicyEgressRule> {}

export const NetworkPolicyIngressRule = struct('io.k8s.api.networking.v1.NetworkPolicyIngressRule', {
  from: list(2, NetworkPolicyPeer, { listType: 'atomic' }),
  ports: list(1, NetworkPolicyPort, { listType: 'atomic' }),
});
export interface NetworkPolicyIngressRule extends Of<typeof NetworkPolicyIngressRule> {}

export const NetworkPolicySpec = struct('io.k8s.api.networking.v1.NetworkPolicySpec', {
  egress: list(3, NetworkPolicyEgressRule, { listType: 'atomic' }),
  ingress: list(2, NetworkPolicyIngressRule, { listType: 'atomic' }),
  podSelector: ref(1, LabelSelector, { emit: 'always' }),
  policyTypes: list(4, text, { listType: 'atomic' }),
});
export interface NetworkPolicySpec extends Of<typeof NetworkPolicySpec> {}

export const NetworkPolicy = resource(
  'io.k8s.api.networking.v1.NetworkPolicy',
  {
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
