// The kubelet's HTTPS server (HTTP/1.1, upstream's paths, usually port 10250): authenticates by client certificate or
// bearer token, authorizes, then routes. Anonymous requests are refused. Started by cluster/ with the kubelet's backend.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createEntrance, type Server as Entrance } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../kit/clock.ts';
import { refuseUpgrade } from '../../kit/http1/tunnel.ts';
import { type Logger, Unquoted } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { SERVER_TLS } from '../../kit/tls.ts';
import { attributesOf, forbiddenText, type KubeletAttributes } from './attributes.ts';
import { authenticate, type TokenAuthenticator } from './authenticate.ts';
import type { KubeletBackend } from './backend.ts';
import { HttpFailure } from './failure.ts';
import { streamTarget, urlOf } from './path.ts';
import { serveRequest } from './routes.ts';
import { serveUpgrade } from './streaming/upgrades.ts';

export interface KubeletServerOptions {
  /** A function where one server stands for several nodes: clients ask TLS for the name of the one they mean. */
  backend: KubeletBackend | ((nodeName: string) => KubeletBackend | undefined);
  clock: Clock;
  log: Logger;
  /** At least one; those of both families of a cluster. */
  addresses: readonly string[];
  /** 0 picks a free one; see `port` of the started server. */
  port: number;
  tls: KubeletServerTls;
  /** Called with each attribute of the request in order, until one is allowed. See delegated-access.ts. */
  authorize: (attributes: KubeletAttributes) => Promise<boolean>;
  /** The user of a bearer token, normally by TokenReview; without it tokens are not accepted. */
  authenticateToken?: TokenAuthenticator;
}

export interface KubeletServerTls {
  cert: string | Buffer;
  key: string | Buffer;
  /** Signs the callers' client certificates. */
  clientCa: string | Buffer;
}

export interface KubeletServer {
  readonly port: number;
  /** Uses a renewed certificate for new connections. */
  setTls(tls: KubeletServerTls): void;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

const IDLE_CONNECTION_MS = 120_000;
/** Bytes of a request's line and headers, as Go's net/http; the arguments of a command are part of them. Connections without a
 *  client certificate have Node.js' limit, since they may be many. */
const MAX_HEADER_BYTES = (1 << 20) + 4096;
const FEW_HEADER_BYTES = 16 * 1024;

export async function startKubeletServer(options: KubeletServerOptions): Promise<KubeletServer> {
  const server = createServer({
    ...tlsOptions(options.tls),
    requestCert: true,
    rejectUnauthorized: false,
    // Elsewhere an Upgrade header is ignored (RFC 9110, 7.8). Node.js 24.9 and later; its types do not know it yet.
    ...({
      shouldUpgradeCallback: ({ url = '/' }: IncomingMessage) =>
        streamTarget(urlOf(url).pathname) !== undefined,
    } as object),
  });
  // Before the listener that makes the parser, which takes the limit from the server.
  server.prependListener('secureConnection', ({ authorized }) => {
    Object.assign(server, { maxHeaderSize: authorized ? MAX_HEADER_BYTES : FEW_HEADER_BYTES });
  });
  server.keepAliveTimeout = IDLE_CONNECTION_MS;
  server.requestTimeout = 0;
  const upgraded = new Set<Duplex>();
  let { clientCa } = options.tls;
  server.on('request', (request, response) => void onRequest(options, request, response));
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket);
    socket.on('close', () => upgraded.delete(socket));
    void onUpgrade(options, request, socket, head);
  });
  server.on('tlsClientError', () => {});
  const [address, ...others] = options.addresses;
  await listen(server, options.port, address!);
  const { port } = server.address() as AddressInfo;
  // A server listens in one place; what comes in elsewhere is handed to it.
  const entrances = others.map(() => createEntrance((socket) => server.emit('connection', socket)));
  await Promise.all(entrances.map((entrance, i) => listen(entrance, port, others[i]!)));
  return {
    port,
    setTls: (tls) => {
      server.setSecureContext(tlsOptions(tls));
      // Certificates of another authority must not count any longer, but TLS verifies only when a connection begins.
      if (String(tls.clientCa) !== String(clientCa)) server.closeIdleConnections();
      clientCa = tls.clientCa;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const entrance of entrances) entrance.close();
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }),
  };
}

const tlsOptions = ({ cert, key, clientCa }: KubeletServerTls) => ({
  cert,
  key,
  ca: clientCa,
  ...SERVER_TLS,
});

function listen(server: Entrance, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function onRequest(
  options: KubeletServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const backend = backendFor(options, request);
    const url = await authorized(options, request, backend);
    const { method = 'GET', headers } = request;
    const asked = {
      method,
      path: url.pathname,
      query: url.searchParams,
      accept: headers.accept,
      stream: request,
    };
    await serveRequest(backend, options.clock, asked, response);
  } catch (error) {
    if (!(error instanceof HttpFailure))
      options.log.error('kubelet request failed', { error: new Unquoted(error) });
    if (response.headersSent) return void response.destroy();
    const { code, text } = answerOf(error);
    response.writeHead(code, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
  }
}

async function onUpgrade(
  options: KubeletServerOptions,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => {});
  try {
    const backend = backendFor(options, request);
    const url = await authorized(options, request, backend);
    const target = streamTarget(url.pathname);
    if (!target) throw new HttpFailure(404, '404: Page Not Found');
    await serveUpgrade(backend, target, url.searchParams, { request, socket, head });
  } catch (error) {
    const { code, text } = answerOf(error);
    refuseUpgrade(socket, code, text);
  }
}

function backendFor({ backend }: KubeletServerOptions, { socket }: IncomingMessage): KubeletBackend {
  if (typeof backend !== 'function') return backend;
  const { servername } = socket as { readonly servername?: unknown };
  const found = backend(typeof servername === 'string' ? servername : '');
  if (!found) throw new HttpFailure(404, '404: there is no such node');
  return found;
}

/** The request's URL; throws 401 or 403 when the caller is unknown or not allowed. */
async function authorized(
  options: KubeletServerOptions,
  request: IncomingMessage,
  { nodeName }: KubeletBackend,
): Promise<URL> {
  const url = urlOf(request.url ?? '/');
  const user = await authenticate(request, options.authenticateToken, options.clock.now());
  if (!user) throw new HttpFailure(401, 'Unauthorized');
  const attributes = attributesOf(user, request.method ?? 'GET', url.pathname, nodeName);
  for (const attribute of attributes) if (await options.authorize(attribute)) return url;
  throw new HttpFailure(403, forbiddenText(attributes));
}

function answerOf(error: unknown): { code: number; text: string } {
  const code = error instanceof HttpFailure ? error.code : 500;
  return { code, text: messageOf(error) };
}
