// A pool of addresses that nodes announce: a machine beside them finds an address by ARP or neighbour discovery, and finds it again on
// another node within two seconds when the announcing one is cut off.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { exec } from '../../src/kit/exec.ts';
import { holdersOf } from '../support/announced/announcing-nodes.ts';
import { failover, type OutsideClient, outsideClient } from '../support/announced/outside-client.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';

const NAME = 'tph-e2e-announced';
const POOL = '192.0.2.10-192.0.2.14,2001:db8:7::10-2001:db8:7::1f';
const FAILOVER_MS = 2_000;
let cluster: TestCluster;
let client: OutsideClient;

/** Names of the nodes that have the address. */
const holders = async (address: string) => (await holdersOf(NAME, address)).map(({ name }) => name);
const onOne = (address: string, except?: string) =>
  eventually(`one node with ${address}`, async () => {
    const [node, ...others] = await holdersOf(NAME, address);
    return others.length === 0 && node?.name !== except ? node : undefined;
  });

const apply = (object: object) => cluster.kubectlWith(JSON.stringify(object), 'apply', '-f', '-');
const pod = (name: string, nodeName: string, app: string, more: object = {}) =>
  apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app, pod: name } },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: 'speaker:1' }],
      ...more,
    },
  });
const service = (name: string, spec: object = {}, annotations: object = {}) =>
  apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, annotations },
    spec: {
      type: 'LoadBalancer',
      selector: { app: 'who' },
      ports: [{ port: 80, targetPort: 8080 }],
      ...spec,
    },
  });
const shown = async (name: string) => {
  const text = await cluster.kubectl(
    'get',
    'service',
    name,
    '-o',
    'jsonpath={.status.loadBalancer.ingress[*].ip}',
  );
  return text.split(' ').filter(Boolean);
};
const addressesOf = (name: string) =>
  eventually('an address', async () => {
    const found = await shown(name);
    return found.length > 0 ? found : undefined;
  });
const events = (name: string) => cluster.kubectl('events', '--for', `service/${name}`);
const withdraw = (...names: string[]) => cluster.kubectl('delete', 'service', ...names);

