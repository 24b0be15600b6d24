// Our kubectl's streams against a real node: exec, attach, cp, logs, port-forward, proxy and debug, over WebSockets and over SPDY.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { background, repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const ours = join(repository, 'bin/kubectl-tiphys');
const pod = 'shell';
let cluster: TestCluster;

interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

async function run(
  words: readonly string[],
  options: { input?: Buffer | string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const child = spawn(ours, words, { env: { ...process.env, ...cluster.env, ...options.env } });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  return { code: await ended, stdout, stderr: String(stderr) };
}

/** What the words print; they must succeed. */
async function output(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(words);
  assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
  return String(stdout);
}

before(async () => {
  const files = [join(repository, 'examples/hello')];
  cluster = await startTestCluster({ name: 'tph-e2e-kubectl-streams', nodes: 1, files });
  const script =
    'trap "exit 0" TERM; echo started; while read line; do echo got $line; done; while true; do sleep 0.2; done';
  const spec = {
    terminationGracePeriodSeconds: 1,
    containers: [
      { name: 'shell', image: 'localhost/hello:1', command: ['sh', '-c', script], stdin: true },
      {
        name: 'other',
        image: 'localhost/hello:1',
        command: ['sh', '-c', 'echo other; while true; do sleep 0.2; done'],
      },
    ],
  };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, labels: { app: pod } }, spec };
  await cluster.kubectlWith(JSON.stringify(object), 'apply', '-f', '-');
  await cluster.kubectl('wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=60s');
  await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
});
after(() => cluster?.down());

describe('exec', () => {
  for (const [protocol, env] of [
    ['WebSockets', {}],
    ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }],
  ] as const)
    it(`carries bytes both ways, and ends with the command's code, over ${protocol}`, async () => {
      const bytes = randomBytes(3_000_000);
      const echoed = await run(['exec', '-i', pod, '-c', 'shell', '--', 'cat'], { input: bytes, env });
      assert.equal(echoed.code, 0, echoed.stderr);
      assert.ok(echoed.stdout.equals(bytes));
      const failed = await run(
        ['exec', pod, '-c', 'shell', '--', 'sh', '-c', 'echo out; echo err >&2; exit 5'],
        { env },
      );
      assert.deepEqual(
        [failed.code, String(failed.stdout), failed.stderr],
        [5, 'out\n', 'err\ncommand terminated with exit code 5\n'],
      );
    });

  for (const [protocol, env] of [
    ['WebSockets', {}],
    ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }],
  ] as const)
    it(`ends with a command that did not read its input, over ${protocol}`, async () => {
      const input = randomBytes(3_000_000);
      const words = ['exec', '-i', pod, '-c', 'shell', '--', 'sh', '-c', 'head -c 1000 | wc -c; exit 4'];
      const { code, stdout } = await run(words, { input, env });
      assert.deepEqual([code, String(stdout).trim()], [4, '1000']);
    });

  it('chooses the first container, a pod of a workload, and says what it cannot', async () => {
    const first = await run(['exec', pod, '--', 'echo', 'hi']);
    assert.deepEqual(
      [String(first.stdout), first.stderr],
      ['hi\n', 'Defaulted container "shell" out of: shell, other\n'],
    );
    assert.equal(await output('exec', 'deploy/hello', '--', 'echo', 'hi'), 'hi\n');
    const none = await run(['exec', 'nobody', '--', 'ls']);
    assert.deepEqual(
      [none.code, none.stderr],
      [1, 'Error from server (NotFound): pods "nobody" not found\n'],
    );
  });

  it('gives the command a terminal, and the user the own one back', async () => {
    const words = `'${ours}' exec -it ${pod} -c shell -- sh; stty -a | grep -o ' echo '`;
    const child = spawn('script', ['-qec', words, '/dev/null'], { env: { ...process.env, ...cluster.env } });
    const closed = new Promise((resolve) => child.once('close', resolve));
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk;
    });
    await eventually('there is a prompt', () => seen.includes('$ '));
    child.stdin.write('tty; echo done-$((1+1)); exit 3\n');
    await eventually('the command has ended', () => seen.includes('command terminated with exit code 3'));
    await closed;
    assert.match(seen, /\/dev\/pts\/\d[\s\S]*done-2/);
    assert.match(seen, / echo /);
  });
});

describe('attach', () => {
  it('sends input to what runs, and shows its output', async () => {
    const child = spawn(ours, ['attach', '-i', pod, '-c', 'shell'], {
      env: { ...process.env, ...cluster.env },
    });
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk;
    });
    child.stdin.write('ahoy\n');
    await eventually('the line comes back', () => seen.includes('got ahoy'));
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('close', resolve));
  });
});

describe('logs', () => {
  it('show one container, all of them, or those of a selector', async () => {
    assert.match(await output('logs', pod, '-c', 'shell'), /^started\n/);
    assert.equal(await output('logs', pod, 'other', '--prefix'), `[pod/${pod}/other] other\n`);
    const all = await output('logs', pod, '--all-containers', '--prefix');
    assert.match(all, /\[pod\/shell\/shell\] started\n[\s\S]*\[pod\/shell\/other\] other\n/);
    assert.match(await output('logs', '-l', `app=${pod}`, '--all-containers'), /started\n/);
    const previous = await run(['logs', '-p', pod, '-c', 'shell']);
    assert.match(previous.stderr, /^Error from server \(BadRequest\): previous terminated container "shell"/);
  });

  it('follow several containers at once until they are stopped', async () => {
    const words = ['logs', '-f', '-l', `app=${pod}`, '--all-containers', '--prefix', '--tail=-1'];
    const following = background([ours, ...words], cluster.env);
    await eventually('both are shown', () =>
      ['[pod/shell/shell] started', '[pod/shell/other] other'].every((line) =>
        following.output().includes(line),
      ),
    );
    await following.stop();
    const most = await run([...words, '--max-log-requests=1']);
    assert.match(
      most.stderr,
      /you are attempting to follow 2 log streams, but maximum allowed concurrency is 1/,
    );
  });
});

