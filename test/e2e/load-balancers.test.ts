// LoadBalancer Services of a cluster on one machine: each has an address of the machine's loopback at once.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';

const NAME = 'tph-e2e-balancers';
const FAMILIES = ['--ip-families', 'IPv4,IPv6'];
let cluster: TestCluster;

const apply = (object: object) => cluster.kubectlWith(JSON.stringify(object), 'apply', '-f', '-');
const pod = (name: string, more: object = {}) =>
  apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'speaker:1' }], ...more },
  });
const service = (name: string, app: string, spec: object) =>
  apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type: 'LoadBalancer', selector: { app }, ...spec },
  });
const ingressOf = async (name: string): Promise<{ ip: string; ipMode: string }[]> =>
  JSON.parse(
    await eventually('an address', () =>
      cluster.kubectl('get', 'service', name, '-o', 'jsonpath={.status.loadBalancer.ingress}'),
    ),
  );
const addressOf = async (name: string) => (await ingressOf(name)).map(({ ip }) => ip).join();
const events = (name: string) => cluster.kubectl('events', '--for', `service/${name}`);

const answer = async (port: number, host: string): Promise<string> => {
  const socket = net.connect({ port, host });
  try {
    return String((await once(socket, 'data', { signal: AbortSignal.timeout(3_000) }))[0]);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'silence';
  } finally {
    socket.destroy();
  }
};
const reaches = (who: string, port: number, host: string) =>
  eventually(`${who} at ${host}`, async () => (await answer(port, host)).startsWith(`${who} `));
const udpAnswer = async (port: number, host: string): Promise<string> => {
  const socket = dgram.createSocket('udp4');
  socket.send('who', port, host);
  try {
    return String((await once(socket, 'message', { signal: AbortSignal.timeout(1_000) }))[0]);
  } catch {
    return 'silence';
  } finally {
    socket.close();
  }
};

