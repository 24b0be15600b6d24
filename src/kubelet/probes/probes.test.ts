import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Probe } from '../../api/kinds/core/v1/probe.ts';
import { CriError } from '../../cri/error.ts';
import { SimulatedRuntime } from '../../cri/simulated/runtime.ts';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { systemClock } from '../../kit/clock.ts';
import { answer, GrpcTestServer, requests } from '../../kit/grpc/server.fake.ts';
import { seededRandom } from '../../kit/random.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import type { Pod } from '../pod.ts';
import { NOW, running, viewOf } from '../view/pod-view.fake.ts';
import { type ProbeOutcome, resolvePort, runProbe } from './handlers.ts';
import { ProbeManager } from './probe-manager.ts';
import { ProbeWorker } from './probe-worker.ts';

const runtime = new SimulatedRuntime({ clock: systemClock, random: seededRandom(1) });
const handlers = { runtime, clock: systemClock };
const target = { container: aContainer('main'), containerId: 'c', podIP: '127.0.0.1' };

async function httpServer(
  t: TestContext,
  status: number,
  headers: Record<string, string> = {},
): Promise<number> {
  const server = createServer((req, res) => {
    const ok = req.headers['user-agent'] === 'kube-probe/1.36' && req.headers.host === 'web.example';
    res.writeHead(ok ? status : 418, headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const httpGet = (port: number): Probe => ({
  httpGet: { port, path: '/x', httpHeaders: [{ name: 'Host', value: 'web.example' }] },
});

test('an HTTP check succeeds from 200 to 399 and names the code that it does not like', async (t) => {
  const good = await httpServer(t, 204);
  const bad = await httpServer(t, 503);
  assert.deepEqual(await runProbe(httpGet(good), target, handlers), { result: 'success', output: '' });
  assert.deepEqual(await runProbe(httpGet(bad), target, handlers), {
    result: 'failure',
    output: 'HTTP probe failed with statuscode: 503',
  });
});

test('an HTTP check need not wait for the end of an endless body', async (t) => {
  const server = createServer((_req, res) => void res.writeHead(200).write(Buffer.alloc(20_000)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  assert.equal((await runProbe({ httpGet: { port, path: '/' } }, target, handlers)).result, 'success');
});

test('a redirect to another host is a success with a warning', async (t) => {
  const port = await httpServer(t, 302, { location: 'http://elsewhere.example/' });
  assert.equal((await runProbe(httpGet(port), target, handlers)).result, 'warning');
});

test('a port without a listener is refused in Go’s words', async () => {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  assert.equal((await runProbe({ tcpSocket: { port } }, target, handlers)).result, 'success');
  await new Promise((resolve) => server.close(resolve));
  const refused = `dial tcp 127.0.0.1:${port}: connect: connection refused`;
  assert.equal((await runProbe({ tcpSocket: { port } }, target, handlers)).output, refused);
  const { output } = await runProbe({ httpGet: { port, path: '/' } }, target, handlers);
  assert.equal(output, `Get "http://127.0.0.1:${port}/": ${refused}`);
});

test('a gRPC check asks the health service', async (t) => {
  const server = new GrpcTestServer(async (stream, headers) => {
    assert.deepEqual(
      [headers[':path'], headers['user-agent']],
      ['/grpc.health.v1.Health/Check', 'kube-probe/1.36'],
    );
    for await (const request of requests(stream)) {
      const service = request.subarray(2).toString();
      if (service === 'lost') answer(stream, [], 5, 'unknown service');
      else if (service !== 'slow') answer(stream, [Buffer.from([0x08, service === 'sick' ? 2 : 1])]);
    }
  });
  const port = await server.listen(0);
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= server.close();
    return closed;
  };
  t.after(close);
  assert.equal((await runProbe({ grpc: { port } }, target, handlers)).result, 'success');
  assert.deepEqual(await runProbe({ grpc: { port, service: 'sick' } }, target, handlers), {
    result: 'failure',
    output: 'service unhealthy (responded with "NOT_SERVING")',
  });
  assert.deepEqual(await runProbe({ grpc: { port, service: 'lost' } }, target, handlers), {
    result: 'failure',
    output: 'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
  });
  assert.deepEqual(await runProbe({ grpc: { port, service: 'slow' }, timeoutSeconds: 1 }, target, handlers), {
    result: 'failure',
    output: 'timeout: health rpc did not complete within 1s',
  });
  await close();
  assert.deepEqual(await runProbe({ grpc: { port }, timeoutSeconds: 1 }, target, handlers), {
    result: 'failure',
    output: `timeout: failed to connect service "127.0.0.1:${port}" within 1s: context deadline exceeded`,
  });
});

test('ports are found by name', () => {
  const named = aContainer('main', { ports: [{ name: 'web', containerPort: 8080 }] });
  assert.equal(resolvePort('web', named), 8080);
  assert.equal(resolvePort('81', named), 81);
  assert.throws(() => resolvePort('nope', named), /couldn't find port: "nope"/);
});

test('a check of a port that has no such name fails like any other', async () => {
  await assert.rejects(runProbe({ tcpSocket: { port: 'nowhere' } }, target, handlers), /couldn't find port/);
});

test('a probe counts to its thresholds, on its period, after its delay', async () => {
  const clock = new SteppedClock();
  const outcomes: ProbeOutcome['result'][] = [
    'success',
    'failure',
    'unknown',
    'failure',
    'success',
    'success',
  ];
  const ran: number[] = [];
  const verdicts: boolean[] = [];
  const start = clock.now();
  new ProbeWorker({
    type: 'readiness',
    probe: { initialDelaySeconds: 3, periodSeconds: 5, successThreshold: 2, failureThreshold: 2 },
    clock,
    startedAt: start,
    run: async () => {
      ran.push((clock.now() - start) / 1000);
      return { result: outcomes.shift() ?? 'success', output: '' };
    },
    onUnhealthy: () => {},
    onVerdict: (success) => verdicts.push(success),
  });
  await clock.step(29_000);
  assert.deepEqual(ran, [3, 8, 13, 18, 23, 28]);
  assert.deepEqual(verdicts, [false, true]);
});

for (const type of ['readiness', 'startup'] as const)
  test(`until a ${type} probe succeeds it is asked between its periods, too, and only success counts there`, async () => {
    const clock = new SteppedClock();
    const start = clock.now();
    const [ran, told, verdicts]: [number[], number[], boolean[]] = [[], [], []];
    const at = () => clock.now() - start;
    let outcome: ProbeOutcome['result'] = 'failure';
    new ProbeWorker({
      type,
      probe: { periodSeconds: 1, failureThreshold: 3 },
      clock,
      startedAt: start,
      run: async () => {
        ran.push(at());
        return { result: outcome, output: '' };
      },
      onUnhealthy: () => told.push(at()),
      onVerdict: (success) => verdicts.push(success),
    });
    await clock.step(1250);
    assert.deepEqual(ran, [0, 100, 300, 700, 1000, 1100]);
    assert.deepEqual([told, verdicts], [[0, 1000], []]);
    outcome = 'success';
    await clock.step(100);
    assert.deepEqual([ran.at(-1), verdicts], [1300, [true]]);
    outcome = 'failure';
    await clock.step(2000);
    assert.deepEqual(ran.slice(7), type === 'startup' ? [] : [2000, 3000]);
  });

test('a liveness probe keeps to its period', async () => {
  const clock = new SteppedClock();
  let checks = 0;
  new ProbeWorker({
    type: 'liveness',
    probe: { periodSeconds: 1, failureThreshold: 9 },
    clock,
    startedAt: clock.now(),
    run: async () => ({ result: checks++ >= 0 ? 'failure' : 'success', output: '' }),
    onUnhealthy: () => {},
    onVerdict: () => {},
  });
  await clock.step(2500);
  assert.equal(checks, 3);
});

function manager(exitCodes: Record<string, number>) {
  const clock = new SteppedClock(NOW);
  const changed: string[] = [];
  const told: string[] = [];
  const simulated = new SimulatedRuntime({
    clock,
    random: seededRandom(1),
    exec: (_container, command) => ({ exitCode: exitCodes[command[0]!] ?? 0, stdout: '' }),
  });
  const run = simulated.execSync.bind(simulated);
  simulated.execSync = async (id, command, timeout) =>
    exitCodes[command[0]!] === undefined ? run(id, command, timeout) : result(exitCodes[command[0]!]!);
  const probes = new ProbeManager({
    runtime: simulated,
    clock,
    hostIP: '192.0.2.1',
    events: { pod: () => {}, container: (_p, _c, _t, reason, message) => told.push(`${reason} ${message}`) },
    onChange: (uid) => changed.push(uid),
  });
  const hang = () => {
    simulated.execSync = () => Promise.reject(new CriError('deadlineExceeded', 'too late'));
  };
  return { clock, probes, changed, told, hang };
}

const result = (exitCode: number) => ({ exitCode, stdout: Buffer.from('no'), stderr: Buffer.alloc(0) });
const execProbe = (word: string): Probe => ({
  exec: { command: [word] },
  periodSeconds: 1,
  failureThreshold: 2,
});
const probed = (extra: Parameters<typeof aContainer>[1]): Pod =>
  aBoundPod('p', { containers: [aContainer('main', extra)] }, { uid: 'u' });

test('a container is unready until its readiness probe succeeds', async () => {
  const exitCodes = { ready: 1 };
  const { clock, probes, changed, told } = manager(exitCodes);
  const pod = probed({ readinessProbe: execProbe('ready') });
  probes.update(pod, viewOf(pod, { main: running }));
  const main = { kind: 'main' as const, spec: pod.spec!.containers[0]! };
  await clock.step(1500);
  assert.equal(probes.ready(main, 'main-0'), false);
  assert.deepEqual(changed, []);
  assert.equal(told[0], 'Unhealthy Readiness probe failed: no');
  exitCodes.ready = 0;
  await clock.step(1000);
  assert.equal(probes.ready(main, 'main-0'), true);
  assert.deepEqual(changed, ['u']);
});

test('a command that takes too long is reported with its time-out', async () => {
  const { clock, probes, told, hang } = manager({});
  hang();
  const pod = probed({ livenessProbe: { ...execProbe('live'), timeoutSeconds: 3 } });
  probes.update(pod, viewOf(pod, { main: running }));
  await clock.step(1500);
  assert.equal(told[0], 'Unhealthy Liveness probe failed: command timed out: "live" timed out after 3s');
});

test('liveness and readiness wait for the startup probe; a failed one asks for a restart', async () => {
  const exitCodes = { start: 1, live: 1 };
  const { clock, probes, changed } = manager(exitCodes);
  const pod = probed({
    startupProbe: { ...execProbe('start'), failureThreshold: 10 },
    livenessProbe: execProbe('live'),
  });
  const view = viewOf(pod, { main: running });
  probes.update(pod, view);
  await clock.step(3000);
  assert.equal(probes.started('main-0'), false);
  assert.equal(probes.failed('main-0'), undefined);
  exitCodes.start = 0;
  await clock.step(1000);
  assert.equal(probes.started('main-0'), true);
  probes.update(pod, view);
  await clock.step(2000);
  assert.equal(probes.failed('main-0'), 'liveness');
  assert.deepEqual(changed, ['u', 'u']);
});

test('after a restart of the kubelet a container that was ready stays ready until its probe says no', async () => {
  const { clock, probes } = manager({ ready: 1 });
  const pod: Pod = {
    ...probed({ readinessProbe: execProbe('ready') }),
    status: {
      containerStatuses: [
        {
          name: 'main',
          image: '',
          imageID: '',
          ready: true,
          started: true,
          restartCount: 0,
          containerID: 'containerd://main-0',
        },
      ],
    },
  };
  probes.update(pod, viewOf(pod, { main: running }));
  const main = { kind: 'main' as const, spec: pod.spec!.containers[0]! };
  assert.equal(probes.ready(main, 'main-0'), true);
  await clock.step(2500);
  assert.equal(probes.ready(main, 'main-0'), false);
});

test('probes of a container that has ended stop', async () => {
  const { clock, probes, told } = manager({ ready: 1 });
  const pod = probed({ readinessProbe: execProbe('ready') });
  probes.update(pod, viewOf(pod, { main: running }));
  await clock.step(500);
  probes.update(pod, viewOf(pod, {}));
  const before = told.length;
  await clock.step(10_000);
  await settle();
  assert.equal(told.length, before);
});

test('a clock that was set back after the start makes no probe wait longer than its delay', async () => {
  const clock = new SteppedClock();
  let checks = 0;
  const worker = new ProbeWorker({
    type: 'readiness',
    probe: { initialDelaySeconds: 5, periodSeconds: 10 },
    clock,
    startedAt: clock.now() + 3_600_000,
    run: async () => ({ result: checks++ ? 'failure' : 'success', output: '' }),
    onUnhealthy: () => {},
    onVerdict: () => {},
  });
  await clock.step(5_000);
  assert.equal(checks, 1);
  worker.stop();
});