describe('cp', () => {
  it('copies folders there and back, without links and never outside', async () => {
    const source = join(cluster.directory, 'source');
    mkdirSync(join(source, 'deep/empty'), { recursive: true });
    const bytes = randomBytes(1_000_000);
    writeFileSync(join(source, 'deep/bytes'), bytes, { mode: 0o755 });
    writeFileSync(join(source, `größe ${'n'.repeat(120)}`), 'long');
    symlinkSync('deep/bytes', join(source, 'link'));
    await output('cp', source, `${pod}:/tmp/there`, '-c', 'shell');
    const listed = await output(
      'exec',
      pod,
      '-c',
      'shell',
      '--',
      'ls',
      '-l',
      '/tmp/there',
      '/tmp/there/deep',
    );
    assert.match(listed, /link -> deep\/bytes/);
    assert.match(listed, /-rwxr-xr-x .*bytes/);
    const back = join(cluster.directory, 'back');
    const copied = await run(['cp', `default/${pod}:/tmp/there`, back, '-c', 'shell']);
    assert.equal(copied.code, 0, copied.stderr);
    assert.match(copied.stderr, /warning: skipping symlink: ".*\/back\/link" -> "deep\/bytes"/);
    assert.ok(readFileSync(join(back, 'deep/bytes')).equals(bytes));
    assert.ok(existsSync(join(back, 'deep/empty')) && !existsSync(join(back, 'link')));
    const missing = await run(['cp', `${pod}:/tmp/nothing`, join(cluster.directory, 'x'), '-c', 'shell']);
    assert.deepEqual([missing.code, missing.stderr], [1, 'command terminated with exit code 1\n']);
  });
});

describe('port-forward', () => {
  for (const [protocol, env] of [
    ['WebSockets', {}],
    ['SPDY', { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
  ] as const)
    it(`leads to the pod of a Service over ${protocol}`, async () => {
      const words = ['port-forward', '--address', '127.0.0.1', 'svc/hello', ':80'];
      const forwarding = background([ours, ...words], { ...cluster.env, ...env });
      try {
        const address = await eventually(
          'it listens',
          () => /Forwarding from (127\.0\.0\.1:\d+) -> 8080/.exec(forwarding.output())?.[1],
        );
        for (let i = 0; i < 5; i++)
          assert.match(await (await fetch(`http://${address}/`)).text(), /^Ahoy from hello-/);
      } finally {
        await forwarding.stop();
      }
    });
});

describe('proxy', () => {
  it('leads to the API, but not into containers', async () => {
    const proxying = background([ours, 'proxy', '--port=0'], cluster.env);
    try {
      const address = await eventually(
        'it listens',
        () => /Starting to serve on (127\.0\.0\.1:\d+)/.exec(proxying.output())?.[1],
      );
      const path = `/api/v1/namespaces/default/pods/${pod}`;
      const found = (await (await fetch(`http://${address}${path}`)).json()) as {
        metadata: { name: string };
      };
      assert.equal(found.metadata.name, pod);
      assert.equal((await fetch(`http://${address}${path}/exec?command=ls`)).status, 403);
    } finally {
      await proxying.stop();
    }
  });
});

describe('debug', () => {
  it('adds a container to a pod, and runs in it', async () => {
    const words = ['debug', pod, '--image=localhost/hello:1', '--image-pull-policy=Never', '-c', 'dbg', '-i'];
    // It waits for input, so it has not ended before kubectl is attached. containerd starts to pass input on before output:
    // what is said to the first lines may be lost.
    const say = 'while read word; do echo $word from the debugger; done';
    const ran = await run([...words, '--target=shell', '--', 'sh', '-c', say], {
      input: Buffer.from('hello\n'.repeat(5_000)),
    });
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(String(ran.stdout), /Targeting container "shell"[\s\S]*hello from the debugger/);
  });

  it('copies a pod with another command, and starts a pod on the node', async () => {
    const copied = ['debug', pod, '--copy-to=copy', '-c', 'shell', '--', 'sleep', '60'];
    await output(...copied);
    const spec = await cluster.kubectl('get', 'pod', 'copy', '-o', 'jsonpath={.spec.containers[0].command}');
    assert.equal(spec, '["sleep","60"]');
    const onNode = await output(
      ...['debug', `node/${cluster.nodes[0]}`, '--image=localhost/hello:1', '--image-pull-policy=Never'],
      ...['--profile=sysadmin', '--', 'sleep', '60'],
    );
    const name = /Creating debugging pod (\S+) with container debugger/.exec(onNode)?.[1] ?? '';
    await cluster.kubectl('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s');
    assert.match(await output('exec', name, '--', 'ls', '/host'), /^etc$/m);
  });
});
