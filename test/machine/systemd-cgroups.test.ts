// A node whose runtime leaves cgroups to systemd: pods lie in slices with the names and limits of a kubelet's, which go with the pods.
// Needs root, systemd's programs and containerd.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';
import { startMachines } from '../support/machines/machines.ts';
import { SYSTEMD, startSystemd } from '../support/machines/systemd.ts';
import { IMAGE, startRuntime } from '../support/runtimes/runtime-in-machine.ts';

const tiphys = join(repository, 'bin/tiphys');
// systemd is asked over D-Bus, by the agent and by the runtime.
const programs = [SYSTEMD, '/usr/bin/busctl', '/usr/bin/dbus-daemon', '/usr/bin/containerd'];
const possible = process.getuid?.() === 0 && programs.every((path) => existsSync(path));

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'limited' },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        ...{ name: 'main', image: IMAGE, command: ['sleep', '1000000'] },
        resources: { requests: { cpu: '100m' }, limits: { cpu: '500m', memory: '64Mi' } },
      },
    ],
  },
};

test('pods lie in slices of systemd, with their limits', {
  skip: !possible && 'needs root, systemd, dbus and containerd',
  timeout: 500_000,
}, async () => {
  await using machines = await startMachines('tph-slices', { count: 1 });
  const [machine = assert.fail()] = machines.all;
  const systemd = await startSystemd(machine);
  const runtime = await startRuntime(machine, { kind: 'containerd', systemd });
  const admin = '/var/lib/tiphys/server/admin.conf';
  const kubectl = (...words: string[]) =>
    systemd.exec([packagedTool('kubectl'), '--kubeconfig', admin, ...words]);
  await systemd.exec([tiphys, 'install-service', 'server', '--', '--advertise-address', machine.address]);
  await eventually('a service account', () => kubectl('get', 'serviceaccount', 'default'), 120_000);
  const command = (await systemd.exec([tiphys, 'token', 'create', '--print-join-command'])).trim();
  const words = command.split(/\s+/);
  await systemd.exec([
    ...[tiphys, 'install-service', 'agent', '--', ...words.slice(words.indexOf('join') + 1)],
    ...['--node-name', 'm1', '--node-ip', machine.address, '--cgroup-driver', 'systemd'],
    ...['--container-runtime-endpoint', runtime.endpoint],
  ]);
  writeFileSync(machine.onDisk('/etc/tiphys/pod.json'), JSON.stringify(POD));
  await kubectl('apply', '-f', '/etc/tiphys/pod.json');
  await eventually(
    'a running pod',
    () => kubectl('wait', 'pod/limited', '--for=condition=Ready', '--timeout=1s'),
    120_000,
  );
  const uid = await kubectl('get', 'pod', 'limited', '-o', 'jsonpath={.metadata.uid}');
  const slice = `kubepods-burstable-pod${uid.replaceAll('-', '_')}.slice`;
  const show = async (property: string) =>
    (await systemd.exec(['systemctl', 'show', '-P', property, slice])).trim();
  assert.equal(await show('ActiveState'), 'active');
  assert.equal(await show('ControlGroup'), `/kubepods.slice/kubepods-burstable.slice/${slice}`);
  assert.equal(await show('CPUQuotaPerSecUSec'), '500ms');
  const memory = [await show('MemoryLimit'), await show('MemoryMax')];
  assert.ok(memory.includes(String(64 << 20)), memory.join());
  // The container is a scope of the runtime's, in the pod's slice.
  const [main = ''] = (await systemd.exec(['pgrep', '-f', '^sleep 1000000'])).split('\n');
  const cgroups = await systemd.exec(['cat', `/proc/${main}/cgroup`]);
  assert.match(cgroups, new RegExp(`/kubepods-burstable.slice/${slice}/cri-containerd-[0-9a-f]+\\.scope`));

  await kubectl('delete', 'pod', 'limited');
  await eventually('the end of the slice', async () => (await show('ActiveState')) === 'inactive', 60_000);
});
