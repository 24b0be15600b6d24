// A machine whose administrator runs the container runtime: the node agent runs pods in it, follows its end and its return, and
// leaves nothing in it. Needs root, namespaces and containerd.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';
import type { Machine } from '../support/machines/machine.ts';
import { startMachines } from '../support/machines/machines.ts';
import { otherRuntimes } from '../support/runtimes/foreign-runtime.ts';
import { IMAGE, startRuntime } from '../support/runtimes/runtime-in-machine.ts';

const tiphys = join(repository, 'bin/tiphys');
const possible = process.getuid?.() === 0 && existsSync('/usr/bin/containerd');
const PKI = '/var/lib/tiphys/api/pki';

/** A control plane without nodes, in a machine. */
async function startControlPlane(machine: Machine): Promise<(...words: string[]) => Promise<string>> {
  const api = ['--data-dir', '/var/lib/tiphys/api', '--bind-address', machine.address];
  machine.spawn([tiphys, 'apiserver', ...api], { name: 'apiserver' });
  const kubectl = (...words: string[]) =>
    machine.exec([packagedTool('kubectl'), '--kubeconfig', `${PKI}/admin.conf`, ...words]);
  await eventually('an API server', () => kubectl('get', '--raw', '/readyz'), 120_000);
  const signing = [
    '--cluster-signing-cert-file',
    `${PKI}/ca.crt`,
    '--cluster-signing-key-file',
    `${PKI}/ca.key`,
  ];
  for (const [name, ...flags] of [
    [
      'controller-manager',
      '--use-service-account-credentials',
      '--root-ca-file',
      `${PKI}/ca.crt`,
      ...signing,
    ],
    ['scheduler'],
  ] as const)
    machine.spawn([tiphys, name, '--kubeconfig', `${PKI}/${name}.conf`, ...flags], { name });
  await eventually('a service account', () => kubectl('get', 'serviceaccount', 'default'), 120_000);
  return kubectl;
}

/** As in cri-o://1.37.0. */
const major = (version: string): { name: string; at: number } => {
  const [, name = '', first = '', second = ''] = /^([a-z-]+):\/\/v?(\d+)\.(\d+)/.exec(version) ?? [];
  return { name, at: Number(first) + Number(second) / 100 };
};

/** The runtime mounts it, if it is new enough to know how. */
async function mountsAnImage(
  machine: Machine,
  kubectl: (...words: string[]) => Promise<string>,
  { name, at }: { name: string; at: number },
): Promise<void> {
  if (at < (name === 'cri-o' ? 1.31 : 2.01)) return;
  const mount = { name: 'files', mountPath: '/files', readOnly: true };
  const main = { name: 'main', image: IMAGE, command: ['sleep', '1000000'], volumeMounts: [mount] };
  const volumes = [{ name: 'files', image: { reference: IMAGE } }];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'image' },
    spec: { containers: [main], volumes },
  };
  writeFileSync(machine.onDisk('/etc/tiphys/pod.json'), JSON.stringify(pod));
  await kubectl('apply', '-f', '/etc/tiphys/pod.json');
  await eventually(
    'a pod with an image mounted',
    () => kubectl('wait', 'pod/image', '--for=condition=Ready', '--timeout=1s'),
    120_000,
  );
  assert.match(await kubectl('exec', 'image', '--', 'cat', '/files/etc/passwd'), /^root:/);
  await kubectl('delete', 'pod', 'image', '--grace-period=0', '--force');
}

