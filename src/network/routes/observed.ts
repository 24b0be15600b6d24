// What the kernel has: links with their addresses, and of the pod network's own routes, neighbours and forwarding entries those
// that are there, whoever set them. It is read before every change, so that a restarted agent finds the work of the one before and
// what others have removed comes back. The reading is pure; pod-routes.ts runs the programs.
import {
  type Address,
  addressOf,
  addressText,
  type Prefix,
  prefixOf,
  prefixText,
} from '../../api/addresses/prefix.ts';

/** Marks our routes, together with a metric per cluster: several clusters may use one machine. No daemon has this number. */
export const PROTOCOL = 117;

export interface Link {
  readonly name: string;
  readonly mtu: number;
  readonly up: boolean;
  readonly mac: string;
  readonly kind: string;
  readonly addresses: readonly LinkAddress[];
  /** Of a VXLAN device. */
  readonly vxlan?: {
    readonly id?: number;
    readonly local?: string;
    readonly port?: number;
    readonly learning?: boolean;
  };
}

export interface LinkAddress {
  readonly address: Address;
  readonly prefix: Prefix;
}

export interface Observed {
  readonly links: readonly Link[];
  /** Range → how it is reached, in the words of routes.ts. */
  readonly routes: ReadonlyMap<string, string>;
  /** On the tunnel's device: address of a next hop → MAC. */
  readonly neighbours: ReadonlyMap<string, string>;
  /** On the tunnel's device: MAC → where its packets go. */
  readonly forwarding: ReadonlyMap<string, string>;
}

/** Input of `ip -json -details -batch -`: one line of JSON for each. */
export const READ_LINKS = `addr show\nroute show proto ${PROTOCOL}\nneigh show nud permanent\n`;
/** Input of `ip -6 -json -batch -`. */
export const READ_IPV6_ROUTES = `route show proto ${PROTOCOL}\n`;

export interface Readings {
  readonly links: string;
  readonly ipv6Routes: string;
  /** Output of `bridge -json fdb show dev DEVICE`; empty without the device. */
  readonly forwarding: string;
  readonly device: string;
  readonly metric: number;
}

export function observedOf({ links, ipv6Routes, forwarding, device, metric }: Readings): Observed {
  const [first = [], ipv4 = [], neighbours = []] = lists(links);
  const [ipv6 = []] = lists(ipv6Routes);
  const [entries = []] = lists(forwarding);
  const own = (route: Item) => route.metric === metric;
  return {
    links: first.map(linkOf),
    routes: new Map([...ipv4, ...ipv6].filter(own).flatMap((route) => routeOf(route, device))),
    neighbours: new Map(
      neighbours.filter(({ dev }) => dev === device).map(({ dst, lladdr }) => [words(dst), words(lladdr)]),
    ),
    forwarding: new Map(
      entries.filter(({ dst }) => dst !== undefined).map(({ mac, dst }) => [words(mac), words(dst)]),
    ),
  };
}

type Item = Readonly<Record<string, unknown>>;

const lists = (text: string): Item[][] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Item[]);

const words = (value: unknown): string => (typeof value === 'string' ? value : '');

function linkOf(item: Item): Link {
  const { ifname, mtu, flags, address, linkinfo, addr_info } = item as {
    readonly ifname: string;
    readonly mtu: number;
    readonly flags: readonly string[];
    readonly address?: string;
    readonly linkinfo?: {
      readonly info_kind?: string;
      readonly info_data?: Link['vxlan'] & { readonly local6?: string };
    };
    readonly addr_info?: readonly { readonly local?: string; readonly prefixlen: number }[];
  };
  const { info_kind: kind = '', info_data: data } = linkinfo ?? {};
  return {
    name: ifname,
    mtu,
    up: flags.includes('UP'),
    mac: address ?? '',
    kind,
    addresses: (addr_info ?? []).flatMap(({ local = '', prefixlen }) => {
      const [own, prefix] = [addressOf(local), prefixOf(`${local}/${prefixlen}`)];
      return own && prefix ? [{ address: own, prefix }] : [];
    }),
    ...(kind === 'vxlan' && {
      vxlan: { id: data?.id, local: data?.local ?? data?.local6, port: data?.port, learning: data?.learning },
    }),
  };
}

/** A range of one address is shown without its length. */
function routeOf({ type, dst, gateway, dev, flags }: Item, device: string): [string, string][] {
  const text = words(dst);
  const range = prefixOf(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
  if (!range) return [];
  const onlink = Array.isArray(flags) && flags.includes('onlink') ? ' onlink' : '';
  const hop = gateway === undefined ? '' : `via ${canonical(words(gateway))}`;
  const through = dev === device ? `dev ${device}` : '';
  const how = type === 'unreachable' ? 'unreachable' : `${[hop, through].filter(Boolean).join(' ')}${onlink}`;
  return [[prefixText(range), how]];
}

function canonical(text: string): string {
  const address = addressOf(text);
  return address ? addressText(address) : text;
}
