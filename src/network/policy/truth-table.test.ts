// Every pair of pods, protocol and port against a second opinion, under policies of every kind, one after the other on the same two
// nodes: what is judged is the text that the kernels get, there and back. Then policies and changes by chance.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from '../../api/kinds/networking/v1/network-policy.ts';
import { type Random, seededRandom } from '../../kit/random.ts';
import { PolicyModel } from './model.ts';
import { FakeNft } from './nft.fake.ts';
import { factsOf } from './pod-facts.ts';
import { compile } from './rules/compile.ts';
import { IPV4, tableOf } from './rules/family.ts';
import { transaction, type Written } from './transaction.ts';
import { type Attempt, isAllowed, type World } from './truth-table.fake.ts';

const TABLE = tableOf(IPV4);
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;
const PORTS = [79, 80, 81, 8080, 9000];
const OUTSIDE = ['192.0.2.7', '203.0.113.9'];
const NODES = ['10.77.0.1', '10.77.0.2'];

const namespace = (name: string, labels: Record<string, string> = {}): Namespace => ({
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

const pod = (space: string, name: string, number: number, labels = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: space, uid: `${space}-${name}`, labels: { pod: name, ...labels } },
  spec: { nodeName: `n${number % 2}`, containers: [{ name: 'main', ports: ports(name) }] },
  status: { phase: 'Running', podIP: `10.128.${number % 2}.${number}` },
});

/** Two nodes that are told of every change, as by informers. */
class Nodes {
  world: World;
  readonly #nodes = ['n0', 'n1'].map((name) => ({
    name,
    model: new PolicyModel(IPV4),
    nft: new FakeNft(),
    written: undefined as Written | undefined,
  }));

  constructor() {
    const names = ['x', 'y', 'z'];
    this.world = {
      namespaces: names.map((name) => namespace(name)),
      pods: names.flatMap((space, i) => ['a', 'b', 'c'].map((name, j) => pod(space, name, 3 * i + j + 2))),
      policies: [],
    };
    for (const of of this.world.namespaces) this.namespace(of);
    for (const of of this.world.pods) this.pod(of);
  }

  policies(policies: readonly NetworkPolicy[]): this {
    const key = ({ metadata }: NetworkPolicy) => `${metadata.namespace}/${metadata.name}`;
    for (const { model } of this.#nodes) {
      for (const policy of this.world.policies)
        if (!policies.includes(policy)) model.setPolicy(policy.metadata.namespace!, key(policy), undefined);
      for (const policy of policies)
        if (!this.world.policies.includes(policy))
          model.setPolicy(policy.metadata.namespace!, key(policy), compile(policy));
    }
    this.world = { ...this.world, policies };
    return this;
  }

  namespace(changed: Namespace): this {
    const { name } = changed.metadata;
    for (const { model } of this.#nodes) model.setNamespace(name!, changed.metadata.labels);
    const others = this.world.namespaces.filter(({ metadata }) => metadata.name !== name);
    this.world = { ...this.world, namespaces: [...others, changed] };
    return this;
  }

  pod(changed: Pod): this {
    const { uid, namespace: space } = changed.metadata;
    for (const { name, model } of this.#nodes)
      model.setPod(space!, uid!, factsOf(changed, [changed.status!.podIP!], changed.spec!.nodeName === name));
    this.world = { ...this.world, pods: [...this.world.pods.filter((p) => p.metadata.uid !== uid), changed] };
    return this;
  }

  /** Writes what has changed; a table that is written anew must be the same. */
  write(): this {
    for (const node of this.#nodes) {
      const { text, written } = transaction(IPV4, node.written, node.model.wanted());
      node.nft.run(text);
      node.written = written;
      if (!written) continue;
      const fresh = new FakeNft();
      fresh.run(transaction(IPV4, 'unknown', node.model.wanted()).text);
      assert.deepEqual(node.nft.describe(TABLE), fresh.describe(TABLE));
    }
    return this;
  }

  /** Every attempt, on each node that the packets are forwarded by. */
  check(title: string): void {
    this.write();
    const addresses = [...this.world.pods.map(({ status }) => status!.podIP!), ...OUTSIDE, ...NODES];
    for (const from of addresses)
      for (const to of addresses)
        for (const protocol of PROTOCOLS)
          for (const port of PORTS) {
            const attempt = { from, to, protocol, port };
            const wanted = isAllowed(this.world, attempt);
            for (const reply of [false, true])
              if (this.#passes(attempt, reply) !== wanted)
                assert.fail(`${title}: ${JSON.stringify(attempt)} ${reply ? 'back' : ''}, not ${wanted}`);
          }
  }

  #passes({ from, to, protocol, port }: Attempt, reply: boolean): boolean {
    const packet = {
      ...(reply
        ? { saddr: to, daddr: from, sport: port, dport: 40_000 }
        : { saddr: from, daddr: to, sport: 40_000, dport: port }),
      protocol: protocol.toLowerCase(),
      reply,
    };
    return this.#nodes.every(({ nft }) => nft.forward(TABLE, packet) === 'accept');
  }
}

let count = 0;
const policy = (spec: Partial<NetworkPolicySpec>, space = 'x'): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: `p${count++}`, namespace: space },
  spec: { podSelector: {}, ...spec },
});

