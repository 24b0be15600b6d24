// A door of HAProxy for tests of the model's meaning: at loopback addresses of the test's own, without a cluster.
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { selfSigned } from '../../../src/cluster/pki/self-signed.ts';
import type { DoorModel } from '../../../src/gateway/model/model.ts';
import type { Policy } from '../../../src/gateway/model/policy.ts';
import type { Backend, Endpoint, Route, Target } from '../../../src/gateway/model/routes.ts';
import { Proxies } from '../../../src/gateway/proxies.ts';
import { systemClock as clock } from '../../../src/kit/clock.ts';
import { silentLogger } from '../../../src/kit/log.ts';
import { systemRandom as random } from '../../../src/kit/random.ts';

export interface TestDoor {
  readonly proxies: Proxies;
  readonly directory: string;
  stop(): Promise<void>;
}

/** `address` is of Ingresses; those of entrances are the model's. */
export async function openDoor(address: string, writeAccessLog?: (text: string) => void): Promise<TestDoor> {
  const scratch = mkdtempSync(join(tmpdir(), 'door-'));
  await chmod(scratch, 0o755);
  const own = selfSigned('door', ['door.test'], { clock, random });
  const place = {
    directory: join(scratch, 'door'),
    addresses: [address],
    metrics: { address, port: 10_254 },
    certificate: own.certificate + own.key,
  };
  const proxies = new Proxies({
    place,
    ...(writeAccessLog && { writeAccessLog }),
    clock,
    log: silentLogger,
  });
  return {
    proxies,
    directory: place.directory,
    stop: async () => {
      await proxies.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

export const aModel = (parts: Partial<DoorModel>): DoorModel => ({
  routes: [],
  backends: new Map(),
  certificates: [],
  entrances: [],
  ...parts,
});

export const aBackend = (
  name: string,
  endpoints: readonly Endpoint[],
  policy: Partial<Policy> = {},
): Backend => ({
  name,
  policy: { protocol: 'http', ...policy },
  endpoints: endpoints.map(({ ip, port }) => ({ ip, port })),
});

export const backendsOf = (...backends: Backend[]): ReadonlyMap<string, Backend> =>
  new Map(backends.map((backend) => [backend.name, backend]));

export const aRoute = (to: Target | undefined, parts: Partial<Route> = {}): Route => ({
  host: '',
  path: '/',
  match: 'prefix',
  branches: [],
  ...(to !== undefined && { to }),
  ...parts,
});

export interface Question {
  readonly address: string;
  readonly port?: number;
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
  /** The name that is asked for in TLS. */
  readonly tls?: string;
  readonly client?: { readonly cert: string; readonly key: string };
  readonly agent?: http.Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** Common name of the certificate. */
  readonly certificate?: string;
}

export const ask = (question: Question): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { address, port, path = '/', method = 'GET', headers = {}, tls, agent } = question;
    const options = {
      host: address,
      port: port ?? (tls === undefined ? 80 : 443),
      path,
      method,
      headers: { host: question.host ?? address, ...headers },
      agent: agent ?? false,
      timeout: 10_000,
    };
    const answered = (response: http.IncomingMessage) => {
      const certificate = tls === undefined ? undefined : nameOf(response.socket as TLSSocket);
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          text,
          ...(certificate && { certificate }),
        }),
      );
    };
    const request =
      tls === undefined
        ? http.request(options, answered)
        : https.request(
            { ...options, servername: tls, rejectUnauthorized: false, ...question.client },
            answered,
          );
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.end(question.body);
  });

const nameOf = (socket: TLSSocket): string => String(socket.getPeerCertificate().subject?.CN);

/** Opens a door before the tests of a `describe`, and stops it and what they have started after them. */
export async function withDoor(t: TestContext, address: string): Promise<TestDoor> {
  const door = await openDoor(address);
  t.after(() => door.stop());
  return door;
}
