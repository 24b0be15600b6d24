// Many watches of one collection and a steady stream of writes to it, which do not wait for one another: how many events are
// delivered in a second, and how long they take from the moment a write is sent to the moment a watcher has its event.
import { connect } from 'node:http2';
import { systemClock } from '../../src/kit/clock.ts';
import { call } from './call.ts';
import { percentile } from './figure.ts';
import { rawWatches } from './raw-watches.ts';

export interface SteadyFanoutOptions {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  /** A collection of config maps. */
  readonly path: string;
  readonly watchers: number;
  readonly perConnection: number;
  readonly writesPerSecond: number;
  readonly seconds: number;
  /** The names of the objects begin with it. */
  readonly prefix: string;
}

export interface SteadyFanout {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
}

/** Milliseconds between two looks at which writes are due, and until missing events are given up. */
const TICK = 2;
const PATIENCE = 30_000;

const configMap = (name: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { text: 'x'.repeat(1_150) },
  });

/** The number after `start` in an event; undefined in that of another object. */
function serialIn(line: Buffer, start: Buffer): number | undefined {
  const at = line.indexOf(start);
  const from = at + start.length;
  return at < 0 ? undefined : Number.parseInt(line.toString('latin1', from, from + 10), 10);
}

export async function steadyFanout(options: SteadyFanoutOptions): Promise<SteadyFanout> {
  const { server, ca, token, path, watchers, writesPerSecond, seconds, prefix } = options;
  const start = Buffer.from(`"name":"${prefix}`);
  const writes = writesPerSecond * seconds;
  const expected = writes * watchers;
  const sentAt = new Float64Array(writes);
  const delays: number[] = [];
  let last = 0;
  const onEvent = (line: Buffer) => {
    const serial = serialIn(line, start);
    if (serial === undefined) return;
    last = systemClock.monotonic();
    delays.push(last - sentAt[serial]!);
  };
  const close = await rawWatches({ ...options, path: `${path}?watch=true&resourceVersion=0`, onEvent });
  const session = connect(server, { ca });
  const first = systemClock.monotonic();
  const answers: Promise<number>[] = [];
  while (answers.length < writes) {
    const due = Math.min(writes, ((systemClock.monotonic() - first) / 1000) * writesPerSecond);
    while (answers.length < due) {
      const body = configMap(`${prefix}${answers.length}`);
      sentAt[answers.length] = systemClock.monotonic();
      const headers = { authorization: `Bearer ${token}` };
      answers.push(call(session, { method: 'POST', path, headers, body }).then(({ status }) => status));
    }
    await systemClock.sleep(TICK);
  }
  const refused = (await Promise.all(answers)).filter((status) => status !== 201);
  if (refused.length > 0) throw new Error(`${refused.length} writes were refused: ${refused[0]}`);
  const until = systemClock.monotonic() + PATIENCE;
  while (delays.length < expected && systemClock.monotonic() < until) await systemClock.sleep(TICK);
  session.destroy();
  close();
  if (delays.length !== expected) throw new Error(`${delays.length} of ${expected} events arrived`);
  return { perSecond: (expected * 1000) / (last - first), p99: percentile(delays, 0.99) };
}