describe('addresses of a pool', () => {
  before(async () => {
    const flags = ['--load-balancer-pool', POOL, '--ip-families', 'IPv4,IPv6'];
    cluster = await startTestCluster({ name: NAME, nodes: 3, flags });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', NAME, archive);
    await rm(archive);
    for (const [i, node] of cluster.nodes.entries()) await pod(`who-${i + 1}`, node, 'who');
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod', '-l', 'app=who');
    client = await outsideClient(NAME, ['192.0.2.0/24', '2001:db8:7::/64']);
  });
  after(async () => {
    await client?.remove();
    await cluster?.down();
  });

  test('Services get addresses in turn, keep them, share them by agreement, and wait when there are no more', async () => {
    await service('a');
    assert.deepEqual(await addressesOf('a'), ['192.0.2.10']);
    await service('asks', { loadBalancerIP: '192.0.2.14' });
    assert.deepEqual(await addressesOf('asks'), ['192.0.2.14']);
    await service('dual', { ipFamilyPolicy: 'RequireDualStack' });
    assert.deepEqual(await addressesOf('dual'), ['192.0.2.11', '2001:db8:7::10']);
    const share = { 'metallb.io/allow-shared-ip': 'one' };
    await service('c', {}, share);
    assert.deepEqual(await addressesOf('c'), ['192.0.2.12']);
    await service(
      'd',
      { ports: [{ port: 80, targetPort: 5300, protocol: 'UDP' }] },
      { ...share, 'tiphys.io/load-balancer-ips': '192.0.2.12' },
    );
    assert.deepEqual(await addressesOf('d'), ['192.0.2.12']);
    await service('e');
    await service('waits');
    await eventually('the reason', async () =>
      /SyncLoadBalancerFailed.*there is no IPv4 address left for a load balancer/.test(await events('waits')),
    );
    assert.deepEqual(await shown('waits'), []);
    await service('foreign', { loadBalancerIP: '198.51.100.1' });
    await eventually('the reason', async () =>
      /198\.51\.100\.1 is not in a range/.test(await events('foreign')),
    );
    await service('other', { loadBalancerClass: 'example.com/lb' });
    await withdraw('e');
    assert.deepEqual(await addressesOf('waits'), ['192.0.2.13']);
    assert.deepEqual(await shown('a'), ['192.0.2.10']);
    assert.deepEqual(await shown('other'), []);
    await withdraw('asks', 'c', 'd', 'waits', 'foreign', 'other');
  });

  test('a machine beside the nodes finds both addresses where they are, and nothing but the Service there', async () => {
    const [four = '', six = ''] = await addressesOf('dual');
    for (const address of [four, six]) {
      const holder = await onOne(address);
      const asking = client.ask(address, 80);
      const { text } = await asking.next();
      asking.stop();
      assert.match(text, /^who-\d /);
      assert.equal(await client.neighbour(address), holder.mac);
      await eventually('the event', async () =>
        (await events('dual')).includes(`announcing from node "${holder.name}" with protocol "layer2"`),
      );
    }
    const { name } = await onOne(four);
    await pod('open', name, 'open', { hostNetwork: true });
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/open');
    const own = await cluster.kubectl('get', 'node', name, '-o', 'jsonpath={.status.addresses[0].address}');
    const opens = async (host: string) =>
      (await client.tryExec('busybox', 'nc', '-w', '2', host, '8081')).stdout;
    assert.match(await opens(own), /8081/);
    assert.equal(await opens(four), '');
    await cluster.kubectl('delete', 'pod', 'open', '--now');
    await client.exec('busybox', 'ping', '-c1', '-W2', four);
    // This machine finds them, too.
    const socket = (await import('node:net')).connect(80, four);
    assert.match(String((await once(socket, 'data'))[0]), /^who-/);
    socket.destroy();
  });

  test('an address is on another node within two seconds when the link of the announcing one is cut, and on one node after that', async () => {
    const addresses = await addressesOf('dual');
    for (const address of addresses) {
      const holder = await onOne(address);
      // A pod that goes with the node would be asked, too, until its endpoint is gone.
      const other = `who-${cluster.nodes.findIndex((name) => name !== holder.name) + 1}`;
      const patch = JSON.stringify({ spec: { selector: { pod: other } } });
      await cluster.kubectl('patch', 'service', 'dual', '-p', patch);
      const cut = client.ask(address, 80);
      await eventually(other, async () => (await cut.next()).text.startsWith(other));
      const ms = await failover(cut, () => exec(['ip', 'link', 'set', holder.link, 'down']));
      cut.stop();
      console.log(`failover of ${address}: ${Math.round(ms)} ms`);
      assert.ok(ms <= FAILOVER_MS, `${ms} ms`);
      await onOne(address, holder.name);
      await exec(['ip', 'link', 'set', holder.link, 'up']);
      await eventually('its return', async () => (await holders(address)).join() === holder.name);
      const asking = client.ask(address, 80);
      await asking.next();
      asking.stop();
      assert.equal(await client.neighbour(address), holder.mac);
    }
  });

  test('an address that somebody puts on a second node is put right', async () => {
    const [address = ''] = await addressesOf('dual');
    const holder = await onOne(address);
    const other = cluster.nodes.find((name) => name !== holder.name)!;
    const inOther = ['nsenter', `--net=/run/tiphys/ns/${NAME}.${other}.net`];
    await exec([...inOther, 'ip', 'address', 'add', `${address}/32`, 'dev', 'eth0']);
    assert.equal((await onOne(address)).name, holder.name);
  });

  test('under externalTrafficPolicy Local a node with a pod announces, and the pod sees the client', async () => {
    await pod('near', cluster.nodes[1]!, 'near');
    await service('near', { externalTrafficPolicy: 'Local', selector: { app: 'near' } });
    const [address = ''] = await addressesOf('near');
    await eventually('the node of the pod', async () => (await holders(address)).join() === cluster.nodes[1]);
    const asking = client.ask(address, 80);
    assert.equal((await asking.next()).text, `near ${client.addresses[0]} 8080`);
    await pod('near-2', cluster.nodes[2]!, 'near');
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/near-2');
    await cluster.kubectl('delete', 'pod', 'near', '--now');
    await eventually(
      'the node of the other pod',
      async () => (await holders(address)).join() === cluster.nodes[2],
    );
    assert.equal((await asking.next()).text, `near-2 ${client.addresses[0]} 8080`);
    asking.stop();
    await cluster.kubectl('delete', 'pod', 'near-2', '--now');
    await eventually('no node', async () => (await holders(address)).length === 0);
    await withdraw('near');
  });

  test('a node that is stopped announces no more; the label that excludes it holds, too', async () => {
    const [address = ''] = await addressesOf('a');
    const { name: first } = await onOne(address);
    const label = 'node.kubernetes.io/exclude-from-external-load-balancers=';
    await cluster.kubectl('label', 'node', first, label);
    const { name: second } = await onOne(address, first);
    await cluster.tiphys('node', 'stop', '--name', NAME, second);
    const { name: third } = await onOne(address, second);
    assert.notEqual(third, first);
    await cluster.tiphys('node', 'start', '--name', NAME, second);
    await eventually('its return', async () => (await holders(address)).join() === second);
  });
});
