// A Unix socket behind which are the endpoints of a backend, reached by TLS: the certificate has to be of the trusted authorities and
// have one of the names. HAProxy connects to it. Runs in the relay's thread (worker.ts).
import { X509Certificate } from 'node:crypto';
import { chmodSync, chownSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import type { Endpoint } from '../model/routes.ts';
import { alternativeNames } from './alternative-names.ts';
import type { TlsOutlet } from './plan.ts';

const MOST_CONNECTIONS = 4_096;
/** Milliseconds. */
const CONNECT = 5_000;

export class Outlet {
  #plan: TlsOutlet;
  readonly #server: Server;
  #turn = 0;

  constructor(plan: TlsOutlet) {
    this.#plan = plan;
    this.#server = createServer({ pauseOnConnect: true }, (socket) => this.#serve(socket));
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  listen(): Promise<void> {
    const { path, gid } = this.#plan;
    rmSync(path, { force: true });
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, () => {
        chownSync(path, 0, gid);
        chmodSync(path, 0o660);
        resolve();
      });
    });
  }

  /** For connections from now on. */
  lead(plan: TlsOutlet): void {
    this.#plan = plan;
  }

  close(): void {
    this.#server.close();
  }

  #serve(socket: Socket): void {
    const { endpoints } = this.#plan;
    const endpoint = endpoints[this.#turn++ % Math.max(1, endpoints.length)];
    socket.on('error', () => socket.destroy());
    if (!endpoint) return void socket.destroy();
    const onward = this.#connect(endpoint);
    if (!onward) return void socket.destroy();
    onward.setTimeout(CONNECT, () => onward.destroy());
    onward.once('secureConnect', () => {
      onward.setTimeout(0);
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    onward.on('close', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  }

  /** What cannot be read as a certificate harms its own connections alone. */
  #connect(endpoint: Endpoint): tls.TLSSocket | undefined {
    const { trust, protocol } = this.#plan;
    try {
      const names = trust.names ?? [trust.hostname];
      return tls.connect({
        host: endpoint.ip,
        port: endpoint.port,
        servername: trust.hostname,
        ca: trust.authorities ?? tls.getCACertificates('system'),
        ...(trust.client && { cert: trust.client, key: trust.client }),
        ...(protocol && { ALPNProtocols: [protocol] }),
        minVersion: 'TLSv1.2',
        checkServerIdentity: (_, { raw }) => (isNamed(raw, names) ? undefined : new Error('another name')),
      });
    } catch {
      return undefined;
    }
  }
}

function isNamed(raw: Buffer, names: readonly string[]): boolean {
  const certificate = new X509Certificate(raw);
  const written = alternativeNames(certificate.subjectAltName ?? '');
  return names.some((name) =>
    name.includes(':')
      ? written.some(({ kind, value }) => kind === 'URI' && value === name)
      : certificate.checkHost(name, { subject: 'never' }) !== undefined,
  );
}
