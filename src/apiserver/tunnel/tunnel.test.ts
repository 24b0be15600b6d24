import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { StatusError } from '../../api/status/status-error.ts';
import { requestUpgrade } from '../../kit/http1/upgrade.ts';
import { http1Caller, http2Caller, type ProxyCaller } from './caller.ts';
import { proxyLog } from './proxy-log.ts';
import { proxyRequest } from './proxy-request.ts';
import { refuseWithStatus, tunnelUpgrade } from './tunnel-upgrade.ts';

const PREFIX = '/api/v1/namespaces/default/services/web/proxy';
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

let backend: Server;
let front1: Server;
let front2: Http2Server;
let seen: IncomingMessage | undefined;

async function unusedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  return port;
}

/** Proxies as the API server does, and returns a Status if that fails. */
async function serve(caller: ProxyCaller): Promise<void> {
  try {
    if (caller.url.startsWith('/log/')) {
      const path = caller.url.slice('/log'.length);
      return await proxyLog(caller, { host: '127.0.0.1', port: portOf(backend), path }, 'web-0');
    }
    const dead = caller.url.startsWith('/dead');
    const path = caller.url.split('?')[0]!.slice((dead ? '/dead' : PREFIX).length);
    const port = dead ? await unusedPort() : portOf(backend);
    await proxyRequest(caller, { host: '127.0.0.1', port, path });
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    caller.answer(error.code, { 'content-type': 'application/json' }).end(JSON.stringify(error.status));
  }
}

before(async () => {
  backend = createServer((request, response) => {
    seen = request;
    const path = request.url?.split('?')[0];
    if (path === '/echo') return void request.pipe(response);
    if (path === '/moved') return void response.writeHead(302, { location: '/login?x=1' }).end();
    if (path === '/page' || path === '/zipped') {
      const page = '<html><a href="/next">n</a><img src="rel.png"><script>var a="</b>/x"</script></html>';
      const zipped = path === '/zipped';
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'access-control-allow-origin': '*',
        ...(zipped && { 'content-encoding': 'gzip' }),
      });
      return void response.end(zipped ? gzipSync(page) : page);
    }
    if (path === '/silent') return;
    if (path === '/waiting') return void response.writeHead(400).end('container "c" is waiting to start');
    if (path === '/lost') return void response.writeHead(404).end('pod "web-0" does not exist');
    if (path === '/broken') return void response.writeHead(500).end('it broke');
    response.end(`${request.method} ${request.url}`);
  });
  backend.on('upgrade', (request, socket: Duplex, head) => {
    seen = request;
    if (request.url === '/elsewhere')
      return void socket.end('HTTP/1.1 302 Found\r\nLocation: https://evil/\r\nContent-Length: 0\r\n\r\n');
    if (request.url === '/no')
      return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nnot');
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Chosen: v4\r\n\r\n',
    );
    if (head.length) socket.write(head);
    socket.pipe(socket);
  });
  front1 = createServer((request, response) => void serve(http1Caller(request, response)));
  front1.on('upgrade', (request, socket: Duplex, head) => {
    const incoming = { request, socket, head };
    const go = async () => {
      const port = request.url === '/dead' ? await unusedPort() : portOf(backend);
      await tunnelUpgrade(incoming, { host: '127.0.0.1', port, path: request.url ?? '/' });
    };
    go().catch((error: unknown) => refuseWithStatus(incoming, error));
  });
  front2 = createHttp2Server();
  front2.on('stream', (stream, headers) => void serve(http2Caller(stream, headers)));
  for (const server of [backend, front1, front2]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
});

after(() => {
  backend.closeAllConnections();
  front1.closeAllConnections();
  for (const server of [backend, front1, front2]) server.close();
});

interface Answer {
  code: number;
  headers: Record<string, unknown>;
  body: string;
}

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

function ask1(path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  const framing = body === undefined ? {} : { 'transfer-encoding': 'chunked' };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: portOf(front1),
        path,
        method,
        headers: { ...headers, ...framing },
        agent: false,
      },
      async (response) =>
        resolve({ code: response.statusCode ?? 0, headers: response.headers, body: await latin1(response) }),
    );
    request.on('error', reject);
    request.end(body);
  });
}

const latin1 = (response: IncomingMessage) => text(response.setEncoding('latin1'));

