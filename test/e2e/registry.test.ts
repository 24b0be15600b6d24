// The cluster's registry with real clients: pushed by skopeo, run on every node, out of reach for pods; copies of another registry, and
// what `tiphys image` does with all of it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseYaml } from '../../src/api/codec/yaml.ts';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startRegistry, type TestRegistry } from '../support/registry.ts';

const possible = process.getuid?.() === 0 && existsSync('/usr/bin/skopeo');
const ADDRESS = '127.0.0.1';
const PASSWORD = 'geheim:geheim';

describe('the registry of a cluster', { skip: !possible && 'needs root and skopeo' }, () => {
  let cluster: TestCluster;
  let upstream: TestRegistry;
  let scratch: string;
  let registry: string;
  let host: string;

  before(async () => {
    upstream = await startRegistry({
      address: ADDRESS,
      images: { 'team/far:1': busyboxImage('far:1', { config: { cmd: ['sh'], env: ['FAR=1'] } }) },
      credentials: { username: 'reader', password: PASSWORD },
    });
    scratch = join(process.env.TMPDIR ?? '/tmp', `tph-registry-${process.pid}`);
    await mkdir(scratch);
    const registries = join(scratch, 'registries.yaml');
    const auth = `{username: reader, password: "${PASSWORD}"}`;
    await writeFile(
      registries,
      `mirrors: {far.example: {endpoint: ["${upstream.url}"]}}\nconfigs: {"${upstream.host}": {auth: ${auth}}}\n`,
    );
    await chmod(registries, 0o600);
    const name = 'tph-e2e-registry';
    cluster = await startTestCluster({ name, nodes: 2, flags: ['--registries', registries] });
    registry = join((await cluster.status()).dataDir, 'registry');
    const published = await eventually('the ConfigMap', () =>
      cluster.kubectl('get', 'configmap', 'local-registry-hosting', '-n', 'kube-public', '-o', 'json'),
    );
    const { data } = JSON.parse(published) as { data: Record<string, string> };
    host = (parseYaml(data['localRegistryHosting.v1']!) as { host: string }).host;
  });

  after(async () => {
    await cluster?.down();
    await upstream?.close();
    if (scratch) await exec(['rm', '-r', scratch]);
  });

  const push = async (tag: string, marker: string) => {
    const archive = join(scratch, `${marker}.tar`);
    const built = busyboxImage('localhost/app:1', { config: { cmd: ['sh'], env: [`MARK=${marker}`] } });
    await writeFile(archive, await writeArchive(built));
    const target = `docker://${host.replace('localhost', ADDRESS)}/team/app:${tag}`;
    await exec(['skopeo', 'copy', '--dest-tls-verify=false', `oci-archive:${archive}`, target]);
  };

  const image = (...words: string[]) => cluster.tiphys('image', ...words, '--name', cluster.name);

  const daemons = (name: string, image: string) =>
    JSON.stringify({
      ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name } },
      spec: {
        selector: { matchLabels: { name } },
        template: {
          metadata: { labels: { name } },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{ name: 'c', image, imagePullPolicy: 'Always', command: ['sleep', '10000'] }],
          },
        },
      },
    });

  const runOnEveryNode = async (name: string, image: string) => {
    await cluster.kubectlWith(daemons(name, image), 'apply', '-f', '-');
    await cluster.kubectl('rollout', 'status', `daemonset/${name}`, '--timeout=60s');
    const format = '{.items[*].spec.nodeName}';
    const nodes = await cluster.kubectl('get', 'pods', '-l', `name=${name}`, '-o', `jsonpath=${format}`);
    assert.deepEqual(nodes.split(' ').sort(), [...cluster.nodes].sort());
  };

  it('takes an image from skopeo, and every node runs it', async () => {
    await push('1', 'first');
    await runOnEveryNode('app', `${host}/team/app:1`);
    const seen = await cluster.kubectl('exec', 'daemonset/app', '--', 'sh', '-c', 'echo $MARK');
    assert.equal(seen.trim(), 'first');
  });

  it('keeps what it has acknowledged when its process is killed, and starts again', async () => {
    await push('2', 'second');
    const found = await exec(['pgrep', '-f', 'registry.mjs']);
    for (const pid of found.trim().split('\n').map(Number)) {
      const parent = (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''))
        .split(') ')[1]
        ?.split(' ')[1];
      if (Number(parent) === cluster.processes().nodeAgent) process.kill(pid, 'SIGKILL');
    }
    await runOnEveryNode('second', `${host}/team/app:2`);
  });

  it('is out of reach for pods, also in the network of their node', async () => {
    const [port] = host.split(':').slice(-1);
    const pod = JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'on-node' } },
      spec: {
        hostNetwork: true,
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'c', image: `${host}/team/app:1`, command: ['sleep', '10000'] }],
      },
    });
    await cluster.kubectlWith(pod, 'apply', '-f', '-');
    await cluster.kubectl('wait', '--for=condition=Ready', 'pod/on-node', '--timeout=60s');
    const toml = join(registry, '..', 'nodes', cluster.nodes[0]!, 'containerd/certs.d', host, 'hosts.toml');
    const door = /https:\/\/([\d.]+):(\d+)/.exec(await readFile(toml, 'utf8'))!;
    const ask = 'printf "GET /v2/_catalog HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n"';
    for (const where of ['daemonset/app', 'pod/on-node'])
      for (const [address, at] of [
        [ADDRESS, port],
        [door[1], door[2]],
        [door[1], port],
      ]) {
        const { stdout } = await cluster.tryKubectl(
          ...['exec', where, '--', 'sh', '-c', `${ask} | nc -w 2 ${address} ${at} || true`],
        );
        assert.ok(
          !stdout.includes('team/app') && !stdout.includes(' 200 '),
          `${where} ${address}:${at}: ${stdout}`,
        );
      }
    // What a pod in the network of its node could do with TLS, done by somebody who has the tools for it.
    const url = `https://${door[1]}:${door[2]}/v2/_catalog`;
    const pins = `/run/tiphys/ns/${cluster.name}.${cluster.nodes[0]}.net`;
    const curl = ['nsenter', `--net=${pins}`, 'curl', '-sS', '--max-time', '5', '-k', url];
    const without = await tryExec(curl);
    assert.notEqual(without.code, 0);
    const files = (name: string) => join(registry, 'tls', name);
    const certificate = ['--cert', files('node.crt'), '--key', files('node.key')];
    assert.match(await exec([...curl, ...certificate]), /team\/app/);
    const pushed = await exec([
      ...curl.slice(0, -1),
      ...certificate,
      '-X',
      'POST',
      url.replace('_catalog', 'a/blobs/uploads/'),
    ]);
    assert.match(pushed, /DENIED/);
  });

  it('asks another user of this machine for its password', async () => {
    const url = `http://${host}/v2/_catalog`;
    const asNobody = ['setpriv', '--reuid', '65534', '--clear-groups', 'curl', '-s', '--max-time', '5'];
    assert.match(await exec([...asNobody, url]), /UNAUTHORIZED/);
    const password = (await readFile(join(registry, 'password'), 'utf8')).trim();
    assert.match(await exec([...asNobody, '-u', `tiphys:${password}`, url]), /team\/app/);
    for (const name of ['password', 'tls/ca.key', 'tls/node.key', 'tls/server.key'])
      assert.equal((await stat(join(registry, name))).mode & 0o077, 0, name);
  });

  it('fetches another registry’s image once, with the credentials of the file, and has it when that is away', async () => {
    await runOnEveryNode('far', 'far.example/team/far:1');
    const blobs = upstream.requests.filter((line) => line.startsWith('GET') && line.includes('/blobs/'));
    assert.equal(new Set(blobs).size * 2, blobs.length, 'each was refused once, and sent once');
    await upstream.close();
    await cluster.kubectl('delete', 'daemonset', 'far', '--wait');
    // Containers go a moment after their pods.
    await eventually('the image goes', () => image('rm', 'far.example/team/far:1'));
    await runOnEveryNode('far', 'far.example/team/far:1');
    const log = await readFile(join(registry, '..', 'tiphys.log'), 'utf8');
    assert.ok(!log.includes('geheim'));
  });

  it('and the nodes are listed, saved from, cleaned', async () => {
    const images = JSON.parse(await image('ls', '-o', 'json')) as { image: string }[];
    assert.equal(images.filter(({ image }) => image === `${host}/team/app:1`).length, 2);
    const archive = join(scratch, 'saved.tar');
    await image('save', '-o', archive, `${host}/team/app:1`);
    const inspected = await exec(['skopeo', 'inspect', '--config', `oci-archive:${archive}`]);
    assert.match(inspected, /MARK=first/);
    const used = image('rm', `${host}/team/app:1`);
    await assert.rejects(used, /is used by a container/);
    await image('load', '--tag', 'copy:1', join(scratch, 'second.tar'));
    await push('3', 'third');
    const removed = await image('rm', `${host}/team/app:3`);
    assert.match(removed, /team\/app:3 removed from the registry/);
    const gone = await exec(['curl', '-s', `http://${host}/v2/team/app/tags/list`]);
    assert.deepEqual((JSON.parse(gone) as { tags: string[] }).tags, ['1', '2']);
    assert.match(await image('prune'), /MB in the registry/);
  });
});
