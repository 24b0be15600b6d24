// A server for tests of what asks other servers: HTTPS on loopback, with a function that answers.
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { RemoteServer } from '../../kit/http1/remote-server.ts';
import { type TestAuthority, testAuthority } from '../../kit/x509/authority.fake.ts';

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** What was asked; `body` is parsed if it is JSON. */
export interface FakeRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every kind
  readonly body: any;
}

export class FakeServer {
  readonly authority: TestAuthority = testAuthority();
  readonly requests: FakeRequest[] = [];
  answer: (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer> = () => ({});
  readonly #server: Server;

  constructor() {
    this.#server = createServer(this.authority.server(), async (request, response) => {
      const sent = await text(request).catch(() => '');
      const asked = { path: request.url ?? '', headers: request.headers, body: jsonOf(sent) };
      this.requests.push(asked);
      const { status = 200, headers = {}, body = {} } = await this.answer(asked);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get remote(): RemoteServer {
    return { url: `${this.url}/review`, ca: this.authority.ca };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function jsonOf(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch {
    return sent;
  }
}
