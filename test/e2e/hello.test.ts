// From nothing to the hello example on two nodes, reached in every way a Service can be reached.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exec } from '../../src/kit/exec.ts';
import { background, repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';

let cluster: TestCluster;
const client = 'client';

const podNames = async () =>
  (await cluster.kubectl('get', 'pods', '-l', 'app=hello', '-o', 'jsonpath={.items[*].metadata.name}'))
    .split(' ')
    .sort();

/** Asks until every pod has answered. */
async function reachesAll(ask: () => Promise<string>): Promise<void> {
  const pods = await podNames();
  const answered = new Set<string>();
  await eventually('every pod answers', async () => {
    const name = (await ask()).match(/^Ahoy from (\S+)/)?.[1];
    if (name) answered.add(name);
    return answered.size === pods.length;
  });
  assert.deepEqual([...answered].sort(), pods);
}

const fromInside = (url: string) => () =>
  cluster.kubectl('exec', client, '--', 'timeout', '2', 'wget', '-qO-', url);
const fromHere = (url: string) => () =>
  fetch(url, { headers: { connection: 'close' } }).then((answer) => answer.text());

describe('hello on two nodes', () => {
  before(async () => {
    cluster = await startTestCluster({
      name: 'tph-e2e-hello',
      nodes: 2,
      files: [join(repository, 'examples/hello')],
    });
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    await cluster.kubectl('run', client, '--image=localhost/hello:1', '--restart=Never');
    await cluster.kubectl('wait', '--for=condition=Ready', `pod/${client}`, '--timeout=60s');
  });
  after(() => cluster?.down());

  it('runs three pods on both nodes', async () => {
    const nodes = await cluster.kubectl(
      'get',
      'pods',
      '-l',
      'app=hello',
      '-o',
      'jsonpath={.items[*].spec.nodeName}',
    );
    assert.deepEqual([...new Set(nodes.split(' '))].sort(), [...cluster.nodes].sort());
    const ready = await cluster.kubectl('get', 'deployment', 'hello', '--no-headers');
    assert.match(ready, /^hello\s+3\/3\s+3\s+3\s/);
  });

  it('answers on the cluster IP and on the DNS name, from inside a pod', async () => {
    const ip = await cluster.kubectl('get', 'service', 'hello', '-o', 'jsonpath={.spec.clusterIP}');
    await reachesAll(fromInside(`http://${ip}/`));
    await reachesAll(fromInside('http://hello/'));
    await reachesAll(fromInside('http://hello.default.svc.cluster.local/'));
  });

  it('answers on the NodePort, at 127.0.0.1 and at both nodes', async () => {
    const port = await cluster.kubectl('get', 'service', 'hello', '-o', 'jsonpath={.spec.ports[0].nodePort}');
    await reachesAll(fromHere(`http://127.0.0.1:${port}/`));
    const addresses = await cluster.kubectl(
      'get',
      'nodes',
      '-o',
      'jsonpath={.items[*].status.addresses[?(@.type=="InternalIP")].address}',
    );
    for (const address of addresses.split(' ')) await reachesAll(fromInside(`http://${address}:${port}/`));
  });

  it('reaches a pod that calls its own Service', async () => {
    const [first] = await podNames();
    const ask = () => cluster.kubectl('exec', first!, '--', 'timeout', '2', 'wget', '-qO-', 'http://hello/');
    await reachesAll(ask);
  });

  it('answers through port-forward, to each pod and to the Service', async () => {
    const kubectl = packagedTool('kubectl');
    for (const target of [...(await podNames()).map((name) => `pod/${name}`), 'service/hello']) {
      const remote = target.startsWith('pod') ? ':8080' : ':80';
      const forward = background([kubectl, 'port-forward', target, remote], cluster.env);
      const port = await eventually('a local port', () => forward.output().match(/127\.0\.0\.1:(\d+)/)?.[1]);
      const text = await fromHere(`http://127.0.0.1:${port}/`)();
      assert.match(text, target.startsWith('pod') ? new RegExp(target.slice(4)) : /^Ahoy from hello-/);
      await forward.stop();
    }
  });

  it('finds Services by SRV and PTR, and refuses unknown names', async () => {
    const lookup = (...words: string[]) => cluster.tryKubectl('exec', client, '--', 'nslookup', ...words);
    const srv = await lookup('-type=srv', '_http._tcp.hello.default.svc.cluster.local');
    assert.match(srv.stdout, /hello\.default\.svc\.cluster\.local/);
    const ip = await cluster.kubectl('get', 'service', 'hello', '-o', 'jsonpath={.spec.clusterIP}');
    assert.match((await lookup(ip)).stdout, /hello\.default\.svc\.cluster\.local/);
    assert.match((await lookup('nothing.default.svc.cluster.local')).stdout, /NXDOMAIN/);
  });

  it('keeps a client with one pod under session affinity', async () => {
    await cluster.kubectl('patch', 'service', 'hello', '-p', '{"spec":{"sessionAffinity":"ClientIP"}}');
    const ask = fromInside('http://hello/');
    await eventually('the same pod ten times', async () => {
      const answers = new Set<string>();
      for (let i = 0; i < 10; i++) answers.add(await ask());
      return answers.size === 1;
    });
    await cluster.kubectl('patch', 'service', 'hello', '-p', '{"spec":{"sessionAffinity":"None"}}');
  });

  it('resolves a headless Service to its pods', async () => {
    await cluster.kubectlWith(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'headless' },
        spec: { clusterIP: 'None', selector: { app: 'hello' }, ports: [{ port: 8080 }] },
      }),
      'apply',
      '-f',
      '-',
    );
    const ips = (
      await cluster.kubectl('get', 'pods', '-l', 'app=hello', '-o', 'jsonpath={.items[*].status.podIP}')
    ).split(' ');
    await eventually('all addresses', async () => {
      const { stdout } = await cluster.tryKubectl(
        'exec',
        client,
        '--',
        'nslookup',
        'headless.default.svc.cluster.local',
      );
      return ips.every((ip) => stdout.includes(ip));
    });
  });

  it('drops no request during a rolling update, and goes back by rollout undo', async () => {
    const port = await cluster.kubectl('get', 'service', 'hello', '-o', 'jsonpath={.spec.ports[0].nodePort}');
    let asked = 0;
    const failures: unknown[] = [];
    let updating = true;
    const load = (async () => {
      while (updating) {
        asked++;
        try {
          const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
          if (!answer.ok) failures.push(answer.status);
          await answer.text();
        } catch (error) {
          failures.push(error);
        }
      }
    })();
    await exec(['cp', '-r', join(repository, 'examples/hello'), join(cluster.directory, 'hello2')]);
    await exec(['sed', '-i', 's/hello:1/hello:2/', join(cluster.directory, 'hello2/Imagefile')]);
    await cluster.tiphys('image', 'build', '--name', cluster.name, join(cluster.directory, 'hello2'));
    await cluster.kubectl('set', 'image', 'deployment/hello', 'hello=localhost/hello:2');
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=90s');
    updating = false;
    await load;
    assert.deepEqual(failures, [], `of ${asked} requests`);
    const image = () =>
      cluster.kubectl(
        'get',
        'deployment',
        'hello',
        '-o',
        'jsonpath={.spec.template.spec.containers[0].image}',
      );
    assert.equal(await image(), 'localhost/hello:2');
    await cluster.kubectl('rollout', 'undo', 'deployment/hello');
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=90s');
    assert.equal(await image(), 'localhost/hello:1');
    assert.match(await cluster.kubectl('rollout', 'history', 'deployment/hello'), /2 .*\n3 /s);
  });
});
