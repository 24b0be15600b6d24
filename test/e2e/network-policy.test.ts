// NetworkPolicies on two nodes: who reaches whom, over TCP and UDP, asked inside pods of three namespaces.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';

const NAME = 'tph-e2e-netpol';
const PODS = ['x', 'y', 'z'].flatMap((space) => ['a', 'b', 'c'].map((name) => `${space}/${name}`));
const PORTS = ['tcp:8080', 'tcp:8081', 'udp:5300'];

let cluster: TestCluster;
const addresses = new Map<string, string>();

const apply = (...items: object[]) =>
  cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'apply', '-f', '-');

/** b listens on the other port under the same name. */
const pod = (key: string, nodeName: string, command?: string[]) => {
  const [namespace = '', name = ''] = key.split('/');
  const ports = [{ name: 'serve', containerPort: name === 'b' ? 8081 : 8080 }];
  const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
  const main = { name: 'main', image: 'speaker:1', ports, ...(command ? { command } : { readinessProbe }) };
  const spec = { nodeName, terminationGracePeriodSeconds: 0, restartPolicy: 'Never', containers: [main] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels: { pod: name } }, spec };
};

const policy = (name: string, spec: object, namespace = 'x') => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace },
  spec: { podSelector: {}, ...spec },
});
const only = (pod: string) => ({ podSelector: { matchLabels: { pod } } });
const space = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const removeAll = () =>
  Promise.all(['x', 'y', 'z'].map((name) => cluster.kubectl('delete', 'netpol', '--all', '-n', name)));

const inPod = (key: string, ...words: string[]) => {
  const [namespace = '', name = ''] = key.split('/');
  return cluster.kubectl('exec', '-n', namespace, name, '--', ...words);
};

/** Pods of one node have addresses of IPv6 on their bridge, though the cluster has none. */
async function reachesByLink(from: string, to: string): Promise<boolean> {
  const [address] = /fe80[0-9a-f:]+/.exec(await inPod(to, 'ip', '-6', 'addr', 'show', 'dev', 'eth0')) ?? [];
  const ask = `const socket = require('net').connect({ host: '${address}%eth0', port: 8080 });
    const end = (word) => { console.log(word); process.exit(); };
    socket.on('data', () => end('answer')).on('error', () => end('error'));
    setTimeout(end, 1500, 'nothing');`;
  return (await inPod(from, 'node', '-e', ask)).trim() === 'answer';
}

/** Asks from every pod of `from`; gives what is reached as `x/a>y/b tcp:8080`. */
async function reached(from: readonly string[] = PODS): Promise<string[]> {
  const targets = PODS.flatMap((key) =>
    PORTS.map((port) => ({ key, port, at: port.replace(':', `:${addresses.get(key)}:`) })),
  );
  const found = await Promise.all(
    from.map(async (source) => {
      const others = targets.filter(({ key }) => key !== source);
      const answered = JSON.parse(await inPod(source, 'node', '/probe.js', ...others.map(({ at }) => at)));
      return others
        .filter(({ at }) => answered.includes(at))
        .map(({ key, port }) => `${source}>${key} ${port}`);
    }),
  );
  return found.flat();
}

/** The table must come to say what `wanted` says of every pair and port. */
async function expect(
  wanted: (from: string, to: string, port: string) => boolean,
  from = PODS,
): Promise<void> {
  const all = from.flatMap((source) =>
    PODS.filter((key) => key !== source).flatMap((to) => PORTS.map((port) => ({ source, to, port }))),
  );
  const expected = all
    .filter(({ source, to, port }) => wanted(source, to, port))
    .map(({ source, to, port }) => `${source}>${to} ${port}`);
  let table: string[] = [];
  const same = async () => {
    table = await reached(from);
    return table.join() === expected.join();
  };
  await eventually('the table', same).catch(() => assert.deepEqual(table, expected));
}

const inX = (key: string) => key.startsWith('x/');

