// What the kernel must have so that the pods of all other nodes are reached, and what this node must tell the others. Pure: from
// Node objects and this node's links. changes.ts compares it with what is there.
import { type Address, widthOf } from '../../api/addresses/prefix.ts';
import type { Backend, Endpoint } from './annotation.ts';
import { type Claim, olderFirst, settleClaims } from './claims.ts';
import { macOf } from './identity/hardware-address.ts';
import { podMtu } from './mtu.ts';
import type { Link } from './observed.ts';
import { backendOf, type Mode, type OnLink, type Path, pathOf, segmentsOf } from './paths.ts';
import type { Peer, Range } from './peers.ts';

export interface Situation {
  readonly mode: Mode;
  /** Undefined for a machine that is no node: it routes to all of them. */
  readonly self: Peer | undefined;
  readonly others: readonly Peer[];
  readonly links: readonly Link[];
  /** Name of the tunnel's device. */
  readonly device: string;
  /** For WireGuard. */
  readonly publicKey?: string;
  readonly proof?: string | undefined;
}

/** This node's end of the tunnels. */
export interface Tunnel extends Endpoint {
  readonly mtu: number;
  /** With their lengths. */
  readonly addresses: readonly string[];
}

export interface Plan {
  /** Range → the rest of the words of `ip route replace`; `unreachable` stands alone. */
  readonly routes: ReadonlyMap<string, string>;
  readonly tunnel: Tunnel | undefined;
  /** VXLAN: address of a next hop → MAC; MAC → address of its node. */
  readonly neighbours: ReadonlyMap<string, string>;
  readonly forwarding: ReadonlyMap<string, string>;
  /** WireGuard: the other ends, and what is behind them. */
  readonly ends: readonly End[];
  /** Of the pods to come; undefined while the node's own link is not known. */
  readonly podMtu: number | undefined;
  /** For the log. */
  readonly problems: readonly string[];
}

export interface End {
  readonly endpoint: Endpoint;
  readonly ranges: readonly string[];
}

export function planOf(situation: Situation): Plan {
  const { mode, self, others, device } = situation;
  const links = situation.links.filter(({ name }) => name !== device);
  const isOnLink = segmentsOf(links);
  const { granted, refused } = settleClaims(others, addressesNearby(others, links, isOnLink));
  const backend = backendOf(mode);
  const under = self && underlayOf(self, links);
  const tunnels =
    backend && under && (mode !== 'auto' || needsTunnel(granted, isOnLink)) ? backend : undefined;
  const family = tunnels && self?.family;
  const tunnel = tunnels && self && under ? tunnelOf(self, under, tunnels, situation) : undefined;
  const problems = refused.map(
    ({ peer, range }) =>
      `${peer.name} may not have ${range.text}: it is another's, or has a node's address in it`,
  );
  const paths: Path[] = [];
  const ids = new Map<string, string>();
  for (const claim of [...granted].sort(ownersFirst)) {
    const path = pathOf(claim, { mode, isOnLink, family });
    if (path?.kind === 'tunnel' && (ids.get(path.endpoint.id) ?? path.peer.name) !== path.peer.name)
      problems.push(`${path.peer.name} has the end of another node's tunnel`);
    else if (path) {
      if (path.kind === 'tunnel') ids.set(path.endpoint.id, path.peer.name);
      paths.push(path);
    }
    if (!path || path.kind === 'closed')
      problems.push(
        `${claim.peer.name} has no address on a link of this node, and no end of a tunnel of its kind`,
      );
  }
  return {
    routes: new Map(paths.map((path) => [path.range.text, routeOf(path, device)])),
    tunnel,
    ...(backend === 'vxlan' ? vxlanEntries(paths) : { neighbours: new Map(), forwarding: new Map() }),
    ends: backend === 'wireguard' ? endsOf(paths) : [],
    podMtu: under && self?.family && podMtu(under.mtu, tunnels, self.family),
    problems: [...new Set(problems)],
  };
}

