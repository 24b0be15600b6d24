// Ports of pods on their node, at several addresses and protocols, from everywhere; and how fast a pod may send and receive.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';

const NAME = 'tph-e2e-hostports';
let cluster: TestCluster;
const [first, second] = [NAME, `${NAME}-2`];

const apply = (object: object) => cluster.kubectlWith(JSON.stringify(object), 'apply', '-f', '-');
const pod = (
  name: string,
  nodeName: string,
  container: object = {},
  spec: object = {},
  annotations: object = {},
) =>
  apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, annotations },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', image: 'speaker:1', ...container }],
      ...spec,
    },
  });
const ready = (...names: string[]) =>
  cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', ...names.map((name) => `pod/${name}`));
const nodeAddresses = async (node: string) => {
  const text = await cluster.kubectl(
    'get',
    'node',
    node,
    '-o',
    'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}',
  );
  return text.split(' ');
};
const inNode = (node: string) => ['nsenter', `--net=/run/tiphys/ns/${NAME}.${node}.net`];
/** Who answers pod `client`; the name of the error when nobody does. */
const ask = async (client: string, host: string, port: number, protocol = 'tcp') => {
  const answers = await cluster.kubectl(
    'exec',
    client,
    '--',
    'node',
    '/ask.js',
    host,
    String(port),
    protocol,
  );
  return [
    ...new Set(
      answers
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ),
  ].join();
};
const askFromHere = async (host: string, port: number) => {
  const socket = net.connect({ host, port });
  try {
    return String((await once(socket, 'data', { signal: AbortSignal.timeout(3_000) }))[0]).split(' ')[0];
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'silence';
  } finally {
    socket.destroy();
  }
};

describe('host ports', () => {
  let four: string;
  let six: string;
  before(async () => {
    cluster = await startTestCluster({ name: NAME, nodes: 2, flags: ['--ip-families', 'IPv4,IPv6'] });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', NAME, archive);
    await rm(archive);
    [four = '', six = ''] = await nodeAddresses(first);
    const everywhere = [
      { containerPort: 8080, hostPort: 18_080 },
      { containerPort: 5300, hostPort: 18_080, protocol: 'UDP' },
      { containerPort: 8081, hostPort: 18_081, hostIP: four },
      { containerPort: 8081, hostPort: 18_082, hostIP: six },
      { containerPort: 7, hostPort: 18_080, protocol: 'SCTP' },
    ];
    const beside = [
      { containerPort: 8080, hostPort: 18_081, hostIP: '127.0.0.1' },
      { containerPort: 8080, hostPort: 18_082, hostIP: four },
    ];
    const sleeps = { command: ['sleep', '10000'] };
    await pod('server', first, { ports: everywhere });
    await pod('beside', first, { ports: beside });
    await pod('far', second, sleeps);
    await pod('near', first, sleeps);
    await pod('host', first, sleeps, { hostNetwork: true });
    await ready('server', 'beside', 'far', 'near', 'host');
  });
  after(() => cluster?.down());

  test('a port of every address answers other nodes’ pods, pods of the node, the node, this machine, and the pod itself', async () => {
    for (const client of ['far', 'near', 'host', 'server'])
      assert.equal(await ask(client, four, 18_080), 'server', client);
    assert.equal(await askFromHere(four, 18_080), 'server');
    assert.equal(await ask('host', '127.0.0.1', 18_080), 'server');
    for (const client of ['far', 'near', 'server'])
      assert.equal(await ask(client, six, 18_080), 'server', client);
    assert.equal(await ask('far', (await nodeAddresses(second))[0]!, 18_080), 'ECONNREFUSED');
  });

  test('the same port of another protocol is another port', async () => {
    assert.equal(await ask('far', four, 18_080, 'udp'), 'server');
    const rules = await exec([...inNode(first), 'iptables-save', '-t', 'nat']);
    assert.match(rules, /-p sctp .*--dport 18080 -j DNAT --to-destination \S+:7\n/);
  });

  test('the same port at another address is another pod’s', async () => {
    assert.equal(await ask('far', four, 18_081), 'server');
    assert.equal(await ask('host', '127.0.0.1', 18_081), 'beside');
    assert.equal(await ask('far', six, 18_081), 'ECONNREFUSED');
    assert.equal(await ask('far', four, 18_082), 'beside');
    assert.equal(await ask('far', six, 18_082), 'server');
    assert.equal(await ask('server', six, 18_082), 'server');
  });

  test('a taken port keeps the scheduler away, at this address and protocol only', async () => {
    const ports = (hostIP: string, protocol = 'TCP') => ({
      ports: [{ containerPort: 8080, hostPort: 18_081, hostIP, protocol }],
    });
    const selector = { nodeSelector: { 'kubernetes.io/hostname': first } };
    const unbound = (name: string, container: object) =>
      apply({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: { ...selector, containers: [{ name: 'main', image: 'speaker:1', ...container }] },
      });
    await unbound('taken', ports(four));
    await unbound('udp', ports(four, 'UDP'));
    await ready('udp');
    await eventually('the reason', async () => {
      const message = 'jsonpath={.status.conditions[?(@.type=="PodScheduled")].message}';
      const said = await cluster.kubectl('get', 'pod', 'taken', '-o', message);
      return said.includes("didn't have free ports for the requested pod ports");
    });
    await cluster.kubectl('delete', 'pod', 'taken', 'udp', '--now');
  });

  test('the port of a pod that is gone is free', async () => {
    await cluster.kubectl('delete', 'pod', 'beside', '--now');
    assert.equal(await ask('far', four, 18_082), 'ECONNREFUSED');
    const ports = [{ containerPort: 8080, hostPort: 18_082, hostIP: four }];
    await pod('next', first, { ports });
    await ready('next');
    assert.equal(await ask('far', four, 18_082), 'next');
  });

  describe('bandwidth', async () => {
    const lacking = await whatKernelLacks();

    test('is limited as annotated, towards the pod and from it', { skip: lacking }, async () => {
      const limits = { 'kubernetes.io/ingress-bandwidth': '8M', 'kubernetes.io/egress-bandwidth': '16M' };
      await pod('limited', first, {}, {}, limits);
      await pod('free', first);
      await ready('limited', 'free');
      const ip = async (name: string) =>
        cluster.kubectl('get', 'pod', name, '-o', 'jsonpath={.status.podIP}');
      const rate = async (from: string, to: string) =>
        Number(await cluster.kubectl('exec', from, '--', 'node', '-e', TRANSFER, await ip(to)));
      const within = (measured: number, limit: number) =>
        assert.ok(measured > limit * 0.75 && measured < limit * 1.25, `${measured} Mbit/s, limit ${limit}`);
      // What is echoed to `limited` passes its egress first, then its ingress.
      within(await rate('free', 'limited'), 8);
      within(await rate('limited', 'free'), 8);
      await pod('slow', second, {}, {}, { 'kubernetes.io/egress-bandwidth': '4M' });
      await ready('slow');
      within(await rate('far', 'slow'), 4);
      const [link = ''] = await devices('ifb');
      assert.match(link, /^ifb[0-9a-f]{8}$/);
    });

    test('that is no reasonable amount keeps the pod from running, with the reason', async () => {
      await pod('odd', first, {}, {}, { 'kubernetes.io/ingress-bandwidth': '10' });
      await eventually('the reason', async () =>
        /FailedCreatePodSandBox.*resource is unreasonably small \(< 1kbit\)/.test(
          await cluster.kubectl('events', '--for', 'pod/odd'),
        ),
      );
      await cluster.kubectl('delete', 'pod', 'odd', '--now');
    });

    test('leaves nothing on the node when the pod is gone', { skip: lacking }, async () => {
      await cluster.kubectl('delete', 'pod', 'limited', '--now');
      await eventually('no device', async () => (await devices('ifb')).length === 0);
    });
  });
});

