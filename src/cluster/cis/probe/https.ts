// One HTTPS request, or one TLS handshake, as any program could make it: no state is shared with the cluster's own clients.
import { request } from 'node:https';
import { connect, type DetailedPeerCertificate, type SecureVersion, type TLSSocket } from 'node:tls';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A client certificate; without one the caller is anonymous. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly body?: object;
  readonly identity?: Identity;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are read at every depth
  readonly body: any;
}

const PATIENCE_MS = 10_000;

/** Rejects when the server's certificate is not signed by `ca`. */
export function ask(endpoint: Endpoint, ca: string, question: Question): Promise<Reply> {
  const { method = 'GET', path, body, identity, headers } = question;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...endpoint,
        method,
        path,
        ca,
        ...(identity && { cert: identity.certificate, key: identity.key }),
        agent: false,
        timeout: PATIENCE_MS,
        headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = String(response.headers['content-type']).startsWith('application/json');
          resolve({ status: response.statusCode ?? 0, text, body: isJson ? JSON.parse(text) : undefined });
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer from ${endpoint.host}:${endpoint.port}`)));
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

export interface Handshake {
  readonly ciphers?: string;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
}

/** The server's certificate and the cipher agreed on; undefined when there is no common version or cipher. */
export function handshake(
  endpoint: Endpoint,
  options: Handshake = {},
): Promise<{ certificate: DetailedPeerCertificate; cipher: string } | undefined> {
  return new Promise((resolve) => {
    let socket: TLSSocket;
    try {
      socket = connect({ ...endpoint, rejectUnauthorized: false, timeout: PATIENCE_MS, ...options });
    } catch {
      // This program's own TLS library no longer has the version or the cipher.
      return resolve(undefined);
    }
    const end = (result?: { certificate: DetailedPeerCertificate; cipher: string }) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('secureConnect', () =>
      end({ certificate: socket.getPeerCertificate(true), cipher: socket.getCipher().standardName }),
    );
    socket.on('error', () => end());
    socket.on('timeout', () => end());
  });
}
