// The programs' input that turns what the kernel has into what is planned, in an order in which no packet that had a way is lost:
// what is new comes first, then the routes that use it, and what is no longer used goes last. Pure.
import { addressText } from '../../api/addresses/prefix.ts';
import type { Link, Observed } from './observed.ts';
import { PROTOCOL } from './observed.ts';
import type { Plan, Tunnel } from './plan.ts';

export interface Identity {
  /** Name of the tunnel's device. */
  readonly device: string;
  /** Of our routes; tells clusters on one machine apart. */
  readonly metric: number;
}

/** Lines for one `ip -batch` or `bridge -batch`. */
export interface Step {
  readonly program: 'ip' | 'bridge';
  readonly lines: readonly string[];
}

export interface Changes {
  /** Up to the device and what it knows of the others. */
  readonly first: readonly Step[];
  /** Routes, and what nothing leads to any more. */
  readonly last: readonly Step[];
}

export const VNI = 117;
/** As Linux and flannel. */
export const VXLAN_PORT = 8472;

type Wanted = Pick<Plan, 'routes' | 'tunnel' | 'neighbours' | 'forwarding'>;

export function changesOf(plan: Wanted, observed: Observed, { device, metric }: Identity): Changes {
  const there = observed.links.find(({ name }) => name === device);
  const { tunnel } = plan;
  const keeps = there && tunnel && isThatDevice(there, tunnel);
  const was = keeps || !there ? observed : withoutDevice(observed, device);
  const key = `proto ${PROTOCOL} metric ${metric}`;
  const [hops, ways, routes] = [
    difference(was.neighbours, plan.neighbours),
    difference(was.forwarding, plan.forwarding),
    difference(was.routes, plan.routes),
  ];
  return {
    first: steps([
      [
        'ip',
        [
          ...(there && tunnel && !keeps ? [`link del ${device}`] : []),
          ...(tunnel ? deviceLines(device, tunnel, keeps ? there : undefined) : []),
          ...hops.set.map(([hop, mac]) => `neigh replace ${hop} lladdr ${mac} dev ${device} nud permanent`),
        ],
      ],
      ['bridge', ways.set.map(([mac, address]) => `fdb replace ${mac} dev ${device} dst ${address}`)],
    ]),
    last: steps([
      [
        'ip',
        [
          ...routes.set.map(([range, how]) => `route replace ${routeWords(range, how)} ${key}`),
          ...routes.gone.map((range) => `route del ${routeWords(range, was.routes.get(range)!)} ${key}`),
          ...hops.gone.map((hop) => `neigh del ${hop} dev ${device}`),
          ...(there && !tunnel ? [`link del ${device}`] : []),
        ],
      ],
      ['bridge', ways.gone.map((mac) => `fdb del ${mac} dev ${device}`)],
    ]),
  };
}

const steps = (all: readonly (readonly [Step['program'], readonly string[]])[]): Step[] =>
  all.filter(([, lines]) => lines.length > 0).map(([program, lines]) => ({ program, lines }));

const routeWords = (range: string, how: string): string =>
  how === 'unreachable' ? `unreachable ${range}` : `${range} ${how}`;

function difference(
  was: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): { readonly set: readonly [string, string][]; readonly gone: readonly string[] } {
  return {
    set: [...wanted].filter(([key, value]) => was.get(key) !== value),
    gone: [...was.keys()].filter((key) => !wanted.has(key)),
  };
}

/** Its routes and entries go with it. */
const withoutDevice = ({ links, routes }: Observed, device: string): Observed => ({
  links,
  routes: new Map([...routes].filter(([, how]) => !how.includes(`dev ${device}`))),
  neighbours: new Map(),
  forwarding: new Map(),
});

/** Otherwise it is made anew: these cannot be changed. */
function isThatDevice({ kind, mac, vxlan }: Link, { backend, address, id }: Tunnel): boolean {
  if (!vxlan) return kind !== 'vxlan' && backend === 'wireguard';
  return (
    backend === 'vxlan' &&
    mac === id &&
    vxlan.id === VNI &&
    vxlan.local === address &&
    vxlan.port === VXLAN_PORT &&
    vxlan.learning === false
  );
}

function deviceLines(
  device: string,
  { backend, address, id, mtu, addresses }: Tunnel,
  there?: Link,
): string[] {
  const own = there?.addresses.map(({ prefix, address: own }) => `${addressText(own)}/${prefix.bits}`) ?? [];
  const kind =
    backend === 'vxlan'
      ? `address ${id} type vxlan id ${VNI} local ${address} dstport ${VXLAN_PORT} nolearning`
      : 'type wireguard';
  return [
    // Without addresses of its own making, that others would have to know.
    ...(there ? [] : [`link add ${device} mtu ${mtu} ${kind}`, `link set ${device} addrgenmode none`]),
    ...(there && there.mtu !== mtu ? [`link set ${device} mtu ${mtu}`] : []),
    ...(there?.up ? [] : [`link set ${device} up`]),
    ...addresses
      .filter((text) => !own.includes(text))
      .map((text) => `addr add ${text} dev ${device}${text.includes(':') ? ' nodad' : ''}`),
    ...own.filter((text) => !addresses.includes(text)).map((text) => `addr del ${text} dev ${device}`),
  ];
}
