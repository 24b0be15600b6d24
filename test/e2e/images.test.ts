// How images get onto a node: pulled, with and without credentials, through a mirror, from archives and directories.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type ClusterNodes, createNodes } from '../../src/cluster/nodes/create.ts';
import { destroyNodes } from '../../src/cluster/nodes/teardown/destroy.ts';
import { importImage } from '../../src/cri/containerd/images/images.ts';
import { loadImages } from '../../src/cri/containerd/images/load-image.ts';
import { openContainerd } from '../../src/cri/containerd/open.ts';
import { installedRuntimes } from '../../src/cri/containerd/supervisor/oci-runtimes.ts';
import { writeRegistryHosts } from '../../src/cri/containerd/supervisor/registry-hosts.ts';
import { ContainerdSupervisor } from '../../src/cri/containerd/supervisor/supervisor.ts';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { PAUSE_IMAGE, pauseImage } from '../../src/cri/image/pause/pause.ts';
import type { TarEntry } from '../../src/cri/image/tar.ts';
import { type ContainerRuntime, isCriError } from '../../src/cri/runtime.ts';
import { exec } from '../../src/kit/exec.ts';
import { busyboxImage, busyboxLayer } from '../support/busybox-image.ts';
import { startRegistry, type TestRegistry } from '../support/registry.ts';

const CLUSTER = 'tph-e2e-images';
const possible =
  process.getuid?.() === 0 && existsSync('/usr/bin/containerd') && existsSync('/usr/bin/busybox');

