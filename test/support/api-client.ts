// Plain HTTP/2 requests to a test cluster as its administrator: status, headers and body as they come, without a client
// library in between.
import { readFileSync } from 'node:fs';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
} from 'node:http2';
import { load } from 'js-yaml';

/** An object as it came over the wire; tests look into it. */
// biome-ignore lint/suspicious/noExplicitAny: answers are read at every depth
export type Wire = any;

export interface WireAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: Wire;
}

export interface ApiClient {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<WireAnswer>;
  get(path: string, headers?: Record<string, string>): Promise<WireAnswer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<WireAnswer>;
  put(path: string, body: unknown): Promise<WireAnswer>;
  del(path: string, body?: unknown): Promise<WireAnswer>;
  patch(path: string, type: PatchType, body: unknown): Promise<WireAnswer>;
  /** Opens a watch; the events are collected as they come. */
  watch(path: string): WireWatch;
  close(): void;
}

export interface WireWatch {
  readonly events: { type: string; object: Wire }[];
  /** The events once `enough` says so, or once the server has ended the watch. */
  until(enough: (events: WireWatch['events']) => boolean): Promise<WireWatch['events']>;
  readonly ended: Promise<void>;
  close(): void;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const patchTypes: Record<PatchType, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

export function apiClient(kubeconfigPath: string): ApiClient {
  const session = openSession(kubeconfigPath);
  const call: ApiClient['call'] = async (method, path, body, headers = {}) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const stream = session.request(
      { ':method': method, ':path': path, ...type, ...headers },
      { endStream: body === undefined },
    );
    stream.end(
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    );
    return answerOf(stream);
  };
  return {
    call,
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    put: (path, body) => call('PUT', path, body),
    del: (path, body) => call('DELETE', path, body),
    patch: (path, type, body) => call('PATCH', path, body, { 'content-type': patchTypes[type] }),
    watch: (path) => watchOf(session.request({ ':method': 'GET', ':path': path })),
    close: () => session.close(),
  };
}

function openSession(kubeconfigPath: string): ClientHttp2Session {
  const config = load(readFileSync(kubeconfigPath, 'utf8')) as Wire;
  const decoded = (base64: string) => Buffer.from(base64, 'base64');
  const { cluster } = config.clusters[0];
  const { user } = config.users[0];
  return connect(cluster.server, {
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  });
}

function answerOf(stream: ClientHttp2Stream): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    let headers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    stream.once('response', (received) => {
      headers = received;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('error', reject);
    stream.once('end', () => {
      const text = Buffer.concat(chunks).toString();
      const isJson = String(headers['content-type']).startsWith('application/json');
      const body = isJson && text ? JSON.parse(text) : undefined;
      resolve({ status: Number(headers[':status']), headers, text, body });
    });
  });
}

function watchOf(stream: ClientHttp2Stream): WireWatch {
  const events: WireWatch['events'] = [];
  let rest = '';
  let over = false;
  const waiting = new Set<() => void>();
  const look = () => {
    for (const check of waiting) check();
  };
  const ended = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(JSON.parse(line));
    look();
  });
  stream.on('error', look);
  stream.once('close', () => {
    over = true;
    look();
  });
  return {
    events,
    ended,
    until: (enough) =>
      new Promise((resolve) => {
        const check = () => {
          if (!over && !enough(events)) return;
          waiting.delete(check);
          resolve(events);
        };
        waiting.add(check);
        check();
      }),
    close: () => stream.close(),
  };
}
