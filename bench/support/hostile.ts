// A tenant that lists, watches or writes as fast as it can, without regard to Retry-After. A process of its own, started by
// bench/fairness.ts with its order as JSON in the first argument; prints how many requests of each status it made when it
// is told to end.
import { connect } from 'node:http2';
import { call } from './call.ts';

export interface HostileOrder {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  readonly does: 'list' | 'watch' | 'write';
  /** The collection: /api/v1/namespaces/…/configmaps. */
  readonly path: string;
  readonly connections: number;
  /** Requests that each connection has under way at any time. */
  readonly perConnection: number;
}

const order = JSON.parse(process.argv[2]!) as HostileOrder;
const headers = { authorization: `Bearer ${order.token}` };
const counts: Record<string, number> = {};
let serial = 0;

const REQUESTS = {
  list: () => ({ path: order.path, headers }),
  watch: () => ({ path: `${order.path}?watch=true`, headers }),
  write: () => ({
    method: 'POST',
    path: order.path,
    headers,
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `h-${process.pid}-${serial++}` },
      data: { text: 'x'.repeat(1_150) },
    }),
  }),
};

/** A watch is closed and opened again when this much of its initial state has arrived. */
const WATCHED_BYTES = 4 << 20;

async function press(): Promise<void> {
  const session = connect(order.server, { ca: order.ca, settings: { initialWindowSize: 4 << 20 } });
  session.on('error', () => {});
  session.once('connect', () => session.setLocalWindowSize(16 << 20));
  const loop = async () => {
    while (!session.destroyed) {
      let read = 0;
      const more = (part: Buffer) => {
        read += part.length;
        return order.does !== 'watch' || read < WATCHED_BYTES;
      };
      const { status } = await call(session, REQUESTS[order.does](), more).catch(() => ({ status: 0 }));
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: order.perConnection }, loop));
}

process.on('SIGTERM', () => {
  process.stdout.write(JSON.stringify(counts), () => process.exit(0));
});
for (let i = 0; i < order.connections; i++)
  void (async () => {
    for (;;) await press();
  })();
