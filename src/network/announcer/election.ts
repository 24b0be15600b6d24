// Which node announces which address. Pure: every agent that sees the same nodes comes to the same node, without asking another.
// A node's rank for an address is a hash of both, so that addresses spread over the nodes, and only those of a node that goes move.
import { addressOf, addressText } from '../../api/addresses/prefix.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { takesTraffic } from '../../api/nodes/balanced.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { isOurs } from '../balanced-addresses/wishes.ts';

export interface Situation {
  readonly services: readonly Service[];
  readonly nodes: readonly Readonly<Node>[];
  /** Names of the nodes with an endpoint of the Service that traffic can go to. */
  readonly nodesWithEndpoints: (service: Service) => ReadonlySet<string>;
  /** The node answers on its network. */
  readonly isAlive: (node: string) => boolean;
  /** The address is of the pool. */
  readonly isPooled: (address: string) => boolean;
}

/** The Services by the address of the pool that they show. */
export function servicesByAddress({
  services,
  isPooled,
}: Pick<Situation, 'services' | 'isPooled'>): Map<string, Service[]> {
  const found = new Map<string, Service[]>();
  for (const service of services) {
    if (!isOurs(service) || isBeingDeleted(service)) continue;
    for (const { ip = '', ipMode } of service.status?.loadBalancer?.ingress ?? []) {
      const address = addressOf(ip);
      if (!address || ipMode === 'Proxy' || !isPooled(ip)) continue;
      // As the kernel writes it: whoever may write the status may write it otherwise.
      const text = addressText(address);
      found.set(text, [...(found.get(text) ?? []), service]);
    }
  }
  return found;
}

/** By address the name of the node that announces it; addresses that no node may announce are left out. */
export function elect(situation: Situation): Map<string, string> {
  const { nodes, isAlive } = situation;
  const willing = nodes.filter(takesTraffic);
  const elected = new Map<string, string>();
  for (const [address, services] of servicesByAddress(situation)) {
    const able = willing.filter((node) =>
      services.every((service) => mayServe(service, nameOf(node), situation)),
    );
    const alive = able.filter((node) => isAlive(nameOf(node)));
    const ready = alive.filter(isNodeReady);
    // Where nobody answers, it may be this agent that hears nothing: then as if all did.
    const [candidates = []] = [ready, alive, able].filter(({ length }) => length > 0);
    const best = highest(candidates.map(nameOf), (node) => rank(node, address));
    if (best !== undefined) elected.set(address, best);
  }
  return elected;
}

const mayServe = (service: Service, node: string, { nodesWithEndpoints }: Situation): boolean =>
  service.spec?.externalTrafficPolicy !== 'Local' || nodesWithEndpoints(service).has(node);

/** Of two of one rank the first by name. */
function highest(names: readonly string[], rankOf: (name: string) => number): string | undefined {
  let best: { name: string; rank: number } | undefined;
  for (const name of names) {
    const rank = rankOf(name);
    if (!best || rank > best.rank || (rank === best.rank && name < best.name)) best = { name, rank };
  }
  return best?.name;
}

/** 32 bits of FNV-1a, mixed once more: a hash for each node and address at every change has to be quick. */
function rank(node: string, address: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${node} ${address}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
