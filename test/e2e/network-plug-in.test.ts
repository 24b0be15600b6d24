// A cluster that has no pod network until a DaemonSet brings one, as flannel's and others' do: configuration and routes by a pod on the
// node's network, plug-ins of Debian.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { main, PodScene, pod } from '../support/pod-scene.ts';

const NAME = 'tph-e2e-plug-in';
const NODES = [NAME, `${NAME}-2`];

interface NodeFacts {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly podCIDR: string };
  readonly status: {
    readonly addresses: readonly { readonly type: string; readonly address: string }[];
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

const conflist = (subnet: string) => ({
  cniVersion: '0.4.0',
  name: 'test',
  plugins: [
    {
      ...{ type: 'bridge', bridge: 'test0', isGateway: true, hairpinMode: true },
      ipam: { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

/** For each node its configuration, and a script with the routes to the others. */
const files = (nodes: readonly NodeFacts[]) =>
  Object.fromEntries(
    nodes.flatMap(({ metadata: { name }, spec }) => [
      [`${name}.conflist`, JSON.stringify(conflist(spec.podCIDR))],
      [
        `${name}.sh`,
        nodes
          .filter((other) => other.metadata.name !== name)
          .map((other) => {
            const hop = other.status.addresses.find(({ type }) => type === 'InternalIP')!.address;
            return `ip route replace ${other.spec.podCIDR} via ${hop}`;
          })
          .join('\n'),
      ],
    ]),
  );

const install = [
  'sh /files/$NODE.sh',
  'test -x /opt/cni/bin/bridge',
  'cp /files/$NODE.conflist /etc/cni/net.d/.new && mv /etc/cni/net.d/.new /etc/cni/net.d/10-test.conflist',
  'sleep 1d',
].join(' && ');

const daemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'network' },
  spec: {
    selector: { matchLabels: { app: 'network' } },
    template: {
      metadata: { labels: { app: 'network' } },
      spec: {
        hostNetwork: true,
        terminationGracePeriodSeconds: 1,
        tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }],
        containers: main(install, {
          securityContext: { capabilities: { add: ['NET_ADMIN'] } },
          env: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
          volumeMounts: [
            { name: 'files', mountPath: '/files' },
            { name: 'configuration', mountPath: '/etc/cni/net.d' },
            { name: 'programs', mountPath: '/opt/cni/bin' },
          ],
        }),
        volumes: [
          { name: 'files', configMap: { name: 'network' } },
          { name: 'configuration', hostPath: { path: '/etc/cni/net.d' } },
          { name: 'programs', hostPath: { path: '/opt/cni/bin' } },
        ],
      },
    },
  },
};

describe('a cluster with --cni none', () => {
  let scene: PodScene;
  const nodes = async (): Promise<NodeFacts[]> =>
    JSON.parse(await scene.cluster.kubectl('get', 'nodes', '-o', 'json')).items;
  const readiness = ({ status }: NodeFacts) => status.conditions.find(({ type }) => type === 'Ready')!;
  const answers = async (name: string, host: string) => {
    const words = ['exec', name, '--', 'timeout', '3', 'wget', '-qO-', `http://${host}/name`];
    return (await scene.cluster.tryKubectl(...words)).stdout;
  };

  before(async () => {
    scene = await PodScene.start(NAME, ['--cni', 'none'], NODES.length);
  });
  after(() => scene?.down());

  test('has nodes that are not ready, in upstream’s words, and pods that wait', async () => {
    for (const node of await nodes()) {
      const { status, reason, message } = readiness(node);
      assert.deepEqual([status, reason], ['False', 'KubeletNotReady']);
      assert.equal(
        message,
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      );
    }
    const serve = main('mkdir /www; hostname > /www/name; httpd -f -h /www');
    await scene.create(
      ...NODES.map((nodeName, i) =>
        pod(`web-${i}`, { nodeName, containers: serve }, { labels: { app: 'web' } }),
      ),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
    );
    await scene.event('web-0', /NetworkNotReady: network is not ready: container runtime network not ready/);
  });

  test('is ready when a DaemonSet has brought a plug-in, and the pods that waited run', async () => {
    await scene.create(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'network' }, data: files(await nodes()) },
      daemonSet,
    );
    await eventually('ready nodes', async () =>
      (await nodes()).every((node) => readiness(node).status === 'True'),
    );
    for (const i of NODES.keys()) await scene.phase(`web-${i}`, 'Running');
  });

  test('has pods that reach each other by address, Services and names', async () => {
    const addresses = await Promise.all(NODES.map(async (_, i) => (await scene.status(`web-${i}`)).podIP!));
    const ranges = (await nodes()).map(({ spec }) => spec.podCIDR.replace(/0\/24$/, ''));
    for (const [i, range] of ranges.entries()) assert.ok(addresses[i]!.startsWith(range));
    await eventually('web-1', async () => (await answers('web-0', addresses[1]!)) === 'web-1\n');
    await eventually('web-0', async () => (await answers('web-1', addresses[0]!)) === 'web-0\n');
    const seen = new Set<string>();
    await eventually(
      'both behind the Service',
      async () => seen.add(await answers('web-0', 'web')).has('web-0\n') && seen.has('web-1\n'),
    );
  });

  test('keeps what a plug-in has written apart from other nodes and the machine', async () => {
    const own = await scene.cluster.tryKubectl('exec', 'ds/network', '--', 'ls', '/etc/cni/net.d');
    assert.equal(own.stdout.trim(), '10-test.conflist');
  });
});
