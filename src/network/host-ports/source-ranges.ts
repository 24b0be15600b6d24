// loadBalancerSourceRanges, and the annotation that said the same before there was a field. Pure.
// Upstream: k8s.io/cloud-provider/service/helpers, GetLoadBalancerSourceRanges.
import { BlockList } from 'node:net';
import { type Address, addressOf, addressText, prefixOf } from '../../api/addresses/prefix.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';

const ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** Empty when everybody may connect. */
export function sourceRangesOf({ metadata, spec }: Readonly<Service>): string[] {
  const ranges = spec?.loadBalancerSourceRanges ?? [];
  const given = ranges.length > 0 ? ranges : (metadata.annotations?.[ANNOTATION] ?? '').split(',');
  return given.map((range) => range.trim()).filter((range) => range !== '');
}

/** Whether one of the ranges has the client's address. A text that is no range has none. */
export function admits(ranges: readonly string[] | undefined, client: string): boolean {
  if (!ranges) return true;
  const own = addressOf(client);
  return own !== undefined && listOf(ranges).check(client, own.family === 'IPv4' ? 'ipv4' : 'ipv6');
}

/** Every datagram asks. */
const lists = new WeakMap<readonly string[], BlockList>();

function listOf(ranges: readonly string[]): BlockList {
  const known = lists.get(ranges);
  if (known) return known;
  const list = new BlockList();
  for (const text of ranges) {
    const range = prefixOf(text);
    if (range) list.addSubnet(textOf(range), range.bits, range.family === 'IPv4' ? 'ipv4' : 'ipv6');
  }
  lists.set(ranges, list);
  return list;
}

const textOf = ({ family, network: value }: { family: Address['family']; network: bigint }) =>
  addressText({ family, value });
