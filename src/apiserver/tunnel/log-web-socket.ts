// GET pods/NAME/log with an upgrade to a WebSocket: an empty message, then the log in binary messages, or in text messages of
// base64, then the end. What the client sends is ignored. Loaded by handlers/subresources/connect.ts when it is first needed.
// Upstream: StreamObject in staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/writers.go and
// staging/src/k8s.io/streaming/pkg/httpstream/wsstream/stream.go.
import type { WebSocket } from 'ws';
import { type IncomingUpgrade, refuseUpgrade } from '../../kit/http1/tunnel.ts';
import { acceptWebSocket, offeredProtocols } from '../../kit/http1/web-socket.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ProxyTarget } from './exchange.ts';
import { openLog } from './proxy-log.ts';

const BASE64 = 'base64.binary.k8s.io';
const PROTOCOLS = ['', 'binary.k8s.io', BASE64];
/** Bytes of a message from the client, which is not read. */
const MAX_MESSAGE = 64 * 1024;

/** Resolves when the WebSocket is closed or refused. Rejects with a StatusError, with nothing sent, if there is no log. */
export async function logOverWebSocket(
  incoming: IncomingUpgrade,
  target: ProxyTarget,
  podName: string,
): Promise<void> {
  const { request, socket } = incoming;
  const log = await openLog(target, podName, (listener) => void socket.once('close', listener));
  const offered = offeredProtocols(request);
  const protocol = (offered.length > 0 ? offered : ['']).find((name) => PROTOCOLS.includes(name));
  try {
    if (protocol === undefined)
      return refuseUpgrade(
        socket,
        403,
        `requested protocol(s) are not supported: [${offered.join(' ')}]; supports [${PROTOCOLS.join(' ')}]`,
      );
    const client = await acceptWebSocket(incoming, protocol, MAX_MESSAGE).catch((error) =>
      refuseUpgrade(socket, 400, messageOf(error)),
    );
    if (client) await sendLog(client, log, protocol === BASE64);
  } finally {
    log.destroy();
  }
}

/** One chunk at a time: the kubelet is read no faster than the client reads. */
async function sendLog(client: WebSocket, log: AsyncIterable<Buffer>, inBase64: boolean): Promise<void> {
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.on('error', () => {});
  const send = (bytes: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const message = inBase64 ? bytes.toString('base64') : bytes;
      client.send(message, (error) => (error ? reject(error) : resolve()));
    });
  try {
    await send(Buffer.alloc(0));
    for await (const bytes of log) await send(bytes);
  } catch {
    // The client or the kubelet has disconnected: the log ends here, as upstream.
  }
  client.close(1000);
  await closed;
}
