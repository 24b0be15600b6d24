import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { aNode } from '../../sim/objects/node.ts';
import { Announcer } from './announcer.ts';
import { elect, type Situation } from './election.ts';

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';
const node = (name: string, status: 'True' | 'Unknown' = 'True', labels = {}): Node => ({
  ...aNode(name, {}, {}, { labels }),
  status: { conditions: [{ type: 'Ready', status }] },
});
const service = (name: string, ips: string[], spec: Service['spec'] = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'd' },
  spec: { type: 'LoadBalancer', ...spec },
  status: { loadBalancer: { ingress: ips.map((ip) => ({ ip, ipMode: 'VIP' })) } },
});
const addresses = Array.from({ length: 40 }, (_, i) => `192.0.2.${i}`);
const situation = (more: Partial<Situation> = {}): Situation => ({
  services: addresses.map((ip, i) => service(`s${i}`, [ip])),
  nodes: [node('n1'), node('n2'), node('n3')],
  nodesWithEndpoints: () => new Set(),
  isAlive: () => true,
  isPooled: (address) => address.startsWith('192.0.2.'),
  ...more,
});

describe('election', () => {
  test('spreads addresses over the nodes, and moves only those of a node that answers no more', () => {
    const before = elect(situation());
    const counts = Map.groupBy(before.values(), (name) => name);
    for (const name of ['n1', 'n2', 'n3']) assert.ok((counts.get(name)?.length ?? 0) >= 5, name);
    const after = elect(situation({ isAlive: (name) => name !== 'n2' }));
    for (const [address, name] of before) {
      if (name !== 'n2') assert.equal(after.get(address), name);
      else assert.notEqual(after.get(address), 'n2');
    }
  });

  test('does not depend on the order in which nodes and Services are listed', () => {
    const { nodes, services } = situation();
    const other = elect(situation({ nodes: nodes.toReversed(), services: services.toReversed() }));
    assert.deepEqual([...other].sort(), [...elect(situation())].sort());
  });

  test('passes over nodes that are excluded, going, or not ready while others are', () => {
    const only = (nodes: Node[], more: Partial<Situation> = {}) => [
      ...new Set(elect(situation({ nodes, ...more })).values()),
    ];
    assert.deepEqual(only([node('n1', 'True', { [EXCLUDED]: '' }), node('n2')]), ['n2']);
    assert.deepEqual(only([node('n1', 'Unknown'), node('n2')]), ['n2']);
    assert.deepEqual(only([node('n1', 'Unknown')]), ['n1']);
    assert.deepEqual(only([node('n1', 'True', { [EXCLUDED]: '' })]), []);
    // Nobody answers: the fault may be on this side.
    assert.deepEqual(only([node('n1')], { isAlive: () => false }), ['n1']);
  });

  test('under externalTrafficPolicy Local only nodes with endpoints of all Services of the address announce', () => {
    const local = { externalTrafficPolicy: 'Local' as const };
    const services = [service('a', ['192.0.2.1'], local), service('b', ['192.0.2.1'])];
    const at = (...names: string[]) => ({ nodesWithEndpoints: () => new Set(names) });
    assert.deepEqual([...elect(situation({ services, ...at('n3') }))], [['192.0.2.1', 'n3']]);
    assert.deepEqual([...elect(situation({ services, ...at() }))], []);
  });

  test('leaves alone what is not ours: other classes, other addresses, proxies, Services that are deleted', () => {
    const deleted = service('d', ['192.0.2.4']);
    deleted.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    const proxied = service('e', ['192.0.2.5']);
    proxied.status!.loadBalancer!.ingress![0]!.ipMode = 'Proxy';
    const services = [
      service('a', ['192.0.2.1'], { loadBalancerClass: 'example.com/lb' }),
      service('b', ['198.51.100.1']),
      service('c', ['192.0.2.3'], { type: 'ClusterIP' }),
      ...[deleted, proxied],
    ];
    assert.deepEqual([...elect(situation({ services }))], []);
  });

  test('takes an address in the spelling of the kernel, and no text that is none', () => {
    const ips = ['2001:DB8:0::10', '192.0.2.1; flush ruleset', '192.0.2.1%lo', ''];
    const services = ips.map((ip, i) => service(`s${i}`, [ip]));
    const elected = elect(situation({ services, isPooled: () => true, nodes: [node('n1')] }));
    assert.deepEqual([...elected], [['2001:db8::10', 'n1']]);
  });
});