describe('network policies on two nodes', () => {
  before(async () => {
    cluster = await startTestCluster({ name: NAME, nodes: 2 });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await rm(archive);
    await cluster.tiphys('image', 'build', '--name', cluster.name, join(repository, 'examples/hello'));
    const namespaces = ['x', 'y', 'z'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    }));
    await apply(...namespaces, ...PODS.map((key, i) => pod(key, cluster.nodes[i % 2]!)));
    for (const name of ['x', 'y', 'z'])
      await cluster.kubectl('wait', '-n', name, '--for=condition=Ready', '--timeout=60s', 'pod', '--all');
    for (const key of PODS) {
      const [namespace = '', name = ''] = key.split('/');
      const words = ['get', 'pod', '-n', namespace, name, '-o', 'jsonpath={.status.podIP}'];
      addresses.set(key, await cluster.kubectl(...words));
    }
  });
  after(() => cluster?.down());

  test('deny all cuts what is open and lets nothing in or out but probes; a new pod sends no packet', async () => {
    await expect(() => true, ['x/a', 'y/b']);
    assert.equal(await reachesByLink('y/b', 'x/a'), true);
    const held = [
      ['y/a', 'x/a'],
      ['x/b', 'z/c'],
    ] as const;
    for (const [from, to] of held) {
      await inPod(from, 'sh', '-c', `node /hold.js ${addresses.get(to)} 8080 >/tmp/held 2>&1 &`);
      await eventually('an open connection', async () => /open/.test(await inPod(from, 'cat', '/tmp/held')));
    }
    await apply(policy('deny', { policyTypes: ['Ingress', 'Egress'] }));
    const target = `tcp:${addresses.get('y/a')}:8080`;
    const tries = Array.from({ length: 50 }, () => target);
    await apply(...cluster.nodes.map((node, i) => pod(`x/late${i}`, node, ['node', '/probe.js', ...tries])));
    await expect((from, to) => !inX(from) && !inX(to));
    assert.equal(await reachesByLink('y/b', 'x/a'), false);
    for (const [from] of held)
      await eventually('a cut connection', async () => /cut/.test(await inPod(from, 'cat', '/tmp/held')));
    for (const i of cluster.nodes.keys()) {
      const done = ['--for=jsonpath={.status.phase}=Succeeded', `pod/late${i}`, '--timeout=30s'];
      await cluster.kubectl('wait', '-n', 'x', ...done);
      assert.equal((await cluster.kubectl('logs', '-n', 'x', `late${i}`)).trim(), '[]');
    }
    const ready = ['-o', 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'];
    const states = await cluster.kubectl('get', 'pods', '-n', 'x', '-l', 'pod in (a,b,c)', ...ready);
    assert.equal(states, 'True True True');
    await removeAll();
    await expect(() => true, ['x/a', 'y/b']);
  });

  test('namespaces, pods, named ports and blocks, for ingress and for egress', async () => {
    const { podSelector } = only('b');
    await apply(
      policy('in', {
        ingress: [{ from: [{ ...space('y'), podSelector }, only('c')], ports: [{ port: 'serve' }] }],
      }),
      policy(
        'out',
        {
          policyTypes: ['Egress'],
          egress: [
            {
              to: [
                {
                  ipBlock: {
                    cidr: `${addresses.get('y/a')}/16`.replace(/\d+\.\d+\/16/, '0.0/16'),
                    except: [`${addresses.get('y/a')}/32`],
                  },
                },
              ],
            },
          ],
        },
        'z',
      ),
    );
    const serves = (to: string, port: string) => port === (to.endsWith('b') ? 'tcp:8081' : 'tcp:8080');
    await expect((from, to, port) => {
      if (inX(to) && !((from === 'y/b' || from === 'x/c') && serves(to, port))) return false;
      return !(from.startsWith('z/') && to === 'y/a');
    });
    await removeAll();
  });

  test('egress to DNS only: names are found, and nothing else', async () => {
    const dns = { ...space('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };
    const ports = [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ];
    await apply(policy('dns', { policyTypes: ['Egress'], egress: [{ to: [dns], ports }] }, 'z'));
    await expect(() => false, ['z/a', 'z/b']);
    assert.match(await inPod('z/a', 'nslookup', 'kubernetes.default.svc.cluster.local'), /10\.96\.0\.1/);
    await removeAll();
  });

  test('the example: everybody reaches the front, which alone reaches the store, through Services', async () => {
    await cluster.kubectl('apply', '-f', join(repository, 'examples/network-policy'));
    await cluster.kubectl('wait', '-n', 'shop', '--for=condition=Ready', '--timeout=60s', 'pod', '--all');
    const get = async (from: string, host: string) => {
      const [namespace = '', name = ''] = from.split('/');
      const wget = ['timeout', '2', 'wget', '-qO-', `http://${host}.shop/healthz`];
      return (await cluster.tryKubectl('exec', '-n', namespace, name, '--', ...wget)).code === 0;
    };
    await eventually('the way to the front', () => get('y/a', 'front'));
    await eventually('the way to the store', () => get('shop/front', 'store'));
    assert.equal(await get('y/a', 'store'), false);
    assert.equal(await get('shop/store', 'front'), false);
  });
});