describe('images on a node', { skip: !possible && 'needs root, containerd and busybox-static' }, () => {
  let directory: string;
  let cluster: ClusterNodes;
  let supervisor: ContainerdSupervisor;
  let runtime: ContainerRuntime;
  let open: TestRegistry;
  let closed: TestRegistry;
  const credentials = { username: 'me', password: 'secret:word' };

  before(async () => {
    await destroyNodes(CLUSTER, { removeData: true });
    directory = await mkdtemp(join(tmpdir(), 'tph-e2e-'));
    cluster = await createNodes({ cluster: CLUSTER, index: 42, nodes: ['n1'], directory, isolated: true });
    const node = cluster.nodes[0]!;
    supervisor = new ContainerdSupervisor({
      ...node.runtime,
      prefix: node.shell.prefix,
      streamAddress: node.address,
      sandboxImage: PAUSE_IMAGE,
      runtimes: installedRuntimes(node.runtime.crunWorks),
    });
    await supervisor.start();
    runtime = openContainerd({ socket: supervisor.socket });
    await importImage({ socket: supervisor.socket, image: pauseImage() });
    const app = busyboxImage('app:1', { gzip: true });
    open = await startRegistry({ address: cluster.gateway, images: { 'team/app:1': app } });
    const secret = busyboxImage('secret:1', { config: { user: '1234' } });
    closed = await startRegistry({
      address: cluster.gateway,
      images: { 'team/secret:1': secret },
      credentials,
    });
    const certs = join(node.runtime.directory, 'certs.d');
    await writeRegistryHosts(certs, {
      [open.host]: open.url,
      [closed.host]: closed.url,
      'quay.io': open.url,
    });
  });

  after(async () => {
    supervisor?.release();
    runtime?.close();
    await destroyNodes(CLUSTER, { removeData: true });
    await open?.close();
    await closed?.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  /** Runs `command` in the image and gives what it printed. */
  const run = async (image: string, name: string, command: string[] = []) => {
    const config = {
      metadata: { name, uid: name, namespace: 'default' },
      linux: { cgroupParent: `${cluster.nodes[0]!.cgroupRoot}/kubepods/pod${name}` },
    };
    const sandbox = await runtime.runPodSandbox(config);
    const main = { metadata: { name: 'main' }, image: { image }, command };
    const id = await runtime.createContainer(sandbox, main, config);
    await runtime.startContainer(id);
    return { id, done: () => runtime.stopPodSandbox(sandbox).then(() => runtime.removePodSandbox(sandbox)) };
  };

  test('a pulled image has its names and digest, and runs', async () => {
    const image = `${open.host}/team/app:1`;
    const ref = await runtime.pullImage({ image });
    const status = await runtime.imageStatus({ image });
    assert.equal(status?.id, ref);
    assert.deepEqual(status?.repoTags, [image]);
    assert.match(status?.repoDigests[0] ?? '', /\/team\/app@sha256:[0-9a-f]{64}$/);
    const container = await run(image, 'pulled', ['sleep', '1000']);
    const { stdout } = await runtime.execSync(container.id, ['echo', 'works'], 5);
    assert.equal(stdout.toString(), 'works\n');
    await container.done();
  });

  test('an image of a public registry comes from its mirror', async () => {
    await runtime.pullImage({ image: 'quay.io/team/app:1' });
    assert.ok(open.requests.some((r) => r.includes('/v2/team/app/manifests/1?ns=quay.io')));
  });

  test('pulling a missing tag fails with notFound', async () => {
    await assert.rejects(runtime.pullImage({ image: `${open.host}/team/app:2` }), (e) =>
      isCriError(e, 'notFound'),
    );
  });

  test('a registry with a password refuses a pull without it', async () => {
    const image = `${closed.host}/team/secret:1`;
    await assert.rejects(runtime.pullImage({ image }), /401|authorization/i);
    const auth = { ...credentials, serverAddress: closed.host };
    const ref = await runtime.pullImage({ image }, { auth });
    assert.equal((await runtime.imageStatus({ image: ref }))?.uid, 1234);
  });

  test('a pull can be cancelled', async () => {
    const stop = new AbortController();
    stop.abort();
    await assert.rejects(runtime.pullImage({ image: `${open.host}/x:1` }, { signal: stop.signal }));
  });

  test('an archive is loaded under its own name or another', async () => {
    const path = join(directory, 'archive.tar.gz');
    await writeFile(path, gzipSync(await writeArchive(busyboxImage('docker.io/library/fromfile:3'))));
    const sockets = [supervisor.socket];
    assert.deepEqual(await loadImages({ path, sockets }), ['docker.io/library/fromfile:3']);
    assert.deepEqual(await loadImages({ path, sockets, name: 'other' }), ['docker.io/library/other:latest']);
    assert.ok(await runtime.imageStatus({ image: 'other' }));
    await runtime.removeImage({ image: 'other' });
    assert.equal(await runtime.imageStatus({ image: 'other' }), undefined);
  });

  test('a directory becomes an image', async () => {
    const root = join(directory, 'root');
    await mkdir(join(root, 'bin'), { recursive: true });
    const busybox = busyboxLayer().find((e) => e.path === 'bin/busybox')!;
    await writeFile(join(root, 'bin/busybox'), busybox.content!, { mode: 0o755 });
    await writeFile(join(root, 'hello'), 'from a directory\n');
    const config = { entrypoint: ['/bin/busybox', 'sleep', '1000'] };
    await loadImages({ path: root, sockets: [supervisor.socket], name: 'dir:1', config });
    const container = await run('dir:1', 'directory');
    const { stdout } = await runtime.execSync(container.id, ['/bin/busybox', 'cat', '/hello'], 5);
    assert.equal(stdout.toString(), 'from a directory\n');
    await container.done();
  });

  test('labels of an image start nothing on the machine', async () => {
    const mark = join('/tmp', `tph-escaped-${process.pid}-label`);
    const labels = {
      'containerd.io/restart.status': 'running',
      'containerd.io/restart.policy': 'always',
      'containerd.io/restart.loguri': `binary:///usr/bin/touch?${mark}=${mark}`,
    };
    const image = busyboxImage('escape:label', { config: { labels } });
    await importImage({ socket: supervisor.socket, image });
    const container = await run('escape:label', 'label', ['true']);
    // What would act on the labels is not loaded, so there is nothing to wait for.
    const plugins = await exec(['ctr', '--address', supervisor.socket, 'plugins', 'ls']);
    assert.doesNotMatch(plugins, /\srestart\s+\S+\s+ok/);
    await container.done();
    assert.ok(!existsSync(mark));
  });

  test('volumes of an image with names that lead out of it bring in nothing of the machine', async () => {
    const config = { volumes: [`${'../'.repeat(20)}etc`, '/../../../../../etc'] };
    const image = busyboxImage('escape:volume', { config });
    await importImage({ socket: supervisor.socket, image });
    const container = await run('escape:volume', 'volume', ['sleep', '1000']).catch(() => undefined);
    if (!container) return;
    const { stdout } = await runtime.execSync(container.id, ['sh', '-c', 'cat /etc/shadow /etc/fstab'], 5);
    await container.done();
    assert.equal(stdout.toString(), '');
  });

  test('layers with names and links that lead out of the image write nothing on the machine', async () => {
    const mark = `tph-escaped-${process.pid}`;
    const [above, content] = ['../'.repeat(20), Buffer.from('escaped')];
    const escapes: Record<string, TarEntry[]> = {
      dots: [{ path: `${above}tmp/${mark}-dots`, type: 'file', content }],
      absolute: [{ path: `/tmp/${mark}-absolute`, type: 'file', content }],
      link: [
        { path: 'out', type: 'symlink', target: '/tmp' },
        { path: `out/${mark}-link`, type: 'file', content },
      ],
      up: [
        { path: 'out', type: 'symlink', target: `${above}tmp` },
        { path: `out/${mark}-up`, type: 'file', content },
      ],
      whiteout: [{ path: `${above}tmp/.wh.${mark}-kept`, type: 'file' }],
      hardlink: [{ path: 'shadow', type: 'hardlink', target: `${above}etc/shadow` }],
    };
    const kept = join('/tmp', `${mark}-kept`);
    await writeFile(kept, '');
    const read: string[] = [];
    for (const [name, layer] of Object.entries(escapes)) {
      const image = busyboxImage(`escape:${name}`, { layers: [layer] });
      await importImage({ socket: supervisor.socket, image });
      // The runtime may refuse the layer, or take it into the image; both are well.
      const container = await run(`escape:${name}`, name, ['sleep', '1000']).catch(() => undefined);
      if (!container) continue;
      const { stdout } = await runtime.execSync(container.id, ['cat', '/shadow'], 5);
      read.push(stdout.toString());
      await container.done();
    }
    const found = (await readdir('/tmp')).filter((file) => file.startsWith(mark));
    await rm(kept, { force: true });
    assert.deepEqual(found, [`${mark}-kept`]);
    assert.equal(read.join(''), '');
  });
});
