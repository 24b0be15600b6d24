// A real API server on a port of 127.0.0.1, with certificates of its own and the machine's clock, for tests of what only happens
// over sockets: TLS, HTTP, connections. Everything else uses a simCluster.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiServer, createApiServer } from '../apiserver/api-server.ts';
import type { ApiServerOptions } from '../apiserver/options.ts';
import {
  type CertifiedNode,
  type ClusterCertificates,
  ensureCertificates,
} from '../cluster/pki/ensure-certificates.ts';
import { systemClock } from '../kit/clock.ts';
import { silentLogger } from '../kit/log.ts';
import { systemRandom } from '../kit/random.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';

/** As node:https, node:http2 and node:tls take it. */
export interface TlsOptions {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Where its keys and certificates are, and whose. */
export interface HttpsServerFiles {
  /** Made for the server, and removed with it, when left out. */
  readonly directory?: string;
  readonly nodes?: readonly CertifiedNode[];
}

export interface HttpsApiServer {
  readonly api: ApiServer;
  /** Of the certificates. */
  readonly directory: string;
  readonly certificates: ClusterCertificates;
  /** Without a path: https://127.0.0.1:6443. */
  readonly url: string;
  /** With an administrator's certificate. */
  readonly administrator: TlsOptions;
  readonly anonymous: TlsOptions;
  stop(): Promise<void>;
}

export async function startHttpsServer(
  options: Partial<ApiServerOptions> = {},
  files: HttpsServerFiles = {},
): Promise<HttpsApiServer> {
  const clock = options.clock ?? systemClock;
  const directory = files.directory ?? mkdtempSync(join(tmpdir(), 'https-server-'));
  const certificates = ensureCertificates({ directory, clock, nodes: files.nodes ?? [] });
  const store = options.store ?? openMemoryStore({ clock });
  const api = createApiServer({
    store,
    clock,
    random: systemRandom,
    log: silentLogger,
    certificates,
    listen: [{ host: '127.0.0.1', port: 0 }],
    ...options,
  });
  await api.start();
  const { port } = api.listening[0]!;
  const anonymous = { host: '127.0.0.1', port, ca: certificates.ca.certificate };
  const { certificate: cert, key } = certificates.superAdmin;
  return {
    api,
    directory,
    certificates,
    url: `https://127.0.0.1:${port}`,
    administrator: { ...anonymous, cert, key },
    anonymous,
    async stop() {
      await api.stop();
      // Events expire: their timer would keep the process.
      if (!options.store) await store.close();
      if (!files.directory) rmSync(directory, { recursive: true, force: true });
    },
  };
}
