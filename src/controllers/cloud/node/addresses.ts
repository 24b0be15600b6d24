// The addresses of a node, from what the provider knows and what the kubelet was told to use. Pure.
// Upstream: GetNodeAddressesFromNodeIP (cloud-provider/node/helpers) and updateNodeAddress (controllers/node).
import { addressOf } from '../../../api/addresses/prefix.ts';
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import type { NodeAddress } from '../../../api/kinds/core/v1/node-status.ts';

/** What the kubelet was given as --node-ip: one address, or one of each family. */
const PROVIDED = 'alpha.kubernetes.io/provided-node-ip';

type Addresses = readonly NodeAddress[];

/** Addresses that the kubelet was given come first, and are the only ones of their type. Throws for one that the provider has not. */
export function preferProvided(node: Readonly<Node>, addresses: Addresses): Addresses {
  const provided = node.metadata.annotations?.[PROVIDED];
  if (provided === undefined) return addresses;
  const preferred = parsed(provided).flatMap(({ text, value }) => {
    const matching = addresses.filter(({ address }) => addressOf(address)?.value === value);
    if (matching.length === 0)
      throw new Error(`failed to get node address from cloud provider that matches ip: ${text}`);
    return matching;
  });
  const types = new Set(preferred.map(({ type }) => type));
  return [...preferred, ...addresses.filter(({ type }) => !types.has(type))];
}

function parsed(provided: string): { text: string; value: bigint }[] {
  const refuse = (why: string) => new Error(`failed to parse node IP "${provided}": ${why}`);
  const all = provided.split(',', 3).map((text) => {
    const address = addressOf(text);
    if (!address) throw refuse(`could not parse "${text}"`);
    return { text, ...address };
  });
  if (all.length > 2 || (all.length === 2 && all[0]!.family === all[1]!.family))
    throw refuse('must contain either a single IP or a dual-stack pair of IPs');
  if (all.length === 2 && all.some(({ value }) => value === 0n))
    throw refuse("dual-stack node IP cannot include '0.0.0.0' or '::'");
  return all;
}

/** What the status is to show; undefined when it does, or when the provider knows of none. */
export function newAddresses(node: Readonly<Node>, known: Addresses): Addresses | undefined {
  if (known.length === 0) return undefined;
  const shown = node.status?.addresses ?? [];
  const ofHost = ({ type }: NodeAddress) => type === 'Hostname';
  const all = known.some(ofHost) ? known : [...known, ...shown.filter(ofHost)];
  const wanted = preferProvided(node, all);
  const same = shown.length === wanted.length && wanted.every((one) => lastOf(shown, one) === one.address);
  return same ? undefined : wanted;
}

/** As upstream compares: of several addresses of a type the last one counts. */
const lastOf = (shown: Addresses, { type }: NodeAddress): string | undefined =>
  shown.findLast((one) => one.type === type)?.address;