describe('LoadBalancer Services on one machine', () => {
  let port: number;
  before(async () => {
    cluster = await startTestCluster({ name: NAME, nodes: 2, flags: FAMILIES });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', NAME, archive);
    await rm(archive);
    await pod('a', { nodeName: NAME });
    await pod('b', { nodeName: `${NAME}-2` });
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/a', 'pod/b');
    const probe = net.createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    port = (probe.address() as net.AddressInfo).port;
    probe.close();
    await once(probe, 'close');
  });
  after(() => cluster?.down());

  test('two with one port have different addresses; the second keeps its own when the first goes', async () => {
    await service('one', 'a', { ports: [{ port, targetPort: 8080 }] });
    assert.deepEqual(await ingressOf('one'), [{ ip: '127.0.0.1', ipMode: 'Proxy' }]);
    await service('two', 'b', { ports: [{ port, targetPort: 8080 }] });
    const second = await addressOf('two');
    assert.match(second, /^127\.77\.\d+\.100$/);
    await reaches('a', port, '127.0.0.1');
    await reaches('b', port, second);
    const kept = net.connect(port, second);
    await once(kept, 'data');
    await cluster.kubectl('delete', 'service', 'one');
    await eventually('refusal', async () => (await answer(port, '127.0.0.1')) === 'ECONNREFUSED');
    assert.equal(await addressOf('two'), second);
    assert.equal(await answer(port, second).then((text) => text.split(' ')[0]), 'b');
    kept.destroy();
    assert.match(await events('two'), /EnsuredLoadBalancer +Service\/two +Ensured load balancer/);
  });

  test('TCP and UDP of one port, in one Service', async () => {
    await service('both', 'a', {
      ports: [
        { name: 'tcp', port: 5300, targetPort: 8080 },
        { name: 'udp', port: 5300, targetPort: 5300, protocol: 'UDP' },
      ],
    });
    const host = await addressOf('both');
    await reaches('a', 5300, host);
    await eventually('an answer by UDP', async () => (await udpAnswer(5300, host)).startsWith('a '));
  });

  test('of IPv6 there is ::1, and who cannot have it is reached by IPv4', async () => {
    const ports = [{ port: port + 3, targetPort: 8080 }];
    await service('dual', 'a', { ports, ipFamilyPolicy: 'RequireDualStack' });
    assert.equal(await addressOf('dual'), '127.0.0.1,::1');
    await reaches('a', port + 3, '127.0.0.1');
    await reaches('a', port + 3, '::1');
    await service('six', 'b', { ports, ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] });
    const [{ ip = '' } = {}] = await ingressOf('six');
    assert.match(ip, /^127\.77\./);
    await reaches('b', port + 3, ip);
  });

  test('an address that is asked for, a class of our own, and a class of somebody else’s', async () => {
    const own = (await addressOf('two')).replace(/100$/, '150');
    await service('asks', 'a', { ports: [{ port, targetPort: 8080 }], loadBalancerIP: own });
    assert.equal(await addressOf('asks'), own);
    const ports = [{ port: port + 1, targetPort: 8080 }];
    await service('foreign', 'a', { ports, loadBalancerClass: 'example.com/balancer' });
    await service('ours', 'a', { ports, loadBalancerClass: 'tiphys.io/load-balancer' });
    await reaches('a', port + 1, await addressOf('ours'));
    const foreign = await cluster.kubectl('get', 'service', 'foreign', '-o', 'json');
    assert.deepEqual(JSON.parse(foreign).status, { loadBalancer: {} });
    assert.equal(JSON.parse(foreign).metadata.finalizers, undefined);
    assert.doesNotMatch(await events('foreign'), /LoadBalancer/);
  });

  test('without NodePorts it answers, too, and goes on when it gets them', async () => {
    const ports = [{ port: port + 4, targetPort: 8080 }];
    await service('plain', 'b', { ports, allocateLoadBalancerNodePorts: false });
    const host = await addressOf('plain');
    await reaches('b', port + 4, host);
    const kept = net.connect(port + 4, host);
    await once(kept, 'data');
    const nodePort = () =>
      cluster.kubectl('get', 'service', 'plain', '-o', 'jsonpath={.spec.ports[0].nodePort}');
    assert.equal(await nodePort(), '');
    const patch = '{"spec":{"allocateLoadBalancerNodePorts":true}}';
    await cluster.kubectl('patch', 'service', 'plain', '-p', patch);
    const given = Number(await eventually('a NodePort', nodePort));
    await reaches('b', given, '127.0.0.1');
    await reaches('b', port + 4, host);
    kept.write('still there');
    assert.equal(String((await once(kept, 'data'))[0]), 'still there');
    kept.destroy();
  });

  test('loadBalancerSourceRanges hold here, too, and can be changed', async () => {
    await service('ranges', 'a', {
      ports: [{ port: port + 2, targetPort: 8080 }],
      loadBalancerSourceRanges: ['192.0.2.0/24'],
    });
    const host = await addressOf('ranges');
    await eventually('a reset', async () => (await answer(port + 2, host)) === 'ECONNRESET');
    const patch = '{"spec":{"loadBalancerSourceRanges":["127.0.0.0/8"]}}';
    await cluster.kubectl('patch', 'service', 'ranges', '-p', patch);
    await reaches('a', port + 2, host);
  });

  test('a port that another process has is told, and taken on the next address', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port: foreign } = taken.address() as net.AddressInfo;
    await service('beside', 'a', { ports: [{ port: foreign, targetPort: 8080 }] });
    assert.match(await addressOf('beside'), /^127\.77\./);
    await reaches('a', foreign, await addressOf('beside'));
    taken.close();
    const everywhere = net.createServer().listen(0, '0.0.0.0');
    await once(everywhere, 'listening');
    const { port: all } = everywhere.address() as net.AddressInfo;
    await service('nowhere', 'a', { ports: [{ port: all, targetPort: 8080 }] });
    await eventually('the reason', async () =>
      /SyncLoadBalancerFailed.*TCP port \d+ of 127.0.0.1.*: in use by another process/.test(
        await events('nowhere'),
      ),
    );
    everywhere.close();
    assert.match(await addressOf('nowhere'), /^127\./);
  });

  test('started again without nodes, no Service waits for its load balancer to be removed', async () => {
    await cluster.kubectl('create', 'namespace', 'doomed');
    const doomed = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'doomed' } };
    await apply({ ...doomed, spec: { type: 'LoadBalancer', ports: [{ port: 7 }] } });
    await eventually('its finalizer', async () =>
      (await cluster.kubectl('get', 'service', 'web', '-n', 'doomed', '-o', 'yaml')).includes(
        'load-balancer-cleanup',
      ),
    );
    await cluster.tiphys('down', '--name', NAME);
    const where = [
      '--data-dir',
      join(cluster.directory, 'data'),
      '--kubeconfig',
      join(cluster.directory, 'kubeconfig'),
    ];
    await cluster.tiphys('up', '--name', NAME, '--detach', '--nodes', '0', ...FAMILIES, ...where);
    await cluster.kubectl('delete', 'namespace', 'doomed', '--timeout=30s');
    await eventually('no address of a balancer that is gone', async () => {
      const shown = await cluster.kubectl('get', 'service', 'two', '-o', 'jsonpath={.status.loadBalancer}');
      return shown === '{}';
    });
  });
});
