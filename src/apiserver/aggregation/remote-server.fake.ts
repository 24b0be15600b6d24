// A server of the group remote.io on 127.0.0.1, with discovery, and an API server that knows it through an APIService.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, request as sendRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { systemClock } from '../../kit/clock.ts';
import { testAuthority } from '../../kit/x509/authority.fake.ts';
import { ADMIN, type Body } from '../../sim/api-calls.ts';
import { type HttpsApiServer, startHttpsServer } from '../../sim/https-server.ts';

export const GROUP = 'remote.io';
export const ROOT = `/apis/${GROUP}/v1`;
export const SERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
const NAME = `v1.${GROUP}`;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (body: unknown): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

const VERBS = ['get', 'list', 'watch', 'create', 'delete'];
const resourceList = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: `${GROUP}/v1`,
  resources: [
    {
      name: 'widgets',
      singularName: 'widget',
      namespaced: true,
      kind: 'Widget',
      verbs: VERBS,
      shortNames: ['wi'],
    },
    { name: 'widgets/status', singularName: '', namespaced: true, kind: 'Widget', verbs: ['get'] },
  ],
};

export interface Scene {
  readonly server: HttpsApiServer;
  /** Answers by path without the query; anything else is a 404. Tests add theirs. */
  readonly answers: Map<string, Answer>;
  /** Requests for anything but discovery and OpenAPI. */
  readonly seen: Seen[];
  onUpgrade: (request: IncomingMessage, socket: Duplex) => void;
  readonly ca: string;
  register(spec?: object, name?: string): Promise<void>;
  /** Waits for the condition Available to have this status and reason. */
  available(status: string, reason?: string): Promise<Body>;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }>;
  ask(path: string, options?: AskOptions): Promise<Asked>;
  stop(): Promise<void>;
}

/** A request, and who sent it by the certificate; empty if that is not of the front proxy's authority. */
export interface Seen {
  readonly headers: IncomingMessage['headersDistinct'];
  readonly caller: string;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
  readonly anonymous?: boolean;
}

export interface Asked {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export async function until<T>(check: () => Promise<T> | T): Promise<NonNullable<T>> {
  for (let i = 0; i < 500; i++) {
    const found = await check();
    if (found) return found;
    await systemClock.sleep(20);
  }
  throw new Error(`never: ${check}`);
}

export async function startScene(): Promise<Scene> {
  const authority = testAuthority();
  const answers = new Map<string, Answer>([[ROOT, json(resourceList)]]);
  const seen: Seen[] = [];
  let remote: Server | undefined;
  const server = await startHttpsServer({
    serviceResolver: () => ({ host: '127.0.0.1', port: (remote!.address() as AddressInfo).port }),
  });
  remote = createServer(
    {
      ...authority.server(['web.remote.svc']),
      ca: server.certificates.frontProxyCa.certificate,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const path = request.url!.split('?')[0]!;
      if (path !== ROOT && !/^\/(?:openapi\/v[23]|apis)$/.test(path)) seen.push(seenFrom(request));
      const answer = answers.get(path);
      if (answer) answer(request, response);
      else response.writeHead(404).end('nothing');
    },
  );
  const scene: Scene = {
    server,
    answers,
    seen,
    onUpgrade: (_, socket) => void socket.destroy(),
    ca: authority.ca,
    async register(spec = {}, name = NAME) {
      const [version, ...group] = name.split('.');
      const caBundle = Buffer.from(authority.ca).toString('base64');
      const { status, body } = await scene.call('POST', SERVICES, {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name },
        spec: {
          group: group.join('.'),
          version,
          groupPriorityMinimum: 2000,
          versionPriority: 200,
          service: { namespace: 'remote', name: 'web' },
          caBundle,
          ...spec,
        },
      });
      if (status !== 201) throw new Error(JSON.stringify(body));
    },
    available: (status, reason) =>
      until(async () => {
        const { body } = await scene.call('GET', `${SERVICES}/${NAME}`);
        const condition = body.status?.conditions?.find(({ type }: Body) => type === 'Available');
        return condition?.status === status && condition.reason === (reason ?? condition.reason) && condition;
      }),
    async call(method, path, body) {
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const answer = await server.api.inProcess.request(
        { method, path, ...(bytes && { body: bytes }) },
        ADMIN,
      );
      const content = answer.body.toString();
      return { status: answer.status, body: content.startsWith('{') ? JSON.parse(content) : content };
    },
    ask: (path, options) => ask(server, path, options),
    async stop() {
      remote.closeAllConnections();
      remote.close();
      await server.stop();
    },
  };
  remote.on('upgrade', (request, socket) => {
    seen.push(seenFrom(request));
    scene.onUpgrade(request, socket);
  });
  remote.listen(0, '127.0.0.1');
  await once(remote, 'listening');
  await scene.call('POST', '/api/v1/namespaces', { metadata: { name: 'remote' } });
  const ports = [{ port: 443, targetPort: 443 }];
  await scene.call('POST', '/api/v1/namespaces/remote/services', {
    metadata: { name: 'web' },
    spec: { ports },
  });
  await scene.call('POST', '/apis/discovery.k8s.io/v1/namespaces/remote/endpointslices', {
    metadata: { name: 'web', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.1'] }],
    ports: [{ name: '', port: 443 }],
  });
  return scene;
}

/** Over HTTP/1.1, with the administrator's certificate. */
function ask(server: HttpsApiServer, path: string, options: AskOptions = {}): Promise<Asked> {
  const { method = 'GET', headers = {}, body, anonymous } = options;
  const tls = anonymous ? server.anonymous : server.administrator;
  return new Promise((resolve, reject) => {
    const request = sendRequest({ ...tls, method, path, headers, agent: false }, (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      text(response).then((content) => resolve({ status, headers: answered, body: content }), reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function seenFrom({ headersDistinct: headers, socket }: IncomingMessage): Seen {
  const tls = socket as TLSSocket;
  return { headers, caller: tls.authorized ? String(tls.getPeerCertificate().subject.CN) : '' };
}