describe('the announcer', () => {
  const held = new Map<string, Set<string>>();
  let now: Situation;
  let calls: string[];
  let failing: string | undefined;
  let unguarded: string | undefined;
  let clock: SteppedClock;
  let announcer: Announcer;
  const own = (name: string) => ({
    name,
    forget: () => {},
    guard: async () => {
      if (unguarded === name) throw new Error('no nft');
    },
    withdraw: async (wanted: ReadonlySet<string>) => {
      if (failing === name) throw new Error('cut off');
      for (const address of held.get(name) ?? [])
        if (!wanted.has(address)) {
          calls.push(`${name} - ${address}`);
          held.get(name)!.delete(address);
        }
    },
    add: async (wanted: ReadonlySet<string>) => {
      const added = [...wanted].filter((address) => !held.get(name)!.has(address));
      for (const address of added) {
        calls.push(`${name} + ${address}`);
        held.get(name)!.add(address);
      }
      return added;
    },
    announce: async (again: readonly string[]) => void calls.push(`${name} ! ${again}`),
  });
  beforeEach(() => {
    calls = [];
    failing = unguarded = undefined;
    clock = new SteppedClock();
    for (const name of ['n1', 'n2']) held.set(name, new Set());
    now = situation({ services: [service('a', ['192.0.2.1'])], nodes: [node('n1'), node('n2'), node('n3')] });
    announcer = new Announcer({
      nodes: [own('n1'), own('n2')],
      situation: () => now,
      lead: async (all) => void calls.push(`led ${[...all]}`),
      onAssigned: (of, name) => calls.push(`${of.metadata.name} on ${name}`),
      clock,
      log: silentLogger,
    });
  });
  const aliveOnly = (...names: string[]) => {
    now = { ...now, isAlive: (name) => names.includes(name) };
    return announcer.changed();
  };

  test('takes an address from one node before it gives it to another, and says it again', async () => {
    await aliveOnly('n1');
    assert.deepEqual(calls, ['n1 + 192.0.2.1', 'a on n1', 'led 192.0.2.1']);
    calls = [];
    await announcer.changed();
    assert.deepEqual(calls, []);
    await clock.step(1_000);
    assert.deepEqual(calls, ['n1 ! 192.0.2.1']);
    calls = [];
    await aliveOnly('n2');
    assert.deepEqual(calls, ['n1 - 192.0.2.1', 'n2 + 192.0.2.1', 'a on n2', 'led 192.0.2.1']);
    calls = [];
    // What was to be said again of the first node is not said any more.
    await clock.step(3_000);
    assert.deepEqual(calls, ['n2 ! 192.0.2.1', 'n2 ! 192.0.2.1']);
  });

  test('puts no address on a node whose programs would be reached through it', async () => {
    unguarded = 'n1';
    await aliveOnly('n1');
    assert.equal(held.get('n1')!.size, 0);
    unguarded = undefined;
    await clock.step(1_000);
    assert.equal(held.get('n1')!.size, 1);
  });

  test('puts right what somebody else has changed', async () => {
    await aliveOnly('n1');
    held.get('n1')!.delete('192.0.2.1');
    held.get('n2')!.add('192.0.2.1');
    calls = [];
    await announcer.changed();
    assert.equal(calls.length, 0);
    await announcer.look();
    assert.deepEqual(calls, ['n2 - 192.0.2.1', 'n1 + 192.0.2.1', 'a on n1', 'led 192.0.2.1']);
  });

  test('leaves an address to a node of another process', async () => {
    await aliveOnly('n1');
    await aliveOnly('n3');
    assert.deepEqual(
      [...held.values()].map(({ size }) => size),
      [0, 0],
    );
  });

  test('gives an address to another node when one cannot be asked, tries again, and announces it anew then', async () => {
    await aliveOnly('n1');
    failing = 'n1';
    await aliveOnly('n2');
    assert.deepEqual([held.get('n1')!.size, held.get('n2')!.size], [1, 1]);
    failing = undefined;
    calls = [];
    await clock.step(999);
    assert.equal(calls.length, 0);
    await clock.step(1);
    await settle();
    assert.ok(calls.indexOf('n1 - 192.0.2.1') < calls.lastIndexOf('n2 ! 192.0.2.1'), calls.join());
    assert.deepEqual([held.get('n1')!.size, held.get('n2')!.size], [0, 1]);
  });
});
