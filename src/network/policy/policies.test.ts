// The edges: what a node without policies pays, when a pod may start, which address is whose, what a failing kernel does.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Family } from '../../api/addresses/prefix.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { NetworkPolicy } from '../../api/kinds/networking/v1/network-policy.ts';
import { compile } from '../../api/network-policies/compile.ts';
import { blockRanges, merged } from '../../api/network-policies/ranges.ts';
import { silentLogger } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { FakeNft } from './nft.fake.ts';
import { PodBook } from './pod-book.ts';
import type { PodFacts } from './pod-facts.ts';
import { Policies } from './start-policies.ts';

const TABLE = 'ip tiphys-policy';

const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'default' },
  spec,
});
const denyAll = policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });

const pod = (name: string, ip?: string, phase: 'Running' | 'Succeeded' = 'Running'): Pod => ({
  ...aPod(name),
  metadata: { name, namespace: 'default', uid: name },
  status: { phase, ...(ip && { podIP: ip, podIPs: [{ ip }] }) },
});

/** A node's policies on a cluster in memory, and a kernel that fails while `broken`. */
async function node(t: TestContext, left = '', deleteMs = 0, families: readonly Family[] = ['IPv4']) {
  const cluster = await simCluster({}, t);
  const kernel = { nft: new FakeNft(), broken: false, commands: [] as string[] };
  kernel.nft.run(left);
  const policies = new Policies({
    nodeName: 'n1',
    exec: async (command, { input = '' } = {}) => {
      kernel.commands.push(command.join(' '));
      if (command[1] === 'delete' && deleteMs > 0) await cluster.clock.sleep(deleteMs);
      if (kernel.broken) throw new Error('Could not process rule');
      if (command[1] === 'list') return kernel.nft.tables.map((table) => `table ${table}\n`).join('');
      kernel.nft.run(command[1] === 'delete' ? command.slice(1).join(' ') : input);
      return '';
    },
    informers: cluster.informers,
    clock: cluster.clock,
    log: silentLogger,
    families,
    bridge: 'cni0',
    hosts: ['10.77.0.254'],
    standIns: [],
  });
  t.after(() => policies.stop());
  cluster.informers.start();
  await cluster.settle();
  return { cluster, kernel, policies };
}

const passes = (nft: FakeNft, saddr: string, daddr: string, how = {}) =>
  nft.forward(TABLE, { saddr, daddr, protocol: 'tcp', sport: 40_000, dport: 80, ...how }) === 'accept';

const isSettled = async (cluster: SimCluster, task: Promise<unknown>) => {
  let done = false;
  void task.then(() => {
    done = true;
  });
  await cluster.settle();
  return done;
};

