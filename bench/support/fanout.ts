// How long one event takes to reach many watchers: opens raw HTTP/2 watches, creates objects one by one, and takes the
// time from the moment a create is sent to each delivery.
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Connection } from '../../src/client/kubeconfig/connection.ts';
import { pemOf } from '../../src/client/transport/material.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { percentile } from './figure.ts';

export interface FanoutOptions {
  connection: Connection;
  token: string;
  /** A collection of config maps. */
  path: string;
  watchers: number;
  perConnection: number;
  events: number;
}

/** The 99th percentile over all deliveries, in milliseconds. */
export async function fanout(options: FanoutOptions): Promise<number> {
  const { connection, token, path, watchers, perConnection, events } = options;
  const authorization = `Bearer ${token}`;
  const ca = connection.ca && pemOf(connection.ca);
  const open = () => connect(connection.server, { ca, maxSessionMemory: 100 });
  const sessions = Array.from({ length: Math.ceil(watchers / perConnection) }, open);
  const delays: number[] = [];
  let sentAt = 0;
  let left = 0;
  let done: () => void = () => {};
  const delivered = () => {
    delays.push(systemClock.monotonic() - sentAt);
    if (--left === 0) done();
  };
  await Promise.all(
    Array.from({ length: watchers }, (_, i) =>
      watch(sessions[i % sessions.length]!, path, authorization, delivered),
    ),
  );
  const writer = open();
  for (let i = 0; i < events; i++) {
    left = watchers;
    const all = new Promise<void>((resolve) => {
      done = resolve;
    });
    sentAt = systemClock.monotonic();
    await create(writer, path, authorization, i);
    await all;
  }
  for (const session of [...sessions, writer]) session.destroy();
  return percentile(delays, 0.99);
}

/** Resolves when the server has answered with its head; calls back once per event. */
function watch(
  session: ClientHttp2Session,
  path: string,
  authorization: string,
  delivered: () => void,
): Promise<void> {
  const stream = session.request({ ':path': `${path}?watch=true&resourceVersion=0`, authorization });
  return new Promise((resolve, reject) => {
    stream.on('response', (headers) =>
      headers[':status'] === 200 ? resolve() : reject(new Error(`watch: ${headers[':status']}`)),
    );
    stream.on('error', reject);
    stream.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) delivered();
    });
  });
}

function create(
  session: ClientHttp2Session,
  path: string,
  authorization: string,
  serial: number,
): Promise<void> {
  const metadata = { name: `event-${serial}` };
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { text: 'x'.repeat(1_150) },
  });
  const head = { ':method': 'POST', ':path': path, 'content-type': 'application/json', authorization };
  const stream = session.request(head);
  return new Promise((resolve, reject) => {
    stream.on('response', (headers) =>
      headers[':status'] === 201 ? resolve() : reject(new Error(`create: ${headers[':status']}`)),
    );
    stream.on('error', reject);
    stream.resume();
    stream.end(body);
  });
}
