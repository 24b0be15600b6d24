// The outside door: requests a second and latency through it and to its backend directly, with 1 and 1,000 Ingresses, and with a Gateway
// of as many routes; how long a change takes to be served; memory. The backend is another HAProxy that answers by itself, so that the door is what is measured. The load
// generator shares the machine's cores with both. Needs root.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../src/cluster/pki/self-signed.ts';
import { Haproxy } from '../src/gateway/haproxy/haproxy.ts';
import { findHaproxy } from '../src/gateway/haproxy/process.ts';
import { compile } from '../src/gateway/ingress/compile.ts';
import { anIngress, aWorld } from '../src/gateway/ingress/world.fake.ts';
import type { DoorModel } from '../src/gateway/model/model.ts';
import type { Endpoint } from '../src/gateway/model/routes.ts';
import { systemClock as clock } from '../src/kit/clock.ts';
import { exec } from '../src/kit/exec.ts';
import { silentLogger } from '../src/kit/log.ts';
import { systemRandom as random } from '../src/kit/random.ts';
import { figure, median, percentile } from './support/figure.ts';

const [DOOR, GATEWAY, POD, PORT] = ['127.77.199.1', '127.77.199.3', '127.77.199.2', 8080];
const REQUESTS = 30_000;
const scratch = mkdtempSync(join(tmpdir(), 'bench-gateway-'));

function startBackend() {
  const config = join(scratch, 'backend.cfg');
  const lines = [
    'global',
    'defaults\n  mode http\n  timeout client 60s\n  timeout server 60s\n  timeout connect 5s',
    `frontend pod\n  bind ${POD}:${PORT}\n  bind ${POD}:${PORT + 1}`,
    '  http-request return status 200 content-type text/plain string "ok"',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  return spawn(findHaproxy()!, ['-db', '-f', config], { stdio: 'ignore' });
}

/** `count` Ingresses, each with a host and a Service of its own, whose endpoint is the backend; the last has endpoints at `ports`. */
function modelOf(count: number, ports: readonly number[] = [PORT]): DoorModel {
  const ingresses = Array.from({ length: count }, (_, i) =>
    anIngress(`i${i}`, `h${i}.test`, [
      ['/', 'Prefix', `s${i}`],
      ['/api', 'Prefix', `s${i}`],
    ]),
  );
  const { model } = compile(aWorld(ingresses));
  const at = (own: readonly number[]): Endpoint[] => own.map((port) => ({ ip: POD, port }));
  const backends = [...model.backends].map(
    ([name, backend], i) => [name, { ...backend, endpoints: at(i === count - 1 ? ports : [PORT]) }] as const,
  );
  return { ...model, backends: new Map(backends) };
}

/** The same routes at a Gateway with a listener for http and one for https; every second one has a choice of two backends. */
function gatewayOf(count: number, ports: readonly number[] = [PORT]): DoorModel {
  const { routes: all, backends } = modelOf(count, ports);
  const names = [...backends.keys()];
  const routes = all.map((route, i) => {
    const other = names[(i + 1) % names.length]!;
    return i % 2 ? { ...route, branches: [{ when: [{ header: 'x-other', value: '1' }], to: other }] } : route;
  });
  const pem = own.certificate + own.key;
  const https = { kind: 'https' as const, certificates: [{ name: 'own', hosts: [], pem }], routes };
  const place = { addresses: [GATEWAY] };
  return {
    routes: [],
    backends,
    certificates: [],
    entrances: [
      { ...place, name: 'gw_80', protocol: 'http', port: 80, listeners: [{ host: '', routes }] },
      {
        ...place,
        name: 'gw_443',
        protocol: 'tls',
        port: 443,
        // biome-ignore lint/suspicious/noThenProperty: it is no function
        listeners: [{ host: '', then: https }],
      },
    ],
  };
}

async function rate(url: string, host: string, ...words: string[]): Promise<number> {
  const load = ['-n', String(REQUESTS), '-c', '32', '-t', '1', '-H', `:authority: ${host}`];
  const output = await exec(['h2load', ...load, ...words, url]);
  const ok = Number(/status codes: (\d+) 2xx/.exec(output)?.[1]);
  if (ok !== REQUESTS) throw new Error(output);
  return Number(/([\d.]+) req\/s/.exec(output)?.[1]);
}

/** Milliseconds of requests one after another over one connection. */
async function times(address: string, port: number, host: string): Promise<number[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const found: number[] = [];
  for (let i = 0; i < 2_000; i++) {
    const started = clock.monotonic();
    await new Promise<void>((resolve, reject) => {
      const request = http.get(
        { host: address, port, path: '/api/x', headers: { host }, agent },
        (answer) => {
          answer.resume().on('end', resolve);
        },
      );
      request.on('error', reject);
    });
    found.push(clock.monotonic() - started);
  }
  agent.destroy();
  return found;
}

async function memory(): Promise<number> {
  const pids = (await exec(['pgrep', '-u', 'haproxy', '-f', scratch])).trim().split('\n');
  const status = readFileSync(`/proc/${pids.at(-1)}/status`, 'utf8');
  return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1024;
}

async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const started = clock.monotonic();
  await work();
  return clock.monotonic() - started;
}

async function measure(name: string, address: string, routes: number, model: typeof modelOf): Promise<void> {
  const host = `h${routes - 1}.test`;
  await door.apply(model(routes));
  figure(`${name}.h1_per_s`, await rate(`http://${address}/api/x`, host, '--h1'), '1/s');
  figure(`${name}.h2_tls_per_s`, await rate(`https://${address}/api/x`, host, '-m', '4'), '1/s');
  figure(`${name}.p99_ms`, percentile(await times(address, 80, host), 0.99), 'ms');
  const endpoints: number[] = [];
  const reloads: number[] = [];
  for (let i = 0; i < 10; i++) {
    const changed = model(routes, i % 2 ? [PORT] : [PORT, PORT + 1]);
    endpoints.push(await timed(() => door.apply(changed)));
  }
  for (let i = 0; i < 10; i++) {
    const changed = model(routes + (i % 2 ? 0 : 1));
    reloads.push(await timed(() => door.apply(changed)));
  }
  figure(`${name}.compile_ms`, await timed(() => model(routes)), 'ms');
  figure(`${name}.endpoints_changed_p50_ms`, median(endpoints), 'ms');
  figure(`${name}.route_changed_p50_ms`, median(reloads), 'ms');
  figure(`${name}.memory_mib`, await memory(), 'MiB');
}

const backend = startBackend();
const own = selfSigned('door', ['door.test'], { clock, random });
const place = {
  directory: join(scratch, 'door'),
  addresses: [DOOR],
  metrics: { address: DOOR, port: 10_254 },
  certificate: own.certificate + own.key,
};
const door = new Haproxy({ place, clock, log: silentLogger });
await exec(['chmod', '755', scratch]);
try {
  await door.apply(modelOf(1));
  figure('gateway.direct_h1_per_s', await rate(`http://${POD}:${PORT}/api/x`, 'h0.test', '--h1'), '1/s');
  figure('gateway.direct_p99_ms', percentile(await times(POD, PORT, 'h0.test'), 0.99), 'ms');
  for (const routes of [1, 1_000]) {
    await measure(`gateway.${routes}_ingresses`, DOOR, routes, modelOf);
    await measure(`gateway.gateway_${routes}_routes`, GATEWAY, routes, gatewayOf);
  }
} finally {
  await door.stop();
  backend.kill();
  rmSync(scratch, { recursive: true, force: true });
}