describe('a node', () => {
  it('without policies removes what an earlier process may have left, and lets pods start', async (t) => {
    const { cluster, kernel, policies } = await node(t, `add table ${TABLE}\nadd table ip others\n`);
    policies.joined(pod('a'), ['10.128.0.5']);
    assert.ok(await isSettled(cluster, policies.ready()));
    assert.deepEqual(kernel.commands, ['nft list tables', 'nft -f -']);
    assert.deepEqual(kernel.nft.tables, ['ip others']);
  });

  it('does not remove what the first policy writes while old tables are being removed', async (t) => {
    const { cluster, kernel, policies } = await node(t, `add table ${TABLE}\n`, 500);
    policies.joined(pod('a'), ['10.128.0.5']);
    await cluster.client.create(NetworkPolicy, denyAll);
    await cluster.step(1_000);
    assert.equal(passes(kernel.nft, '10.128.0.5', '192.0.2.1'), false);
  });

  it('isolates a pod that the API shows no address of before its containers may start', async (t) => {
    const { cluster, kernel, policies } = await node(t);
    await cluster.client.create(NetworkPolicy, denyAll);
    await cluster.step(100);
    policies.joined(pod('a'), ['10.128.0.5']);
    const ready = policies.ready();
    assert.equal(await isSettled(cluster, ready), false);
    await cluster.step(10);
    await ready;
    assert.equal(passes(kernel.nft, '10.128.0.5', '192.0.2.1'), false);
    assert.equal(passes(kernel.nft, '192.0.2.1', '10.128.0.5'), false);
    assert.equal(passes(kernel.nft, '192.0.2.1', '10.128.0.9'), true);
  });

  it('closes IPv6 between its pods while one of them is isolated', async (t) => {
    const { cluster, kernel, policies } = await node(t);
    policies.joined(pod('a'), ['10.128.0.5']);
    const packet = { saddr: 'fe80::1', daddr: 'fe80::2', protocol: 'tcp', sport: 1, dport: 80 };
    const ends = async (change: Promise<unknown>) => {
      await change;
      await cluster.step(100);
      return ['cni0', 'eth0'].map((oif) =>
        kernel.nft.forward('ip6 tiphys-policy', { ...packet, iif: 'cni0', oif }),
      );
    };
    assert.deepEqual(await ends(cluster.client.create(NetworkPolicy, denyAll)), ['drop', 'accept']);
    const gone = cluster.client.delete(NetworkPolicy, 'deny', 'default');
    assert.deepEqual(await ends(gone), ['accept', 'accept']);
  });

  it('judges both families of a cluster that has both, lets neighbours be found, and closes what pods have on their link', async (t) => {
    const { cluster, kernel, policies } = await node(t, '', 0, ['IPv6', 'IPv4']);
    policies.joined(pod('a'), ['fd00::5', '10.128.0.5']);
    await cluster.client.create(NetworkPolicy, denyAll);
    await cluster.step(100);
    const tables = { ip: '10.128.0.9', ip6: 'fd00::9' };
    const [four, six] = Object.entries(tables).map(([word, saddr]) =>
      kernel.nft.forward(`${word} tiphys-policy`, {
        saddr,
        daddr: word === 'ip' ? '10.128.0.5' : 'fd00::5',
        protocol: 'tcp',
        sport: 40_000,
        dport: 80,
      }),
    );
    assert.deepEqual([four, six], ['drop', 'drop']);
    const onBridge = (saddr: string, daddr: string, how = {}) =>
      kernel.nft.forward('ip6 tiphys-policy', {
        ...{ saddr, daddr, protocol: 'tcp', sport: 1, dport: 80, iif: 'cni0', oif: 'cni0' },
        ...how,
      });
    assert.equal(onBridge('fe80::1', 'fd00::9'), 'drop');
    assert.equal(onBridge('fd00::8', 'fe80::2'), 'drop');
    assert.equal(onBridge('fd00::8', 'fd00::9'), 'accept', 'neither is isolated');
    assert.equal(onBridge('fe80::1', 'fd00::5', { icmpv6: 'nd-neighbor-solicit' }), 'accept');
  });

  it('lets its kubelet and the pod itself reach an isolated pod, but not what a Service brings from the machine', async (t) => {
    const { cluster, kernel, policies } = await node(t);
    policies.joined(pod('a'), ['10.128.0.5']);
    await cluster.client.create(NetworkPolicy, denyAll);
    await cluster.step(100);
    const from = (how: object) => passes(kernel.nft, '10.77.0.254', '10.128.0.5', how);
    assert.deepEqual([from({}), from({ dnat: true })], [true, false]);
    assert.equal(passes(kernel.nft, '10.128.0.5', '10.77.0.254', { reply: true }), true);
    assert.equal(passes(kernel.nft, '10.128.0.5', '10.77.0.254'), false);
    assert.equal(passes(kernel.nft, '10.128.0.5', '10.128.0.5', { dnat: true }), true);
    assert.equal(passes(kernel.nft, '192.0.2.1', '10.128.0.5', { related: true }), true);
  });

  it('keeps a pod isolated until the kubelet lets go of it, though it has left the API', async (t) => {
    const { cluster, kernel, policies } = await node(t);
    await cluster.client.create(NetworkPolicy, denyAll);
    const created = await cluster.client.create(Pod, {
      ...aPod('a'),
      spec: { ...aPod('a').spec!, nodeName: 'n1' },
    });
    policies.joined(created, ['10.128.0.5']);
    await cluster.step(100);
    await cluster.client.delete(Pod, 'a', 'default', { gracePeriodSeconds: 0 });
    await cluster.step(100);
    assert.equal(passes(kernel.nft, '10.128.0.5', '192.0.2.1'), false);
    policies.left(created.metadata.uid!);
    await cluster.step(100);
    assert.equal(passes(kernel.nft, '10.128.0.5', '192.0.2.1'), true);
    assert.deepEqual(kernel.nft.tables, []);
  });

  it('writes the whole table again after a failure, and pods wait for it', async (t) => {
    const { cluster, kernel, policies } = await node(t);
    await cluster.client.create(NetworkPolicy, denyAll);
    policies.joined(pod('a'), ['10.128.0.5']);
    await cluster.step(100);
    kernel.broken = true;
    policies.joined(pod('b'), ['10.128.0.6']);
    await cluster.step(100);
    const ready = policies.ready();
    assert.equal(await isSettled(cluster, ready), false);
    kernel.broken = false;
    await cluster.step(2_000);
    await ready;
    assert.equal(passes(kernel.nft, '10.128.0.6', '192.0.2.1'), false);
  });
});

