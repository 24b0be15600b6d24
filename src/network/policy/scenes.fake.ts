// A cluster of nine pods in three namespaces on two nodes, and policies of every kind, for tests.
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from '../../api/kinds/networking/v1/network-policy.ts';
import type { Random } from '../../kit/random.ts';

export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;
const NAMES = ['x', 'y', 'z'];

export const namespace = (name: string, labels: Record<string, string> = {}): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ns: name, ...labels } },
});

/** Pod b listens on other numbers under the same names. */
const ports = (name: string) =>
  PROTOCOLS.map((protocol) => ({
    name: `serve-${protocol.toLowerCase()}`,
    containerPort: name === 'b' ? 81 : 80,
    protocol,
  }));

export const pod = (space: string, name: string, number: number, labels = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: space, uid: `${space}-${name}`, labels: { pod: name, ...labels } },
  spec: { nodeName: `n${number % 2}`, containers: [{ name: 'main', ports: ports(name) }] },
  status: { phase: 'Running', podIP: `10.128.${number % 2}.${number}` },
});

export const NAMESPACES = NAMES.map((name) => namespace(name));
export const PODS = NAMES.flatMap((space, i) =>
  ['a', 'b', 'c'].map((name, j) => pod(space, name, 3 * i + j + 2)),
);

let count = 0;
export const policy = (spec: Partial<NetworkPolicySpec>, space = 'x'): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `p${count++}`, namespace: space },
  spec: { podSelector: {}, ...spec },
});

export const pods = (...names: string[]) => ({
  matchExpressions: [{ key: 'pod', operator: 'In', values: names }],
});
const notIn = (key: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator: 'NotIn', values }],
});
export const space = (name: string) => ({ matchLabels: { ns: name } });
export const ingress = (peer: NetworkPolicyPeer, ...ports: NetworkPolicyPort[]) => [{ from: [peer], ports }];
export const egress = (peer: NetworkPolicyPeer, ...ports: NetworkPolicyPort[]) => [{ to: [peer], ports }];
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
const both = ['Ingress', 'Egress'];

export const CASES: Record<string, readonly NetworkPolicy[]> = {
  'no policy': [],
  'default deny of ingress, by default of policyTypes': [policy({})],
  'default deny of egress': [policy({ policyTypes: ['Egress'] })],
  'default deny of both': [policy({ policyTypes: both })],
  'an egress rule makes the policy one of both types': [policy({ egress: [{}] })],
  'policyTypes without the type of a rule: the rule says nothing': [
    policy({ policyTypes: ['Ingress'], egress: egress({ podSelector: pods('a') }) }),
  ],
  'allow all, over deny all': [
    policy({ policyTypes: both }),
    policy({ policyTypes: both, ingress: [{}], egress: [{}] }),
  ],
  'empty lists of peers and ports are everything': [policy({ ingress: [{ from: [], ports: [] }] })],
  'pods of the same namespace': [
    policy({ podSelector: pods('a'), ingress: ingress({ podSelector: pods('b') }) }),
  ],
  'every pod of the same namespace': [policy({ ingress: ingress({ podSelector: {} }) })],
  'every pod of every namespace, but nobody outside': [
    policy({ ingress: ingress({ namespaceSelector: {} }) }),
  ],
  'a namespace': [policy({ ingress: ingress({ namespaceSelector: space('y') }) })],
  'namespace and pods together': [
    policy({ ingress: ingress({ namespaceSelector: notIn('ns', 'x'), podSelector: pods('b') }) }),
  ],
  'namespace or pods': [
    policy({
      ingress: [{ from: [{ namespaceSelector: notIn('ns', 'x') }, { podSelector: pods('b') }] }],
    }),
  ],
  'egress to a namespace': [
    policy({ policyTypes: ['Egress'], egress: egress({ namespaceSelector: space('y') }) }),
  ],
  'egress to pods by a negative selector': [
    policy({ policyTypes: ['Egress'], egress: egress({ podSelector: notIn('pod', 'c') }) }),
  ],
  'both ends must allow': [
    policy({ podSelector: pods('a'), ingress: ingress({ namespaceSelector: space('y') }) }),
    policy({ policyTypes: ['Egress'], egress: egress({ namespaceSelector: space('x') }, { port: 80 }) }, 'y'),
  ],
  'stacked policies add up': [
    policy({ ingress: ingress({ namespaceSelector: space('y') }, { port: 80 }) }),
    policy({ ingress: ingress({ namespaceSelector: space('y') }, { port: 81 }) }),
    policy({ podSelector: pods('b'), ingress: ingress({ namespaceSelector: space('z') }) }),
  ],
  'one port, TCP by default': [policy({ ingress: [{ ports: [{ port: 80 }] }] })],
  'a protocol without a port': [policy({ ingress: [{ ports: [{ protocol: 'UDP' }] }] })],
  'SCTP is not TCP': [policy({ ingress: [{ ports: [{ protocol: 'SCTP', port: 80 }] }] })],
  'several ports and protocols': [
    policy({
      ingress: ingress(
        { namespaceSelector: space('z') },
        { port: 79 },
        { port: 80, endPort: 90 },
        { port: 81, protocol: 'UDP' },
        { protocol: 'SCTP' },
      ),
    }),
  ],
  'a range of ports': [policy({ ingress: [{ ports: [{ port: 80, endPort: 8080 }] }] })],
  'egress to a range of ports': [
    policy({ policyTypes: ['Egress'], egress: egress({ podSelector: {} }, { port: 81, endPort: 9000 }) }),
  ],
  'a named port, of each selected pod': [policy({ ingress: [{ ports: [{ port: 'serve-tcp' }] }] })],
  'a named port of another protocol': [
    policy({
      ingress: [
        {
          ports: [
            { port: 'serve-udp', protocol: 'UDP' },
            { port: 'serve-tcp', protocol: 'SCTP' },
          ],
        },
      ],
    }),
  ],
  'egress to a named port, of each destination': [
    policy({ policyTypes: ['Egress'], egress: egress({ namespaceSelector: {} }, { port: 'serve-tcp' }) }),
  ],
  'egress to a named port anywhere': [
    policy({ policyTypes: ['Egress'], egress: [{ ports: [{ port: 'serve-tcp' }] }] }),
  ],
  'a name that nobody has': [policy({ ingress: [{ ports: [{ port: 'nothing' }] }] })],
  'a block': [policy({ ingress: ingress(block('192.0.2.0/24')) })],
  'a block of pods, but for some': [
    policy({
      policyTypes: ['Egress'],
      egress: egress(block('10.128.0.0/16', '10.128.1.0/24', '10.128.0.2/32')),
    }),
  ],
  'blocks of which one has what the other excepts': [
    policy({
      policyTypes: ['Egress'],
      egress: [
        { to: [block('10.128.0.0/16', '10.128.0.0/24'), block('10.128.0.4/32')], ports: [{ port: 80 }] },
      ],
    }),
  ],
  'everything but the nodes': [policy({ ingress: ingress(block('0.0.0.0/0', '10.77.0.0/24')) })],
  everything: [policy({ ingress: ingress(block('0.0.0.0/0'), { port: 80 }) })],
  'a block of the other family': [policy({ ingress: ingress(block('2001:db8::/32')) })],
  'blocks and selectors in one rule': [
    policy({
      ingress: [
        { from: [block('203.0.113.0/24'), { podSelector: pods('c') }], ports: [{ port: 'serve-tcp' }] },
      ],
    }),
  ],
};