async function ask2(path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  const session = connectHttp2(`http://127.0.0.1:${portOf(front2)}`);
  const head = { ':path': path, ':method': method, ...headers };
  const stream = session.request(head, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  const [answer] = await once(stream, 'response');
  const content = await text(stream);
  session.close();
  return { code: answer[':status'], headers: answer, body: content };
}

for (const [name, ask] of [
  ['HTTP/1.1', ask1],
  ['HTTP/2', ask2],
] as const) {
  describe(`proxying a request over ${name}`, () => {
    it('passes path, query, method and body', async () => {
      assert.equal((await ask(`${PREFIX}/some/path?a=b`)).body, 'GET /some/path?a=b');
      assert.equal((await ask(`${PREFIX}/echo`, { method: 'POST', body: 'the body' })).body, 'the body');
      assert.equal(
        (await ask(`${PREFIX}/echo`, { method: 'DELETE', body: 'of a delete' })).body,
        'of a delete',
      );
      assert.equal((await ask(`${PREFIX}/echo`, { method: 'PUT' })).body, '');
    });

    it('removes the credentials and sets X-Forwarded-For', async () => {
      await ask(`${PREFIX}/x`, {
        headers: { authorization: 'Bearer secret', 'impersonate-user': 'x', 'x-mine': 'kept' },
      });
      assert.equal(seen?.headers.authorization, undefined);
      assert.equal(seen?.headers['impersonate-user'], undefined);
      assert.equal(seen?.headers['x-mine'], 'kept');
      assert.equal(seen?.headers['x-forwarded-for'], '127.0.0.1');
      assert.equal(seen?.headers['x-forwarded-uri'], `${PREFIX}/x`);
    });

    it('adds its path to redirects and to links in pages', async () => {
      assert.equal((await ask(`${PREFIX}/moved`)).headers.location, `${PREFIX}/login?x=1`);
      const page = await ask(`${PREFIX}/page`);
      assert.equal(
        page.body,
        `<html><a href="${PREFIX}/next">n</a><img src="rel.png"><script>var a="</b>/x"</script></html>`,
      );
      assert.equal(page.headers['access-control-allow-origin'], undefined);
    });

    it('redirects to the path with a trailing slash', async () => {
      const { code, headers } = await ask(`${PREFIX}?q=1`);
      assert.deepEqual([code, headers.location], [301, `${PREFIX}/?q=1`]);
    });

    it('sends methods that change something to the root without a redirect', async () => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const { code, body } = await ask(`${PREFIX}?q=1`, { method });
        assert.deepEqual([code, body], [200, `${method} /?q=1`]);
      }
    });

    it('returns 503 if the backend cannot be reached', async () => {
      const { code, body } = await ask('/dead/x');
      const status = JSON.parse(body);
      assert.deepEqual([code, status.reason], [503, 'ServiceUnavailable']);
      assert.match(
        status.message,
        /^error trying to reach service: dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/,
      );
    });

    it('streams logs, and returns errors with upstream’s messages', async () => {
      assert.equal((await ask('/log/containerLogs')).body, 'GET /containerLogs');
      const waiting = JSON.parse((await ask('/log/waiting')).body);
      assert.deepEqual(
        [waiting.code, waiting.reason, waiting.message],
        [400, 'BadRequest', 'container "c" is waiting to start'],
      );
      const lost = JSON.parse((await ask('/log/lost')).body);
      assert.equal(lost.message, 'the server could not find the requested resource ( pods/log web-0)');
      assert.equal(JSON.parse((await ask('/log/broken')).body).message, 'Internal error occurred: it broke');
    });
  });
}

describe('a caller that disconnects', () => {
  it('aborts the request to the backend, also before a response', async () => {
    const arrived = new Promise<IncomingMessage>((resolve) => {
      backend.prependOnceListener('request', (request) => resolve(request));
    });
    const request = httpRequest({
      host: '127.0.0.1',
      port: portOf(front1),
      path: `${PREFIX}/silent`,
      agent: false,
    });
    request.on('error', () => {});
    request.end();
    const { socket } = await arrived;
    const closed = once(socket, 'close');
    request.destroy();
    await closed;
  });
});

describe('a compressed page', () => {
  it('is rewritten and compressed again', async () => {
    const { body } = await ask1(`${PREFIX}/zipped`);
    assert.match(gunzipSync(Buffer.from(body, 'latin1')).toString(), new RegExp(`href="${PREFIX}/next"`));
  });
});

describe('an upgrade', () => {
  const upgrade = (path: string, headers: string[] = []) =>
    requestUpgrade({
      host: '127.0.0.1',
      port: portOf(front1),
      path,
      method: 'POST',
      headers: ['Connection', 'Upgrade', 'Upgrade', 'echo', ...headers],
    });

  it('passes through byte for byte', async () => {
    const answer = await upgrade('/exec?command=x', [
      ...['Authorization', 'Bearer secret'],
      ...['Sec-WebSocket-Protocol', 'v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.c2VjcmV0'],
    ]);
    assert.ok(answer.upgraded);
    assert.equal(answer.response.headers['x-chosen'], 'v4');
    assert.equal(seen?.url, '/exec?command=x');
    assert.equal(seen?.headers.authorization, undefined);
    assert.equal(seen?.headers['sec-websocket-protocol'], 'v5.channel.k8s.io');
    answer.socket.write('ping');
    assert.equal(String((await once(answer.socket, 'data'))[0]), 'ping');
    answer.socket.end();
    await once(answer.socket, 'close');
  });

  it('is refused with the backend’s own response', async () => {
    const answer = await upgrade('/no');
    assert.ok(!answer.upgraded);
    assert.deepEqual([answer.response.statusCode, await text(answer.response)], [403, 'not']);
  });

  it('is refused with a Status when the backend redirects it', async () => {
    const answer = await upgrade('/elsewhere');
    assert.ok(!answer.upgraded);
    assert.equal(answer.response.headers.location, undefined);
    const { code, message } = JSON.parse(await text(answer.response));
    assert.deepEqual([code, message], [500, 'invalid upgrade response: status code 302']);
  });

  it('has no body, whatever its headers say', async () => {
    const answer = await upgrade('/exec', ['Content-Length', '100']);
    assert.ok(answer.upgraded);
    assert.equal(seen?.headers['content-length'], '0');
    answer.socket.destroy();
  });

  it('is refused with a Status when the backend cannot be reached', async () => {
    const answer = await upgrade('/dead');
    assert.ok(!answer.upgraded);
    const status = JSON.parse(await text(answer.response));
    assert.match(
      status.message,
      /^error dialing backend: dial tcp 127\.0\.0\.1:\d+: connect: connection refused$/,
    );
    assert.equal(status.code, 500);
  });
});