describe('an address', () => {
  const book = () => {
    const facts = new Map<string, PodFacts | undefined>();
    const found = new PodBook('n1', (uid, of) => void facts.set(uid, of));
    return { book: found, of: (uid: string) => facts.get(uid)?.addresses ?? [] };
  };

  it('is of the pod that the API shows with it, unless that has ended or is on the network of the node', () => {
    const { book: b, of } = book();
    b.seen(pod('a', '10.0.0.1'));
    b.seen(pod('b', '10.0.0.2', 'Succeeded'));
    b.seen({ ...pod('c', '10.0.0.3'), spec: { hostNetwork: true, containers: [] } });
    b.seen(pod('d', '10.0.0.4; flush ruleset'));
    assert.deepEqual(['a', 'b', 'c', 'd'].map(of), [['10.0.0.1'], [], [], []]);
  });

  it('is of the pod that got it last, whatever the status of another still shows', () => {
    const { book: b, of } = book();
    b.joined(pod('a'), ['10.0.0.1']);
    b.joined(pod('b'), ['10.0.0.1']);
    b.seen(pod('a', '10.0.0.1'));
    assert.deepEqual([of('a'), of('b')], [[], ['10.0.0.1']]);
  });

  it('is nobody’s from the moment the kubelet has let go of the pod', () => {
    const { book: b, of } = book();
    b.joined(pod('a'), ['10.0.0.1']);
    b.seen(pod('a', '10.0.0.1'));
    b.left('a');
    b.seen(pod('a', '10.0.0.1'));
    assert.deepEqual(of('a'), []);
  });
});

it('policyTypes: Ingress always, Egress with a rule for it, when none are given', () => {
  const types = (spec: object) => {
    const { ingress, egress } = compile(policy('p', { podSelector: {}, ...spec }));
    return [ingress !== undefined, egress !== undefined];
  };
  assert.deepEqual(types({}), [true, false]);
  assert.deepEqual(types({ egress: [{}] }), [true, true]);
  assert.deepEqual(types({ policyTypes: ['Egress'] }), [false, true]);
});

it('a block without its exceptions, and ranges joined where they overlap', () => {
  const ranges = blockRanges({ cidr: '10.0.0.0/29', except: ['10.0.0.2/31', '10.0.0.3/32', '10.0.0.7/32'] });
  assert.deepEqual(
    ranges.map(({ first, last }) => [Number(first & 255n), Number(last & 255n)]),
    [
      [0, 1],
      [4, 6],
    ],
  );
  assert.equal(blockRanges({ cidr: '2001:db8::/32', except: ['2001:db8::/33'] })[0]?.family, 'IPv6');
  assert.deepEqual(blockRanges({ cidr: 'nonsense' }), []);
  const joined = merged([
    { first: 5, last: 9 },
    { first: 1, last: 6 },
    { first: 20, last: 30 },
  ]);
  assert.deepEqual(joined, [
    { first: 1, last: 9 },
    { first: 20, last: 30 },
  ]);
});
