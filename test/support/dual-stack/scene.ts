// What the tests of address families ask: two servers and a client in pods, one of the servers on the client's node, a client in a node's
// own network, and Services of several kinds. Every way to a server is a target of /probe.js in the speaker image.
import type { TestCluster } from '../cluster.ts';

export type Family = 'IPv4' | 'IPv6';
export const FAMILIES: readonly Family[] = ['IPv4', 'IPv6'];

export const familyOf = (address: string): Family => (address.includes(':') ? 'IPv6' : 'IPv4');
const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
const digit = (family: Family): number => (family === 'IPv4' ? 4 : 6);

interface PodOptions {
  readonly app?: string;
  readonly command?: string[];
  readonly hostNetwork?: boolean;
}

const field = (fieldPath: string) => ({ fieldRef: { fieldPath } });
const env = [
  { name: 'POD_IPS', valueFrom: field('status.podIPs') },
  { name: 'HOST_IPS', valueFrom: field('status.hostIPs') },
];

/** A server is ready once the kubelet has reached it at its first address. */
export const pod = (name: string, nodeName: string, { app, command, hostNetwork }: PodOptions = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: app ?? name } },
  spec: {
    nodeName,
    terminationGracePeriodSeconds: 0,
    ...(hostNetwork && { hostNetwork }),
    containers: [
      {
        name: 'main',
        image: 'speaker:1',
        env,
        ...(command ? { command } : { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }),
      },
    ],
  },
});

const PORTS = [
  { name: 'tcp', port: 80, targetPort: 8080 },
  { name: 'udp', port: 80, targetPort: 5300, protocol: 'UDP' },
];

export const service = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'server' }, ports: PORTS, ...spec },
});

const IDLE = ['sleep', '100000'];

export const scene = ([one, two]: readonly string[]) => [
  pod('near', one!, { app: 'server' }),
  pod('far', two!, { app: 'server' }),
  pod('client', one!, { command: IDLE }),
  pod('stranger', two!, { command: IDLE }),
  pod('node', one!, { command: IDLE, hostNetwork: true }),
  service('all', { type: 'NodePort', ipFamilyPolicy: 'PreferDualStack' }),
  service('headless', { clusterIP: 'None', ipFamilyPolicy: 'PreferDualStack' }),
];

/** Asks from a pod; gives the names of the ways that lead to a server. */
export async function reached(
  cluster: TestCluster,
  from: string,
  ways: Readonly<Record<string, string>>,
): Promise<string[]> {
  const words = ['exec', from, '--', 'node', '/probe.js', ...Object.values(ways)];
  const answered = JSON.parse(await cluster.kubectl(...words)) as string[];
  return Object.keys(ways).filter((way) => answered.includes(ways[way]!));
}

/** What the API shows of the scene. */
export interface Shown {
  readonly pods: Readonly<Record<string, readonly string[]>>;
  readonly nodes: readonly (readonly string[])[];
  readonly clusterIPs: readonly string[];
  readonly nodePorts: Readonly<Record<'tcp' | 'udp', number>>;
}

export async function shown(cluster: TestCluster): Promise<Shown> {
  const get = async (...words: string[]) =>
    JSON.parse(await cluster.kubectl('get', ...words, '-o', 'json')).items;
  const [pods, nodes, [all]] = await Promise.all([
    get('pods'),
    get('nodes'),
    get('services', '--field-selector=metadata.name=all'),
  ]);
  return {
    pods: Object.fromEntries(
      pods.map(({ metadata, status }: Item) => [metadata.name, status.podIPs!.map(({ ip }) => ip)]),
    ),
    nodes: nodes.map(({ status }: Item) =>
      status.addresses!.filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
    ),
    clusterIPs: all.spec.clusterIPs,
    nodePorts: Object.fromEntries(
      all.spec.ports.map(({ name, nodePort }: Port) => [name, nodePort]),
    ) as Shown['nodePorts'],
  };
}

interface Port {
  readonly name: 'tcp' | 'udp';
  readonly nodePort: number;
}

interface Item {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly podIPs?: readonly { readonly ip: string }[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

/** Every way of a family to a server. */
export function ways(family: Family, { pods, nodes, clusterIPs, nodePorts }: Shown): Record<string, string> {
  const of = (addresses: readonly string[] = []) => addresses.find((one) => familyOf(one) === family);
  const found: Record<string, string> = {};
  const add = (way: string, host: string | undefined, tcp: number, udp: number, only = '') => {
    if (!host) return;
    found[`tcp ${way}`] = `tcp${only}:${bracketed(host)}:${tcp}`;
    found[`udp ${way}`] = `udp${only}:${bracketed(host)}:${udp}`;
  };
  add('pod of this node', of(pods.near), 8080, 5300);
  add('pod of another node', of(pods.far), 8080, 5300);
  add('cluster IP', of(clusterIPs), 80, 80);
  add('name of a Service', 'all', 80, 80, `${digit(family)}`);
  add('name of a headless Service', 'headless', 8080, 5300, `${digit(family)}`);
  for (const [i, addresses] of nodes.entries())
    add(`node port of node ${i + 1}`, of(addresses), nodePorts.tcp, nodePorts.udp);
  return found;
}
