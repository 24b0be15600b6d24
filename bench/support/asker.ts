// A client in a thread of its own, so that the event loop under observation is the server's alone. It is told where the server
// is, then asks what it is sent, one request after another.
import { connect } from 'node:http2';
import { parentPort, workerData } from 'node:worker_threads';
import type { TlsOptions } from '../../src/sim/https-server.ts';
import { type Call, type Called, call } from './call.ts';

export type Asked = { readonly answer: Called } | { readonly error: string };

const { host, port, ...tls } = workerData as TlsOptions;
const session = connect(`https://${host}:${port}`, { ...tls, settings: { initialWindowSize: 1 << 24 } });

parentPort!.on('message', async (asked: Call) => {
  try {
    parentPort!.postMessage({ answer: await call(session, asked) } satisfies Asked);
  } catch (error) {
    parentPort!.postMessage({ error: String(error) } satisfies Asked);
  }
});
