// Machines join a server over a routed network, each with one command: pods of both reach each other, Services and names across a router,
// and what goes wrong at joining is said in upstream's words.
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/kit/clock.ts';
import { makeCertificate } from '../../src/kit/x509/certificate.ts';
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
  let agent3: Program;
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
      [['--discovery-file', '/etc/hosts', '--token', token], /--discovery-file \/etc\/hosts: /],
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
    agent3 = await scene.join(m3!, command);
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
        // Those of the revision before do not count.
        matchLabelKeys: ['pod-template-hash'],
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
    const { packagedTool } = await import('../support/foreign/tools.ts');
    // Without the kubeconfig file of whoever runs the tests.
    const kubectl = ['env', 'KUBECONFIG=/dev/null', packagedTool('kubectl'), ...as];
    const may = async (...words: string[]) =>
      (await m2!.tryExec([...kubectl, 'auth', 'can-i', ...words])).stdout.trim().split(' ')[0];
    for (const words of [
      // Before the first network policy.
      ['watch', 'pods', '-A'],
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
    const { code, stderr } = await m2!.tryExec([...kubectl, 'annotate', 'node', 'm3', 'a=b']);
    assert.notEqual(code, 0);
    assert.match(stderr, /node "m2" is not allowed to modify node "m3"/);
    await scene.kubectl('create', 'secret', 'generic', 'of-m3', '--from-literal=a=b');
    const secrets = [{ name: 's', secret: { secretName: 'of-m3' } }];
    const overrides = JSON.stringify({ spec: { nodeName: 'm3', volumes: secrets } });
    await scene.kubectl(
      'run',
      'holder',
      '--image',
      'none',
      '--image-pull-policy',
      'Never',
      '--overrides',
      overrides,
    );
    const reads = async (machine: Machine) =>
      (await machine.tryExec([...kubectl, 'get', 'secret', 'of-m3'])).code === 0;
    await eventually('the node of the pod reads its Secret', () => reads(m3!));
    assert.equal(await reads(m2!), false, 'another node does not');
    await scene.kubectl('delete', 'pod', 'holder', '--grace-period', '0', '--force');
    for (const words of [
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

  test('come back after a power cut, with their pods', async () => {
    await m2!.reboot();
    agent2 = scene.agent(m2!);
    await eventually('the agent', () => {
      assert.ok(agent2.running, agent2.output());
      return agent2.output().includes('the node runs');
    });
    await eventually(
      'the pod',
      async () => {
        const pod = (await pods()).find(({ node }) => node === 'm2')!;
        return (await fetches(pod.name, 'hello')).includes('Ahoy');
      },
      60_000,
    );
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

  /** In place of what node m3 has: signed by the cluster, valid from `from` to `to` seconds from now. */
  function replaceCertificate(
    file: string,
    usage: string,
    from: number,
    to: number,
    names: string[] = [],
  ): string {
    const pki = scene.server.onDisk('/var/lib/tiphys/server/pki');
    const issuerKey = createPrivateKey(readFileSync(join(pki, 'ca.key')));
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const now = systemClock.now();
    const certificate = makeCertificate(
      {
        subject: { commonName: 'system:node:m3', organizations: ['system:nodes'] },
        usages: ['digital signature', usage],
        names,
        notBefore: now + from * 1000,
        notAfter: now + to * 1000,
        serial: Buffer.of(9),
        publicKey: keys.publicKey,
      },
      {
        subject: { commonName: 'kubernetes' },
        privateKey: issuerKey,
        publicKey: createPublicKey(issuerKey),
      },
    );
    const text = certificate + keys.privateKey.export({ type: 'sec1', format: 'pem' });
    writeFileSync(m3!.onDisk(`${ROOT}/pki/${file}`), text);
    return text;
  }
  const certificateOf = (file: string) =>
    new X509Certificate(readFileSync(m3!.onDisk(`${ROOT}/pki/${file}`)));

  test('replace both certificates while they run, and go on with the new ones', async () => {
    await agent3.kill('TERM');
    const [client, serving] = ['kubelet-client-current.pem', 'kubelet-server-current.pem'];
    const life = 20;
    replaceCertificate(client, 'client auth', -3600, life);
    replaceCertificate(serving, 'server auth', -3600, life, ['m3', m3!.address]);
    const before = systemClock.monotonic();
    agent3 = scene.agent(m3!);
    await eventually('new certificates', () =>
      [client, serving].every(
        (file) => certificateOf(file).validToDate.getTime() > systemClock.now() + 86_400_000,
      ),
    );
    await eventually('the end of the old ones', () => systemClock.monotonic() > before + life * 1000, 40_000);
    const pod = (await pods()).find(({ node }) => node === 'm3')!;
    await eventually('exec through the new serving certificate', async () =>
      (await fetches(pod.name, 'hello')).includes('Ahoy'),
    );
    const renewed = async () =>
      (
        await scene.kubectl('get', 'lease', '-n', 'kube-node-lease', 'm3', '-o', 'jsonpath={.spec.renewTime}')
      ).trim();
    const last = await renewed();
    await eventually('another heartbeat', async () => (await renewed()) !== last);
    assert.ok(agent3.running);
  });

  test('say so when their certificate has expired, and come back with a token', async () => {
    await agent3.kill('TERM');
    replaceCertificate('kubelet-client-current.pem', 'client auth', -3600, -60);
    const { code, stderr } = await m3!.tryExec([tiphys, 'join']);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /the client certificate in .*kubelet-client-current\.pem expired at .* join again with --token and --ca-hash/,
    );
    const { token, hash, server } = await scene.joinCommand('--ttl', '1h');
    agent3 = scene.agent(m3!, server, '--token', token, '--ca-hash', hash);
    await eventually('the agent', () => agent3.output().includes('the node runs'));
    assert.ok(certificateOf('kubelet-client-current.pem').validToDate.getTime() > systemClock.now());
  });

  test('cannot join with a token whose time is over', async () => {
    const { token, hash, server } = await scene.joinCommand('--ttl', '1s');
    await eventually('the end of the token', async () => !(await scene.token('list')).includes(token));
    const words = [
      'join',
      server,
      '--token',
      token,
      '--ca-hash',
      hash,
      '--root-dir',
      '/var/lib/tiphys/other',
    ];
    const { code, stderr } = await m3!.tryExec([tiphys, ...words]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`token id "${token.slice(0, 6)}" is invalid for this cluster or it has expired`),
    );
  });

  test('answer for names and serve Services while no server is there', async () => {
    const pod = (await pods()).find(({ node }) => node === 'm2')!;
    const other = (await pods()).find(({ node }) => node === 'm3')!;
    const pids = (await m2!.exec(['sh', '-c', 'ip -o link >/dev/null; pgrep -x pause || pgrep pause']))
      .trim()
      .split('\n');
    const prefix = await eventually('the pod', async () => {
      for (const pid of pids) {
        const enter = ['nsenter', '-t', pid, '-n', '--'];
        if ((await m2!.tryExec([...enter, 'ip', '-o', 'addr'])).stdout.includes(`${pod.ip}/`)) return enter;
      }
      return undefined;
    });
    await scene.stopServer();
    const names = 'hello.default.svc.cluster.local';
    const looked = await m2!.tryExec([...prefix, 'busybox', 'nslookup', names, '10.96.0.10']);
    assert.match(looked.stdout, /Address.*10\.96\./s);
    for (const target of [`${other.ip}:8080`, '10.96.0.10:9153/metrics'])
      assert.equal(
        (
          await m2!.tryExec([
            ...prefix,
            'busybox',
            'timeout',
            '3',
            'busybox',
            'wget',
            '-qO-',
            `http://${target}`,
          ])
        ).code,
        0,
        target,
      );
    await scene.startServer();
    await scene.ready('m2');
    for (const agent of [agent2, agent3]) assert.ok(agent.running);
  });
});
