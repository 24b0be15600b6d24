// Everything that streams, with a real kubectl and real containers, over the new protocols (WebSocket) and the old (SPDY).
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tryExec } from '../../src/kit/exec.ts';
import { background, repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';

let cluster: TestCluster;
const MEGABYTES = 12;

const runPod = (name: string, script: string) =>
  cluster.kubectl(
    ...['run', name, '--image=localhost/hello:1', '--restart=Never', '--command', '--', 'sh', '-c', script],
  );

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('streams', () => {
  before(async () => {
    cluster = await startTestCluster({
      name: 'tph-e2e-streams',
      files: [join(repository, 'examples/hello')],
    });
    await runPod('shell', 'i=0; while true; do echo tick $i; i=$((i+1)); sleep 0.2; done');
    await cluster.kubectl('wait', '--for=condition=Ready', 'pod/shell', '--timeout=60s');
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
  });
  after(() => cluster?.down());

  for (const webSockets of ['true', 'false']) {
    const protocol = webSockets === 'true' ? 'WebSocket' : 'SPDY';
    const kubectl = (words: readonly string[], input?: Buffer) =>
      tryExec([packagedTool('kubectl'), ...words], {
        input,
        env: {
          ...cluster.env,
          KUBECTL_REMOTE_COMMAND_WEBSOCKETS: webSockets,
          KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets,
        },
      });

    describe(`over ${protocol}`, () => {
      it('exec keeps output and errors apart and gives the exit code', async () => {
        const result = await kubectl(['exec', 'shell', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7']);
        assert.equal(result.stdout, 'out\n');
        assert.match(result.stderr, /^err$/m);
        assert.match(result.stderr, /command terminated with exit code 7/);
        assert.equal(result.code, 7);
      });

      it('exec takes arguments of 500 KB in all', async () => {
        const words = Array.from({ length: 5 }, () => 'x'.repeat(100_000));
        const result = await kubectl([
          'exec',
          'shell',
          '--',
          'sh',
          '-c',
          'echo -n "$*" | wc -c',
          'sh',
          ...words,
        ]);
        assert.equal(result.stdout.trim(), '500004', result.stderr);
      });

      it('exec says that a program is not there', async () => {
        const result = await kubectl(['exec', 'shell', '--', 'no-such-program']);
        assert.equal(result.code, 1);
        assert.match(result.stderr, /error executing command in container: .*no-such-program/s);
      });

      it(`exec carries ${MEGABYTES} MB in and out, and sees the end of its input`, async () => {
        const sent = Buffer.from(randomBytes(MEGABYTES << 19).toString('hex'));
        const result = await kubectl(['exec', '-i', 'shell', '--', 'cat'], sent);
        assert.equal(result.code, 0, result.stderr);
        assert.ok(result.stdout === sent.toString(), `${result.stdout.length} of ${sent.length} came back`);
      });

      it('cp brings a file there and back', async () => {
        const [there, back] = [join(cluster.directory, 'there'), join(cluster.directory, `back-${protocol}`)];
        writeFileSync(there, randomBytes(3 << 20));
        const inside = `shell:/tmp/${protocol}`;
        assert.equal((await kubectl(['cp', there, inside])).code, 0);
        assert.equal((await kubectl(['cp', inside, back])).code, 0);
        assert.ok(readFileSync(there).equals(readFileSync(back)));
      });

      it('port-forward serves many connections, and tells when nobody listens', async () => {
        const [good, bad] = [await freePort(), await freePort()];
        const forward = background(
          [...[packagedTool('kubectl'), 'port-forward', 'deployment/hello'], ...[`${good}:8080`, `${bad}:1`]],
          { ...cluster.env, KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets },
        );
        try {
          await eventually('forwarding', () => forward.output().includes(`127.0.0.1:${bad} ->`));
          const answers = await Promise.all(
            Array.from({ length: 20 }, () => fetch(`http://127.0.0.1:${good}/`).then((r) => r.text())),
          );
          assert.equal(answers.filter((text) => /^Ahoy from hello-/.test(text)).length, 20);
          await assert.rejects(fetch(`http://127.0.0.1:${bad}/`));
          await eventually('the reason', () => forward.output().includes('connection refused'));
        } finally {
          await forward.stop();
        }
      });
    });
  }

  it('run -i gives input, shows output and passes the exit code on', async () => {
    const words = ['run', 'once', '-i', '--rm', '--quiet', '--restart=Never', '--image=localhost/hello:1'];
    const result = await tryExec(
      [packagedTool('kubectl'), ...words, '--command', '--', 'sh', '-c', 'read word; echo got $word; exit 4'],
      { env: cluster.env, input: 'hello\n' },
    );
    assert.match(result.stdout, /got hello/);
    assert.equal(result.code, 4, result.stderr);
  });

  it('logs of a container that died are there with --previous', async () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'dying' },
      spec: {
        containers: [
          {
            name: 'c',
            image: 'localhost/hello:1',
            command: [
              'sh',
              '-c',
              'if [ -e /data/x ]; then echo second; sleep 1000; fi; touch /data/x; echo first; exit 1',
            ],
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ],
        volumes: [{ name: 'data', emptyDir: {} }],
        terminationGracePeriodSeconds: 0,
      },
    };
    await cluster.kubectlWith(JSON.stringify(manifest), 'create', '-f', '-');
    await eventually(
      'the second run',
      async () => (await cluster.kubectl('logs', 'dying')) === 'second\n',
      60_000,
    );
    assert.equal(await cluster.kubectl('logs', 'dying', '--previous'), 'first\n');
    const none = await cluster.tryKubectl('logs', 'shell', '--previous');
    assert.match(none.stderr, /previous terminated container "shell" in pod "shell" not found/);
  });

  it('following a log ends with the container', async () => {
    await runPod('short', 'echo one; sleep 1; echo two');
    await eventually('a start', async () => (await cluster.kubectl('logs', 'short')).startsWith('one'));
    assert.equal(await cluster.kubectl('logs', '-f', 'short'), 'one\ntwo\n');
  });

  it('proxies to a pod, a service and a node', async () => {
    const raw = (path: string) => cluster.tryKubectl('get', '--raw', `/api/v1/${path}`);
    const pods = await cluster.kubectl(
      'get',
      'pods',
      '-l',
      'app=hello',
      '-o',
      'jsonpath={.items[0].metadata.name}',
    );
    assert.match((await raw(`namespaces/default/pods/${pods}:8080/proxy/`)).stdout, /^Ahoy from/);
    assert.match((await raw('namespaces/default/services/hello:80/proxy/')).stdout, /^Ahoy from/);
    assert.equal((await raw(`nodes/${cluster.nodes[0]}/proxy/healthz`)).stdout, 'ok');
    assert.match(
      (await raw(`namespaces/default/pods/${pods}:1/proxy/`)).stderr,
      /\(ServiceUnavailable\): error trying to reach service: dial tcp [\d.]+:1: connect: connection refused/,
    );
  });
});