/** Of several nodes with one end it is the one's who proves that, else of the one that was there first. */
const ownersFirst = (a: Claim, b: Claim): number =>
  Number(b.peer.owns ?? false) - Number(a.peer.owns ?? false) || olderFirst(a, b);

/** Of this node, and of others on its segments. */
const addressesNearby = (peers: readonly Peer[], links: readonly Link[], isOnLink: OnLink): Address[] => [
  ...links.flatMap(({ addresses }) => addresses.map(({ address }) => address)),
  ...peers.flatMap(({ addresses }) => Object.values(addresses).filter(isOnLink)),
];

/** The link that has the node's first address. */
function underlayOf({ family, addresses }: Peer, links: readonly Link[]): Link | undefined {
  const own = family && addresses[family];
  const isOwn = (address: Address) => address.family === family && address.value === own?.value;
  return links.find((link) => link.addresses.some(({ address }) => isOwn(address)));
}

const needsTunnel = (claims: readonly Claim[], isOnLink: OnLink): boolean =>
  claims.some(({ peer, range }) => {
    const hop = peer.addresses[range.family];
    return !hop || !isOnLink(hop);
  });

/** Packets of the node itself to pods elsewhere have the first address of its own range, so that the answers take the tunnel, too. */
function tunnelOf(
  { name, family, addresses, ranges }: Peer,
  { mtu }: Link,
  backend: Backend,
  { publicKey, proof }: Situation,
): Tunnel | undefined {
  const address = family && addresses[family]?.text;
  const id = backend === 'vxlan' ? macOf(name) : publicKey;
  if (!address || !id) return undefined;
  return {
    backend,
    address,
    id,
    ...(backend === 'wireguard' && proof && { proof }),
    mtu: podMtu(mtu, backend, family),
    addresses: ranges.map((range) => `${firstOf(range)}/${widthOf(range.family)}`),
  };
}

/** Canonical, as the range's text is. */
const firstOf = ({ text }: Range): string => text.slice(0, text.indexOf('/'));

function routeOf(path: Path, device: string): string {
  if (path.kind === 'closed') return 'unreachable';
  if (path.kind === 'direct') return `via ${path.hop}`;
  return path.endpoint.backend === 'vxlan'
    ? `via ${hopOf(path)} dev ${device}${path.range.family === 'IPv4' ? ' onlink' : ''}`
    : `dev ${device}`;
}

/**
 * The next hop to a node's pods: of IPv4 the first address of their range, which no pod gets. IPv6 refuses one that another route leads
 * to by another device, as while a direct route is replaced; it has link-local addresses for this, here made of the MAC (RFC 4291).
 */
function hopOf({ range, endpoint: { id } }: Extract<Path, { kind: 'tunnel' }>): string {
  if (range.family === 'IPv4') return firstOf(range);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = id.split(':').map((byte) => Number.parseInt(byte, 16));
  const groups = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  // Zeros at the beginning are part of what `::` stands for.
  const shown = groups[0] === 0 ? groups.slice(1) : groups;
  return `fe80::${shown.map((group) => group.toString(16)).join(':')}`;
}

function vxlanEntries(paths: readonly Path[]): Pick<Plan, 'neighbours' | 'forwarding'> {
  const tunnels = paths.filter((path) => path.kind === 'tunnel');
  return {
    neighbours: new Map(tunnels.map((path) => [hopOf(path), path.endpoint.id])),
    forwarding: new Map(tunnels.map(({ endpoint }) => [endpoint.id, endpoint.address])),
  };
}

function endsOf(paths: readonly Path[]): End[] {
  const tunnels = paths.filter((path) => path.kind === 'tunnel');
  return [...Map.groupBy(tunnels, ({ endpoint }) => endpoint.id).values()].map((group) => ({
    endpoint: group[0]!.endpoint,
    ranges: group.map(({ range }) => range.text),
  }));
}
