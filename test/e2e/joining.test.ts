// Machines join a server over a routed network, each with one command: pods of both reach each other, Services and names across a router,
// and what goes wrong at joining is said in upstream's words.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { type JoinCommand, JoinScene, ROOT, tiphys } from '../support/join-scene.ts';
import type { Machine } from '../support/machines/machine.ts';
import type { Program } from '../support/machines/program.ts';

describe('machines that join', { timeout: 600_000 }, () => {
  let scene: JoinScene;
  let command: JoinCommand;
  let [m2, m3]: Machine[] = [];
  let agent2: Program;
  before(async () => {
    scene = await JoinScene.start('tph-e2e-join', 2, 2);
    [m2, m3] = scene.nodes as [Machine, Machine];
    command = await scene.joinCommand();
  });
  after(() => scene?.end());

  const pods = async () => {
    const path = 'jsonpath={range .items[*]}{.metadata.name} {.spec.nodeName} {.status.podIP}{"\\n"}{end}';
    const lines = (await scene.kubectl('get', 'pods', '-l', 'app=hello', '-o', path)).trim().split('\n');
    return lines.map((line) => {
      const [name = '', node = '', ip = ''] = line.split(' ');
      return { name, node, ip };
    });
  };
  const fetches = async (pod: string, host: string) =>
    (await scene.tryKubectl('exec', pod, '--', 'timeout', '3', 'wget', '-qO-', `http://${host}/`)).stdout;

  test('are refused without a hash, and with a wrong token or hash', async () => {
    const { server, token, hash } = command;
    const cases: [string[], RegExp][] = [
      [[server, '--token', token], /using token-based discovery without --ca-hash can be unsafe/],
      [[server, '--ca-hash', hash], /give --token or --token-file to join a cluster/],
      [
        [server, '--token', `${token.slice(0, 7)}0000000000000000`, '--ca-hash', hash],
        /failed to verify JWS signature of received cluster info object, can't trust this API Server/,
      ],
      [
        [server, '--token', `zzzzzz${token.slice(6)}`, '--ca-hash', hash],
        /token id "zzzzzz" is invalid for this cluster or it has expired/,
      ],
      [
        [server, '--token', token, '--ca-hash', `sha256:${'0'.repeat(64)}`],
        /cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "sha256:[0-9a-f]{64}" are pinned/,
      ],
    ];
    for (const [words, message] of cases) {
      const { code, stderr } = await m2!.tryExec([tiphys, 'join', ...words]);
      assert.equal(code, 1);
      assert.match(stderr, message);
    }
  });

  test('become nodes with labels and taints, each with a range of its own', async () => {
    agent2 = await scene.join(
      m2!,
      command,
      '--node-labels',
      'disk=fast',
      '--register-with-taints',
      'a=b:PreferNoSchedule',
    );
    await scene.join(m3!, command);
    const nodes = JSON.parse(await scene.kubectl('get', 'nodes', '-o', 'json')).items;
    const [n2, n3] = nodes;
    assert.deepEqual([n2.metadata.name, n3.metadata.name], ['m2', 'm3']);
    assert.equal(n2.metadata.labels.disk, 'fast');
    assert.deepEqual(
      n2.spec.taints.filter(({ key }: { key: string }) => key === 'a'),
      [{ key: 'a', value: 'b', effect: 'PreferNoSchedule' }],
    );
    assert.notEqual(n2.spec.podCIDR, n3.spec.podCIDR);
    assert.equal(n2.status.addresses[0].address, m2!.address);
  });

  test('run pods that reach each other by address, Service and name across the router', async () => {
    for (const machine of [m2!, m3!])
      await machine.exec([tiphys, 'image', 'build', '--name', machine.name, `${repository}/examples/hello`]);
    await scene.kubectl('apply', '-f', `${repository}/examples/hello/hello.yaml`);
    const spread = [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'hello' } },
      },
    ];
    const patch = { spec: { replicas: 2, template: { spec: { topologySpreadConstraints: spread } } } };
    await scene.kubectl('patch', 'deployment', 'hello', '-p', JSON.stringify(patch));
    await scene.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    const [a, b] = await eventually('a pod on each', async () => {
      const all = await pods();
      return all.length === 2 && new Set(all.map(({ node }) => node)).size === 2 ? all : undefined;
    });
    for (const [from, to] of [
      [a!, b!],
      [b!, a!],
    ] as const) {
      const there = `${from.name} on ${from.node} to ${to.name}`;
      await eventually(there, async () => (await fetches(from.name, `${to.ip}:8080`)).includes(to.name));
      await eventually(`${from.name} to the Service`, async () =>
        (await fetches(from.name, 'hello')).includes('Ahoy'),
      );
    }
  });

  test('have kubelets whose certificates the cluster has signed', async () => {
    const [pod] = await pods();
    await eventually('logs', async () => (await scene.tryKubectl('logs', pod!.name)).code === 0);
    const requests = JSON.parse(await scene.kubectl('get', 'csr', '-o', 'json')).items;
    const serving = requests.filter(
      ({ spec }: { spec: { signerName: string } }) => spec.signerName === 'kubernetes.io/kubelet-serving',
    );
    assert.equal(serving.length, 2);
  });

  test('may not do what is none of a node’s business', async () => {
    const own = [
      '--server',
      `https://${command.server}`,
      '--client-certificate',
      `${ROOT}/pki/kubelet-client-current.pem`,
    ];
    const as = [
      ...own,
      '--client-key',
      `${ROOT}/pki/kubelet-client-current.pem`,
      '--certificate-authority',
      `${ROOT}/pki/ca.crt`,
    ];
    const { packagedTool } = await import('../../src/cluster/kubectl-binary.ts');
    const may = async (...words: string[]) =>
      (await m2!.tryExec([packagedTool('kubectl'), ...as, 'auth', 'can-i', ...words])).stdout
        .trim()
        .split(' ')[0];
    for (const words of [
      ['list', 'secrets', '-A'],
      ['get', 'secrets', '-n', 'kube-system'],
      ['get', 'configmaps', '-n', 'default'],
      ['create', 'services'],
      ['update', 'endpointslices.discovery.k8s.io'],
      ['delete', 'nodes/m3'],
      ['approve', 'signers.certificates.k8s.io/kubernetes.io/kubelet-serving'],
      ['create', 'clusterrolebindings'],
      ['impersonate', 'users'],
    ])
      assert.equal(await may(...words), 'no', words.join(' '));
    const { code, stderr } = await m2!.tryExec([
      packagedTool('kubectl'),
      ...as,
      'annotate',
      'node',
      'm3',
      'a=b',
    ]);
    assert.notEqual(code, 0);
    assert.match(stderr, /node "m2" is not allowed to modify node "m3"/);
    for (const words of [
      ['watch', 'pods', '-A'],
      ['list', 'networkpolicies', '-A'],
      ['watch', 'endpointslices', '-A'],
    ])
      assert.equal(await may(...words), 'yes', words.join(' '));
  });

  test('keep their pods when the agent is killed, and need no token to come back', async () => {
    const before = (await pods()).find(({ node }) => node === 'm2')!;
    const other = (await pods()).find(({ node }) => node === 'm3')!;
    await agent2.kill('KILL');
    assert.ok(
      (await fetches(other.name, `${before.ip}:8080`)).includes(before.name),
      'the pod answers without its agent',
    );
    agent2 = scene.agent(m2!);
    await eventually('the agent', () => agent2.output().includes('the node runs'));
    const now = (await pods()).find(({ node }) => node === 'm2')!;
    assert.deepEqual(now, before);
    assert.match(
      await scene.kubectl(
        'get',
        'pod',
        before.name,
        '-o',
        'jsonpath={.status.containerStatuses[0].restartCount}',
      ),
      /^0$/,
    );
    await eventually('exec', async () => (await fetches(before.name, 'hello')).includes('Ahoy'));
  });

  test('cannot take the name of a node that is ready', async () => {
    const { server, token, hash } = command;
    const words = [
      'join',
      server,
      '--token',
      token,
      '--ca-hash',
      hash,
      '--node-name',
      'm3',
      '--root-dir',
      '/var/lib/tiphys/other',
    ];
    const { code, stderr } = await m2!.tryExec([tiphys, ...words]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /a Node with name "m3" and status "Ready" already exists in the cluster\. You must delete the existing Node or change the name of this new joining Node/,
    );
  });
});