const pods = (...names: string[]) => ({ matchExpressions: [{ key: 'pod', operator: 'In', values: names }] });
const notIn = (key: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator: 'NotIn', values }],
});
const space = (name: string) => ({ matchLabels: { ns: name } });
const ingress = (peer: NetworkPolicyPeer, ...ports: NetworkPolicyPort[]) => [{ from: [peer], ports }];
const egress = (peer: NetworkPolicyPeer, ...ports: NetworkPolicyPort[]) => [{ to: [peer], ports }];
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
const both = ['Ingress', 'Egress'];

const CASES: Record<string, readonly NetworkPolicy[]> = {
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

describe('every attempt under', () => {
  const nodes = new Nodes();
  for (const [title, policies] of Object.entries(CASES))
    it(title, () => nodes.policies(policies).check(title));
});

it('labels of pods and namespaces, addresses and ports count as they are now', () => {
  const nodes = new Nodes();
  nodes.policies([
    policy({
      podSelector: pods('a'),
      ingress: ingress({ namespaceSelector: space('y'), podSelector: pods('b') }),
    }),
    policy({
      podSelector: pods('a'),
      policyTypes: ['Egress'],
      egress: egress({ podSelector: {} }, { port: 'serve-tcp' }),
    }),
  ]);
  nodes.check('before');
  nodes.namespace(namespace('z', { ns: 'y' })).check('a namespace is another');
  nodes.pod(pod('z', 'c', 10, { pod: 'b' })).check('a peer is another');
  nodes.pod(pod('x', 'b', 3, { pod: 'a' })).check('a pod is selected');
  nodes.pod(pod('x', 'a', 22)).check('a pod has moved');
  nodes
    .pod({ ...pod('x', 'c', 4), spec: { nodeName: 'n0', containers: [] } })
    .check('a port has lost its name');
  nodes.policies([]).check('no policy any more');
});

const some = <T>(random: Random, from: readonly T[], most = 2): T[] =>
  Array.from({ length: Math.floor(random.float() * (most + 1)) }, () => one(random, from));
const one = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.float() * from.length)]!;

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

const anyPolicy = (random: Random): NetworkPolicy => {
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

it('whatever policies come and go, incremental changes and the whole say the same as the second opinion', () => {
  const random = seededRandom(7);
  const nodes = new Nodes();
  let policies: NetworkPolicy[] = [];
  for (let round = 0; round < 25; round++) {
    policies = policies.filter(() => random.float() < 0.6);
    policies.push(anyPolicy(random), ...some(random, [anyPolicy(random)], 1));
    const edited = policies[0]!;
    if (random.float() < 0.5) policies[0] = { ...edited, spec: anyPolicy(random).spec! };
    nodes.policies(policies);
    if (random.float() < 0.3) nodes.write().pod(pod('y', 'a', 5, { pod: one(random, ['a', 'b']) }));
    if (random.float() < 0.3) nodes.namespace(namespace('z', { ns: one(random, ['x', 'y', 'z']) }));
    nodes.check(`round ${round}`);
  }
});