export const some = <T>(random: Random, from: readonly T[], most = 2): T[] =>
  Array.from({ length: Math.floor(random.float() * (most + 1)) }, () => one(random, from));
export const one = <T>(random: Random, from: readonly T[]): T =>
  from[Math.floor(random.float() * from.length)]!;

const PEERS: readonly NetworkPolicyPeer[] = [
  { podSelector: {} },
  { podSelector: pods('a') },
  { podSelector: notIn('pod', 'b') },
  { namespaceSelector: {} },
  { namespaceSelector: space('y'), podSelector: pods('a', 'c') },
  { namespaceSelector: notIn('ns', 'z') },
  block('10.128.0.0/16', '10.128.1.0/25'),
  block('10.128.0.4/31'),
  block('0.0.0.0/0', '192.0.2.0/24'),
];
const SOME_PORTS: readonly NetworkPolicyPort[] = [
  { port: 80 },
  { port: 79, endPort: 81 },
  { protocol: 'UDP' },
  { port: 81, protocol: 'UDP' },
  { port: 'serve-tcp' },
  { port: 'serve-sctp', protocol: 'SCTP' },
];

export const anyPolicy = (random: Random): NetworkPolicy => {
  const rules = () =>
    Array.from({ length: Math.floor(random.float() * 3) }, () => ({
      peers: some(random, PEERS),
      ports: some(random, SOME_PORTS),
    }));
  return policy(
    {
      podSelector: one(random, [{}, pods('a'), pods('b', 'c'), notIn('pod', 'a')]),
      policyTypes: one(random, [['Ingress'], ['Egress'], both]),
      ingress: rules().map(({ peers, ports }) => ({ from: peers, ports })),
      egress: rules().map(({ peers, ports }) => ({ to: peers, ports })),
    },
    one(random, ['x', 'y']),
  );
};

const IPV4_BLOCK = /(\d+\.\d+\.\d+\.\d+)(\/\d+)?/g;

/** The same scene in IPv6: its addresses are the last 32 bits of others, and the block of IPv6 there is one of IPv4. */
const sixOf = (text: string): string =>
  text
    .replace(IPV4_BLOCK, (_, address: string, bits?: string) => {
      if (bits === '/0') return '::/0';
      const six = `fd00::${address
        .split('.')
        .map((byte) => Number(byte).toString(16).padStart(2, '0'))
        .join('')
        .replace(/^..../, '$&:')}`;
      return bits ? `${six}/${96 + Number(bits.slice(1))}` : six;
    })
    .replaceAll('2001:db8::/32', '192.0.2.0/24');

/** Pods, policies, addresses, or lists of them. */
export const inIPv6 = <T>(scene: T): T => JSON.parse(sixOf(JSON.stringify(scene))) as T;