const devices = async (start: string): Promise<string[]> => {
  const links = JSON.parse(await exec([...inNode(first), 'ip', '-json', 'link', 'show'])) as {
    ifname: string;
  }[];
  return links.map(({ ifname }) => ifname).filter((name) => name.startsWith(start));
};

/** Connects to the echoing server of a pod, sends 2 MiB, and prints at how many megabits a second they come back. */
const TRANSFER = `
const size = 2 * 2 ** 20;
const socket = require('node:net').connect(8080, process.argv[1]);
let got = 0;
let first;
socket.on('data', (data) => {
  first ??= performance.now();
  got += data.length;
  if (got < size) return;
  console.log((got * 8) / 1000 / (performance.now() - first));
  socket.destroy();
});
socket.write(Buffer.alloc(size));
`;

/** What limits need and the kernel has not; false when it has all. */
async function whatKernelLacks(): Promise<string | false> {
  const name = `${NAME}-probe`;
  await exec(['ip', 'netns', 'add', name]);
  try {
    const ifb = await tryExec(['ip', '-n', name, 'link', 'add', 'ifb1', 'type', 'ifb']);
    if (ifb.code !== 0) return 'the kernel has no ifb devices';
    const bucket = 'rate 1mbit burst 64kb latency 50ms'.split(' ');
    const tbf = await tryExec([
      'ip',
      'netns',
      'exec',
      name,
      'tc',
      'qdisc',
      'add',
      'dev',
      'ifb1',
      'root',
      'tbf',
      ...bucket,
    ]);
    return tbf.code !== 0 && 'the kernel has no token buckets';
  } finally {
    await exec(['ip', 'netns', 'del', name]);
  }
}
