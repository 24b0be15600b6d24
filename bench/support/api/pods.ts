// A large cluster: 30,000 pods in one namespace. No scheduler takes them.
import type { ClientHttp2Session } from 'node:http2';
import { systemClock } from '../../../src/kit/clock.ts';
import { figure, percentile } from '../figure.ts';
import { type BenchCluster, NAMESPACE } from './bench-cluster.ts';
import { timed } from './timed.ts';

const PODS = 30_000;
/** Milliseconds until memory is read. */
const SETTLE = 5_000;
/** Clients that change pods, each one after the other; and how often each goes through the life of a pod. */
const WRITERS = 8;
const LIVES = 150;
const path = `/api/v1/namespaces/${NAMESPACE}/pods`;
const resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } };
const variable = (i: number) => ({ name: `SETTING_${i}`, value: `value-${i}` });

const pod = (metadata: object): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { labels: { app: 'web', tier: 'frontend', 'pod-template-hash': '5d4f8c7b9' }, ...metadata },
    spec: {
      schedulerName: 'bench',
      containers: [
        {
          name: 'web',
          image: 'registry.example.com/team/web:1.2.3',
          ports: [{ name: 'http', containerPort: 8080 }],
          env: Array.from({ length: 8 }, (_, i) => variable(i)),
          resources,
          readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
        },
      ],
    },
  });

export async function pods(bench: BenchCluster): Promise<void> {
  const { run, memory, session } = bench;
  await run({ path, body: pod({ generateName: 'web-' }), connections: 64, requests: PODS });
  await systemClock.sleep(SETTLE);
  figure('api.rss_30k_pods_mb', memory() / 1e6, 'MB');
  await run({ path, connections: 1, requests: 2 });
  figure('api.list_30k_pods_ms', 1000 / (await run({ path, connections: 1, requests: 10 })), 'ms');
  const client = session();
  const times = await Promise.all(Array.from({ length: WRITERS }, (_, i) => write(bench, client, i)));
  client.destroy();
  figure('api.mutate_p99_30k_ms', percentile(times.flat(), 0.99), 'ms');
}

/** Milliseconds of each mutation in the lives of pods. */
async function write({ ask }: BenchCluster, client: ClientHttp2Session, writer: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < LIVES; i++) {
    const name = `life-${writer}-${i}`;
    const contentType = 'application/merge-patch+json';
    const label = JSON.stringify({ metadata: { labels: { turn: String(i) } } });
    const status = JSON.stringify({ status: { phase: 'Running', podIP: '10.0.0.1' } });
    for (const asked of [
      { method: 'POST', path, body: pod({ name }) },
      { method: 'PATCH', path: `${path}/${name}`, contentType, body: label },
      { method: 'PATCH', path: `${path}/${name}/status`, contentType, body: status },
      { method: 'DELETE', path: `${path}/${name}?gracePeriodSeconds=0` },
    ])
      times.push(await timed(() => ask(client, asked)));
  }
  return times;
}
