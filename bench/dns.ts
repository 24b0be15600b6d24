// The DNS server: answers a second for names of the cluster and for others from its cache, and for each second of the server's own
// processor time, since the load generator has the other of two cores; latency under this load; memory. One client over loopback.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import dnsPacket from 'dns-packet';
import { load } from './dns/load.ts';
import { figure, median, percentile } from './support/figure.ts';
import { cpuTicks, residentBytes } from './support/processes.ts';

/** As many as were under way in CoreDNS' published measurement: 33,669 a second, 2.6 ms each. */
const CONCURRENCY = 88;
const WARM_UP_MS = 1_000;
const MEASURED_MS = 5_000;

const query = (name: string, type: 'A' | 'AAAA' | 'SRV') =>
  dnsPacket.encode({ type: 'query', id: 0, flags: 256, questions: [{ name, type }] });

const internal = Array.from({ length: 1_000 }, (_, i) => query(`s${i}.default.svc.cluster.local`, 'A'));
const external = Array.from({ length: 1_000 }, (_, i) => query(`h${i}.example.com`, 'A'));

const server = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', 'bench/dns/server.ts'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
try {
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const port = Number(String(line));
  figure('dns.idle_mib', residentBytes(server.pid!) / 2 ** 20, 'MiB');
  for (const [name, queries] of [
    ['internal', internal],
    ['external_cached', external],
  ] as const) {
    const run = { port, queries, concurrency: CONCURRENCY };
    await load({ ...run, milliseconds: WARM_UP_MS });
    const before = cpuTicks(server.pid!);
    const { answers, seconds, times } = await load({ ...run, milliseconds: MEASURED_MS });
    const cpuSeconds = (cpuTicks(server.pid!) - before) / 100;
    figure(`dns.${name}_per_s`, answers / seconds, '1/s');
    figure(`dns.${name}_per_cpu_s`, answers / cpuSeconds, '1/s');
    const prefix = name === 'internal' ? 'dns' : `dns.${name}`;
    figure(`${prefix}.p50_ms`, median(times), 'ms');
    figure(`${prefix}.p99_ms`, percentile(times, 0.99), 'ms');
  }
  figure('dns.memory_mib', residentBytes(server.pid!) / 2 ** 20, 'MiB');
} finally {
  server.kill();
}
