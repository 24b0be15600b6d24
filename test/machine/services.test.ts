// A server and a node agent that systemd runs on one machine: pods outlive the agent's restarts, and after a reboot, which leaves the
// disk and nothing of /run, everything comes back by itself. Needs root and systemd's programs.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';
import { startMachines } from '../support/machines/machines.ts';
import { SYSTEMD, type Systemd, startSystemd } from '../support/machines/systemd.ts';

const tiphys = join(repository, 'bin/tiphys');
const possible = process.getuid?.() === 0 && existsSync(SYSTEMD);

/** Keeps a file in a volume, and says how often it was started with that volume. */
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'keeper' },
  spec: {
    volumes: [{ name: 'kept', emptyDir: {} }],
    containers: [
      {
        name: 'main',
        image: 'localhost/hello:1',
        command: ['sh', '-c', 'echo started >> /kept/log; exec sleep 1000000'],
        volumeMounts: [{ name: 'kept', mountPath: '/kept' }],
      },
    ],
  },
};

test('a server and an agent survive their own ends, and a reboot with their pods', {
  skip: !possible && 'needs root and systemd',
  timeout: 600_000,
}, async () => {
  await using machines = await startMachines('tph-services', { count: 1 });
  const [machine = assert.fail()] = machines.all;
  let systemd: Systemd = await startSystemd(machine);
  const run = (...words: string[]) => systemd.exec([tiphys, ...words]);
  const kubectl = (...words: string[]) =>
    systemd.exec([packagedTool('kubectl'), '--kubeconfig', '/var/lib/tiphys/server/admin.conf', ...words]);
  const ready = (what: string) =>
    eventually(
      `${what} that is ready`,
      () => kubectl('wait', what, '--for=condition=Ready', '--timeout=1s'),
      120_000,
    );

  await run('install-service', 'server', '--', '--advertise-address', machine.address);
  await eventually('an API server', () => kubectl('get', '--raw', '/readyz'), 120_000);
  const command = (await run('token', 'create', '--print-join-command')).trim().split(/\s+/);
  const words = command.slice(command.indexOf('join') + 1);
  await run('install-service', 'agent', '--', ...words, '--node-name', 'm1', '--node-ip', machine.address);
  const unit = await systemd.exec(['cat', '/etc/systemd/system/tiphys-agent.service']);
  const token = words[words.indexOf('--token') + 1] ?? assert.fail();
  assert.ok(!unit.includes(token) && unit.includes('--token-file /etc/tiphys/agent.token'), unit);
  await ready('node/m1');

  await run('image', 'build', '--name', 'm1', join(repository, 'examples/hello'));
  writeFileSync(machine.onDisk('/etc/tiphys/pod.json'), JSON.stringify(POD));
  await eventually('a service account', () => kubectl('get', 'serviceaccount', 'default'));
  await kubectl('apply', '-f', '/etc/tiphys/pod.json');
  await ready('pod/keeper');
  const status = async () => {
    const pod = JSON.parse(await kubectl('get', 'pod', 'keeper', '-o', 'json'));
    const [{ containerID, restartCount }] = pod.status.containerStatuses;
    return { uid: pod.metadata.uid as string, containerID, restartCount };
  };
  const before = await status();

  const main = async (name: string) =>
    (await systemd.exec(['systemctl', 'show', '-P', 'MainPID', `tiphys-${name}`])).trim();
  const agent = await main('agent');
  await systemd.exec(['systemctl', 'restart', 'tiphys-agent']);
  await systemd.exec(['systemctl', 'kill', '-s', 'KILL', '--kill-who=main', 'tiphys-agent']);
  await eventually('another agent', async () => !['0', agent].includes(await main('agent')));
  const server = await main('server');
  await systemd.exec(['systemctl', 'kill', '-s', 'KILL', 'tiphys-server']);
  await eventually('another server', async () => !['0', server].includes(await main('server')));
  // The new kubelet has looked at all pods before it starts one.
  const another = { ...POD, metadata: { name: 'another' } };
  writeFileSync(machine.onDisk('/etc/tiphys/pod.json'), JSON.stringify(another));
  await eventually('an API server', () => kubectl('apply', '-f', '/etc/tiphys/pod.json'), 60_000);
  await ready('pod/another');
  const volume = `/var/lib/tiphys/agent/nodes/m1/kubelet/pods/${before.uid}/volumes/kubernetes.io~empty-dir/kept`;
  const log = () => readFileSync(machine.onDisk(`${volume}/log`), 'utf8');
  assert.equal(log(), 'started\n');
  assert.deepEqual(await status(), before);

  await machine.reboot();
  systemd = await startSystemd(machine);
  await eventually('the pod after the reboot', async () => (await status()).restartCount === 1, 180_000);
  await ready('pod/keeper');
  assert.equal(log(), 'started\nstarted\n');
  assert.equal((await status()).uid, before.uid);

  for (const role of ['agent', 'server']) await run('uninstall-service', role);
  assert.equal(
    (await systemd.exec(['sh', '-c', 'ls /etc/systemd/system /etc/tiphys | grep -c tiphys- || true'])).trim(),
    '0',
  );
  await assert.rejects(run('uninstall-service', 'agent'), /tiphys-agent is not installed/);
});
