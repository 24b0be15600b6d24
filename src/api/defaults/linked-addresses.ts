// Fields of one address and of all addresses, which say the same: clients from before dual stack know the former only, and what they
// write counts. Upstream: the conversions of PodStatus and NodeSpec in pkg/apis/core/v1/conversion.go.
import { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { type Entry, on } from './rule.ts';

/** What must be there of a value and its list; undefined if they agree. Objects may share parts with stored ones, so none is changed. */
function linked(one: string | undefined, first: string | undefined): string | undefined {
  if (one === first) return undefined;
  return one || first;
}

export function linkPodAddresses(pod: Pod): void {
  const { status } = pod;
  if (!status) return;
  const ip = linked(status.podIP, status.podIPs?.[0]?.ip);
  if (!ip) return;
  const podIPs = status.podIPs?.[0]?.ip === ip ? status.podIPs : [{ ip }];
  pod.status = { ...status, podIP: ip, podIPs };
}

function linkPodRanges(node: Node): void {
  const { spec } = node;
  if (!spec) return;
  const podCIDR = linked(spec.podCIDR, spec.podCIDRs?.[0]);
  if (!podCIDR) return;
  const podCIDRs = spec.podCIDRs?.[0] === podCIDR ? spec.podCIDRs : [podCIDR];
  node.spec = { ...spec, podCIDR, podCIDRs };
}

export const linkedRules: readonly Entry[] = [on(Node, linkPodRanges)];
