// Every pair of pods, protocol and port against a second opinion, under policies of every kind, one after the other on the same two
// nodes: what is judged is the text that the kernels get, there and back. Then policies and changes by chance.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { NetworkPolicy } from '../../api/kinds/networking/v1/network-policy.ts';
import { compile } from '../../api/network-policies/compile.ts';
import { seededRandom } from '../../kit/random.ts';
import { PolicyModel } from './model.ts';
import { FakeNft } from './nft.fake.ts';
import { factsOf } from './pod-facts.ts';
import { type Family, IPV4, IPV6, tableOf } from './rules/family.ts';
import {
  anyPolicy,
  CASES,
  egress,
  ingress,
  inIPv6,
  NAMESPACES,
  namespace,
  one,
  PODS,
  PROTOCOLS,
  pod,
  pods,
  policy,
  some,
  space,
} from './scenes.fake.ts';
import { transaction, type Written } from './transaction.ts';
import { type Attempt, isAllowed, type World } from './truth-table.fake.ts';

const PORTS = [79, 80, 81, 8080, 9000];
const OUTSIDE = ['192.0.2.7', '203.0.113.9'];
const NODES = ['10.77.0.1', '10.77.0.2'];

/** Two nodes that are told of every change, as by informers. */
class Nodes {
  world: World;
  readonly #family: Family;
  readonly #translated = new Map<NetworkPolicy, NetworkPolicy>();
  readonly #nodes: { name: string; model: PolicyModel; nft: FakeNft; written: Written | undefined }[];

  constructor(family = IPV4) {
    this.#family = family;
    this.#nodes = ['n0', 'n1'].map((name) => ({
      name,
      model: new PolicyModel(family),
      nft: new FakeNft(),
      written: undefined,
    }));
    this.world = { namespaces: NAMESPACES, pods: [], policies: [] };
    for (const of of this.world.namespaces) this.namespace(of);
    for (const of of PODS) this.pod(of);
  }

  get #table(): string {
    return tableOf(this.#family);
  }

  /** The scene with the addresses of the family. */
  #in<T>(scene: T): T {
    return this.#family === IPV4 ? scene : inIPv6(scene);
  }

  policies(given: readonly NetworkPolicy[]): this {
    const policies = given.map((policy) => {
      const known = this.#translated.get(policy) ?? this.#in(policy);
      this.#translated.set(policy, known);
      return known;
    });
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

  pod(given: Pod): this {
    const changed = this.#in(given);
    const { uid, namespace: space } = changed.metadata;
    for (const { name, model } of this.#nodes)
      model.setPod(space!, uid!, factsOf(changed, [changed.status!.podIP!], changed.spec!.nodeName === name));
    this.world = { ...this.world, pods: [...this.world.pods.filter((p) => p.metadata.uid !== uid), changed] };
    return this;
  }

  /** Writes what has changed; a table that is written anew must be the same. */
  write(): this {
    for (const node of this.#nodes) {
      const { text, written } = transaction(this.#family, node.written, node.model.wanted(), 'cni0');
      node.nft.run(text);
      node.written = written;
      if (!written) continue;
      const fresh = new FakeNft();
      fresh.run(transaction(this.#family, 'unknown', node.model.wanted(), 'cni0').text);
      assert.deepEqual(node.nft.describe(this.#table), fresh.describe(this.#table));
    }
    return this;
  }

  /** Every attempt, on each node that the packets are forwarded by. */
  check(title: string): void {
    this.write();
    const addresses = [
      ...this.world.pods.map(({ status }) => status!.podIP!),
      ...this.#in([...OUTSIDE, ...NODES]),
    ];
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
    return this.#nodes.every(({ nft }) => nft.forward(this.#table, packet) === 'accept');
  }
}

for (const family of [IPV4, IPV6])
  describe(`every attempt of ${family.name} under`, () => {
    const nodes = new Nodes(family);
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
