// What a call of a webhook costs: a review posted over HTTPS to a server in a process of its own, one after another (p50) and by 64
// clients at once (calls a second). Connections are kept, as in the API server.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { postReview } from '../src/apiserver/webhooks/post-review.ts';
import { systemClock } from '../src/kit/clock.ts';
import { KeptConnections } from '../src/kit/http1/kept-connections.ts';
import { systemRandom } from '../src/kit/random.ts';
import { figure, median } from './support/figure.ts';

const SINGLE = 500;
const CLIENTS = 64;
const CALLS = 2_000;

const child: ChildProcess = fork(new URL('./support/webhook.ts', import.meta.url));
const [client] = (await once(child, 'message')) as [{ url: string; caBundle: string }];
const none = { cache: { get: () => undefined, items: () => [] } } as never;
const connections = new KeptConnections(systemClock);
const options = { clock: systemClock, random: systemRandom, connections, services: none, slices: none };
const review = { kind: 'AdmissionReview', request: { uid: 'u', object: { data: 'x'.repeat(1000) } } };
const call = () => postReview(options, client, review, 10);

const times: number[] = [];
for (let i = 0; i < 100 + SINGLE; i++) {
  const started = systemClock.monotonic();
  await call();
  if (i >= 100) times.push(systemClock.monotonic() - started);
}
let left = CALLS;
const started = systemClock.monotonic();
await Promise.all(
  Array.from({ length: CLIENTS }, async () => {
    while (left-- > 0) await call();
  }),
);
const seconds = (systemClock.monotonic() - started) / 1000;
figure('webhooks.call_p50_ms', median(times), 'ms');
figure('webhooks.calls_per_s_64_clients', CALLS / seconds, '1/s');
connections.close();
child.kill();
