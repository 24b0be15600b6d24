// An archive of `tiphys bundle` on a machine that reaches no network: it is verified, installed, and runs a cluster with the images that
// came with it. Debian's packages are left out: the machine of the test has them. Needs root and namespaces.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';
import { startMachines } from '../support/machines/machines.ts';

const bundle = (output: string, images: string) =>
  exec([join(repository, 'bin/tiphys'), 'bundle', '--no-packages', '--output', output, '--images', images]);

test('a machine without a network is installed from one archive', {
  skip: process.getuid?.() !== 0 && 'needs root',
  timeout: 600_000,
}, async () => {
  await using machines = await startMachines('tph-bundle', { count: 1 });
  const [machine = assert.fail()] = machines.all;
  const at = machine.onDisk('/var/cache/machine');
  writeFileSync(join(at, 'busybox.tar'), await writeArchive(busyboxImage('localhost/busybox:1')));
  const [archive, again] = [join(at, 'bundle.tar.gz'), join(at, 'again.tar.gz')];
  const [digest = ''] = (await bundle(archive, join(at, 'busybox.tar'))).split(' ');
  assert.equal((await bundle(again, join(at, 'busybox.tar'))).split(' ')[0], digest);

  const run = (...command: string[]) => machine.exec(command);
  const inside = '/var/cache/machine';
  await run('sh', '-c', `cd ${inside} && mkdir up work && tar -xzf bundle.tar.gz && mv tiphys-*/ unpacked`);
  await run('mount', '-t', 'overlay', '-o', overlay(at), 'overlay', '/usr/local');
  const install = `${inside}/unpacked/install`;
  writeFileSync(join(at, 'unpacked/package/LICENSE'), 'damaged', { flag: 'a' });
  const damaged = await machine.tryExec([install]);
  assert.deepEqual([damaged.code, /nothing was installed/.test(damaged.stderr)], [1, true], damaged.stderr);
  await run('sh', '-c', `cd ${inside} && rm -r unpacked && tar -xzf bundle.tar.gz && mv tiphys-*/ unpacked`);
  // The second time over the first.
  for (let i = 0; i < 2; i++) await run(install, '--prefix', '/usr/local/lib/tiphys');
  await run('rm', '-r', `${inside}/unpacked`);

  const tiphys = (...words: string[]) => [
    'env',
    'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'tiphys',
    ...words,
  ];
  assert.match(await run(...tiphys('version')), /^tiphys \d/);
  machine.spawn(tiphys('server', '--advertise-address', machine.address), { name: 'server' });
  const kubectl = (...words: string[]) =>
    run(packagedTool('kubectl'), '--kubeconfig', '/var/lib/tiphys/server/admin.conf', ...words);
  await eventually('a service account', () => kubectl('get', 'serviceaccount', 'default'), 120_000);
  const command = (await run(...tiphys('token', 'create', '--print-join-command'))).trim().split(/\s+/);
  const words = command.slice(command.indexOf('join'));
  machine.spawn(tiphys(...words, '--node-name', 'm1', '--node-ip', machine.address), { name: 'agent' });
  const pod = ['run', 'one', '--image', 'localhost/busybox:1', '--image-pull-policy', 'Never'];
  await kubectl(...pod, '--', 'sleep', '100000');
  await eventually(
    'a pod of the image that came along',
    () => kubectl('wait', 'pod/one', '--for=condition=Ready', '--timeout=1s'),
    120_000,
  );
  await run(...tiphys('down', '--name', 'm1'));
});

const overlay = (at: string) => `lowerdir=/usr/local,upperdir=${at}/up,workdir=${at}/work`;

test('what is no archive of images is not put into a bundle', async () => {
  const { code, stderr } = await tryExec([
    join(repository, 'bin/tiphys'),
    'bundle',
    '--images',
    '/nonexistent',
  ]);
  assert.deepEqual([code, /there is no such file/.test(stderr)], [1, true], stderr);
});
