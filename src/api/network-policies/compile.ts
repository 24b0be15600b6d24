// A NetworkPolicy with its defaults applied and its selectors compiled. Pure; called once for each version of a policy.
// Behaviour: the comments of k8s.io/api networking/v1.
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../kinds/networking/v1/network-policy.ts';
import { keyOf, namespaceOf } from '../meta/v1/object.ts';
import { everyLabel, type LabelSelector, labelSelectorOf } from '../selectors/label-selector.ts';
import { isPort, type Protocol, protocolOf } from './protocol.ts';
import { type AddressRange, blockRanges, merged, type Range } from './ranges.ts';

export type Direction = 'ingress' | 'egress';

/** The pods that a peer selects. */
export interface PeerSelector {
  /** One name, or those whose labels match. */
  readonly namespaces: string | LabelSelector;
  readonly pods: LabelSelector;
}

export interface PortRange extends Range<number> {
  readonly protocol: Protocol;
}

/** A port that each destination pod resolves for itself. */
export interface PortName {
  readonly protocol: Protocol;
  readonly name: string;
}

export interface Rule {
  /** Undefined: every source, or every destination. */
  readonly peers:
    | { readonly selectors: readonly PeerSelector[]; readonly blocks: readonly AddressRange[] }
    | undefined;
  /** Undefined: every protocol and port. */
  readonly ports: { readonly ranges: readonly PortRange[]; readonly names: readonly PortName[] } | undefined;
}

export interface CompiledPolicy {
  readonly key: string;
  readonly namespace: string;
  readonly selects: LabelSelector;
  /** A direction that the policy is not about is absent; an empty list allows nothing. */
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** Throws SelectorError for a selector that validation would have refused. */
export function compile(policy: NetworkPolicy): CompiledPolicy {
  const { podSelector, ingress = [], egress = [], policyTypes } = policy.spec ?? {};
  const namespace = namespaceOf(policy);
  const types = policyTypes?.length ? policyTypes : ['Ingress', ...(egress.length > 0 ? ['Egress'] : [])];
  return {
    key: keyOf(policy),
    namespace,
    selects: podSelector ? labelSelectorOf(podSelector) : everyLabel,
    ...(types.includes('Ingress') && {
      ingress: ingress.map(({ from, ports }) => ruleOf(from, ports, namespace)),
    }),
    ...(types.includes('Egress') && { egress: egress.map(({ to, ports }) => ruleOf(to, ports, namespace)) }),
  };
}

const ruleOf = (
  peers: readonly NetworkPolicyPeer[] = [],
  ports: readonly NetworkPolicyPort[] = [],
  namespace: string,
): Rule => ({
  peers: peers.length === 0 ? undefined : peersOf(peers, namespace),
  ports: ports.length === 0 ? undefined : portsOf(ports),
});

const peersOf = (peers: readonly NetworkPolicyPeer[], namespace: string): Rule['peers'] => ({
  selectors: peers.filter(({ ipBlock }) => !ipBlock).map((peer) => selectorOf(peer, namespace)),
  blocks: peers.flatMap(({ ipBlock }) => (ipBlock ? blockRanges(ipBlock) : [])),
});

const selectorOf = ({ podSelector, namespaceSelector }: NetworkPolicyPeer, own: string): PeerSelector => ({
  namespaces: namespaceSelector ? labelSelectorOf(namespaceSelector) : own,
  pods: podSelector ? labelSelectorOf(podSelector) : everyLabel,
});

function portsOf(ports: readonly NetworkPolicyPort[]): Rule['ports'] {
  const ranges: PortRange[] = [];
  const names: PortName[] = [];
  for (const { port, endPort, protocol: given } of ports) {
    const protocol = protocolOf(given);
    if (!protocol) continue;
    if (typeof port === 'string') names.push({ protocol, name: port });
    else if (port === undefined) ranges.push({ protocol, first: 0, last: 65_535 });
    else if (isPort(port)) ranges.push({ protocol, first: port, last: isPort(endPort) ? endPort : port });
  }
  const protocols = [...new Set(ranges.map(({ protocol }) => protocol))].sort();
  return {
    ranges: protocols.flatMap((protocol) =>
      merged(ranges.filter((r) => r.protocol === protocol && r.first <= r.last)).map((range) => ({
        protocol,
        ...range,
      })),
    ),
    names,
  };
}