for (const [index, which] of [{ kind: 'containerd' as const }, ...otherRuntimes()].entries()) {
  const where = 'programs' in which ? which.programs : 'the machine';
  describe(`a node with the ${which.kind} of ${where}`, {
    skip: !possible && 'needs root and containerd',
  }, () => {
    test('runs pods, loses and finds its runtime, and leaves nothing in it', {
      timeout: 500_000,
    }, async () => {
      await using machines = await startMachines(`tph-foreign${index}`, { count: 1 });
      const [machine = assert.fail()] = machines.all;
      const runtime = await startRuntime(machine, which);
      const kubectl = await startControlPlane(machine);
      const flags = ['--kubeconfig', `${PKI}/super-admin.conf`, '--root-dir', '/var/lib/tiphys/node'];
      const missing = await machine.tryExec([
        ...[tiphys, 'node-agent', ...flags, '--node-ip', machine.address],
        ...['--container-runtime-endpoint', 'unix:///run/nothing.sock'],
      ]);
      assert.equal(missing.code, 1);
      assert.match(missing.stderr, /validate CRI v1 runtime API for endpoint "unix:\/\/\/run\/nothing.sock"/);

      machine.spawn(
        [
          ...[tiphys, 'node-agent', ...flags, '--node-ip', machine.address],
          ...['--container-runtime-endpoint', runtime.endpoint, '--node-name', 'm1'],
        ],
        { name: 'agent' },
      );
      await eventually(
        'a ready node',
        () => kubectl('wait', 'node/m1', '--for=condition=Ready', '--timeout=1s'),
        120_000,
      );
      const version = await kubectl(
        'get',
        'node',
        'm1',
        '-o',
        'jsonpath={.status.nodeInfo.containerRuntimeVersion}',
      );
      assert.match(version, which.kind === 'crio' ? /^cri-o:\/\// : /^containerd:\/\//);

      await kubectl('run', 'one', '--image', IMAGE, '--', 'sh', '-c', 'echo hello; sleep 100000');
      await eventually(
        'a running pod',
        () => kubectl('wait', 'pod/one', '--for=condition=Ready', '--timeout=1s'),
        120_000,
      );
      assert.equal(await kubectl('logs', 'one'), 'hello\n');
      assert.equal(await kubectl('exec', 'one', '--', 'echo', 'inside'), 'inside\n');
      const cgroups = await machine.exec([
        'sh',
        '-c',
        'ls -d /sys/fs/cgroup/cpu/kubepods/besteffort/pod* /sys/fs/cgroup/kubepods/besteffort/pod* 2>/dev/null || true',
      ]);
      assert.match(cgroups, /kubepods\/besteffort\/pod/);
      const id = () =>
        kubectl('get', 'pod', 'one', '-o', 'jsonpath={.status.containerStatuses[0].containerID}');
      const before = await id();

      await runtime.kill();
      const condition = 'jsonpath={.status.conditions[?(@.type=="Ready")].message}';
      await eventually('a node that is not ready', async () =>
        /container runtime is down/.test(await kubectl('get', 'node', 'm1', '-o', condition)),
      );
      await runtime.restart();
      await eventually(
        'a ready node',
        () => kubectl('wait', 'node/m1', '--for=condition=Ready', '--timeout=1s'),
        120_000,
      );
      assert.equal(await id(), before);
      await kubectl('delete', 'pod', 'one', '--grace-period=1');
      await kubectl('run', 'two', '--image', IMAGE, '--restart=Never', '--', 'false');
      await eventually(
        'a failed pod',
        async () => (await kubectl('get', 'pod', 'two', '-o', 'jsonpath={.status.phase}')) === 'Failed',
        120_000,
      );

      const loaded = await machine.tryExec([
        tiphys,
        'image',
        'load',
        '--name',
        'm1',
        '--tag',
        'x:1',
        '/nonexistent',
      ]);
      assert.equal(loaded.code, 1);
      assert.match(loaded.stderr, which.kind === 'crio' ? /m1 runs cri-o, .*skopeo/ : /nonexistent/);

      await mountsAnImage(machine, kubectl, major(version));

      await kubectl('run', 'three', '--image', IMAGE, '--', 'sleep', '100000');
      await eventually(
        'a running pod',
        () => kubectl('wait', 'pod/three', '--for=condition=Ready', '--timeout=1s'),
        120_000,
      );
      await machine.exec([tiphys, 'down', '--name', 'm1']);
      assert.equal((await machine.tryExec(['pgrep', '-f', 'sleep 100000'])).code, 1);
      assert.equal((await machine.tryExec(['test', '-e', '/etc/cni/net.d/10-pods.conflist'])).code, 1);
    });
  });
}
