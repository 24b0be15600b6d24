// A pod that answers whatever it likes: no answer of a backend blocks the API server, fills its memory, or reaches the caller as
// anything but an HTTP answer or a Status.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { StatusError } from '../../api/status/status-error.ts';
import { systemClock } from '../../kit/clock.ts';
import { http1Caller, http2Caller, type ProxyCaller } from './caller.ts';
import { proxyRequest } from './proxy-request.ts';

const PREFIX = '/api/v1/namespaces/default/pods/www/proxy';
const MiB = 1024 * 1024;
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

/** What the backend does with the next connection, after it has read something. */
let behave: (socket: Socket, received: Buffer) => void = () => {};
let backend: Server;
const front1 = createHttpServer((request, response) => void serve(http1Caller(request, response)));
const front2 = createHttp2Server();

async function serve(caller: ProxyCaller): Promise<void> {
  try {
    const path = caller.url.split('?')[0]!.slice(PREFIX.length);
    await proxyRequest(caller, { host: '127.0.0.1', port: portOf(backend), path });
  } catch (error) {
    assert.ok(error instanceof StatusError, String(error));
    caller.answer(error.code, { 'content-type': 'application/json' }).end(JSON.stringify(error.status));
  }
}

before(async () => {
  backend = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (received) => behave(socket, received));
  });
  front2.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    // A stream that was reset meanwhile takes no answer.
    serve(http2Caller(stream, headers)).catch((error) => assert.ok(stream.destroyed, String(error)));
  });
  for (const server of [backend, front1, front2]) await once(server.listen(0, '127.0.0.1'), 'listening');
});

after(() => {
  front1.closeAllConnections();
  for (const server of [backend, front1, front2]) server.close();
});

function ask(method = 'GET'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: portOf(front1), path: `${PREFIX}/x`, method, agent: false };
    httpRequest(options, resolve).on('error', reject).end();
  });
}

const answering = (head: string, body: string | Buffer = '') => {
  behave = (socket) => {
    socket.write(`HTTP/1.1 ${head}\r\n\r\n`);
    socket.end(body);
  };
};

const answeringPage = (page: string | Buffer, more = '') =>
  answering(`200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}${more}`, page);

/** The longest time, in milliseconds, for which the event loop did nothing else until `work` was done; best of five. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5 && best > 50; i++) {
    let done = false;
    let longest = 0;
    const finished = work().then(() => {
      done = true;
    });
    for (let last = systemClock.monotonic(); !done; ) {
      await systemClock.turn();
      const now = systemClock.monotonic();
      longest = Math.max(longest, now - last);
      last = now;
    }
    await finished;
    best = Math.min(best, longest);
  }
  return best;
}

describe('a page that a pod serves', () => {
  for (const [what, page] of [
    ['comments that never end', '<!--'.repeat(50_000)],
    ['scripts that never end', '<script>'.repeat(25_000)],
    ['a tag that never ends', `<a ${'x '.repeat(100_000)}`],
    ['attributes without values', `<a ${'href= '.repeat(33_000)}>`],
    ['a URL of many lines', `<a href="/${'?\n'.repeat(30_000)}">`],
    ['quotes that never end', `<a href='${'" '.repeat(100_000)}`],
    ['many tags', '<a href="/x">y</a>'.repeat(11_000)],
  ] as const)
    it(`does not block the event loop with ${what}`, async () => {
      answeringPage(page);
      const blocked = await longestTurn(async () => text(await ask()));
      assert.ok(blocked < 50, `${Math.round(blocked)} ms`);
      answeringPage(page);
      const body = await text(await ask());
      assert.equal(body.replaceAll(PREFIX, '').length, page.length);
    });

  it('is read no faster than the caller reads, however large it is', async () => {
    let sent = 0;
    const row = Buffer.from(`<p><a href="/next">n</a>${'x'.repeat(60_000)}</p>\n`);
    behave = (socket) => {
      behave = () => {};
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = () => {
        while (sent < 64 * MiB) {
          sent += row.length;
          if (
            !socket.write(
              Buffer.concat([Buffer.from(`${row.length.toString(16)}\r\n`), row, Buffer.from('\r\n')]),
            )
          )
            return void socket.once('drain', more);
        }
        socket.end('0\r\n\r\n');
      };
      more();
    };
    const response = await ask();
    response.pause();
    // The backend stalls once the sockets' buffers are full.
    for (let before = -1; before !== sent; ) {
      before = sent;
      for (let i = 0; i < 200; i++) await systemClock.turn();
    }
    assert.ok(sent < 32 * MiB, `${sent} bytes were taken from the backend`);
    let received = 0;
    for await (const chunk of response) received += (chunk as Buffer).length;
    assert.equal(received, sent + (sent / row.length) * PREFIX.length);
  });

  it('ends when it is a decompression bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(16 * MiB, ' '));
    answeringPage(bomb, '\r\nContent-Encoding: gzip');
    let received = 0;
    const ended = await new Promise((resolve) => {
      ask().then((response) => {
        response.on('data', (chunk: Buffer) => {
          received += chunk.length;
        });
        response.on('end', () => resolve('whole'));
        response.on('error', () => resolve('aborted'));
      }, resolve);
    });
    assert.equal(ended, 'aborted');
    assert.ok(received < MiB);
  });
});

async function refusalOf(method = 'GET'): Promise<[number, string]> {
  const response = await ask(method);
  const { message } = JSON.parse(await text(response)) as { message: string };
  return [response.statusCode ?? 0, message];
}

describe('an answer that is no HTTP', () => {
  for (const [what, head, message] of [
    [
      'endless headers',
      `200 OK\r\n${'X-Filler: 0123456789\r\n'.repeat(5_000)}`,
      /^error trying to reach service: net\/http: HTTP\/1\.x transport connection broken: net\/http: server response headers exceeded/,
    ],
    [
      'no status',
      'OK',
      /^error trying to reach service: net\/http: HTTP\/1\.x transport connection broken: malformed HTTP response$/,
    ],
    ['a status that does not exist', '999 Odd\r\nContent-Length: 0', /malformed HTTP status code "999"$/],
    ['a status of no class', '000 Odd\r\nContent-Length: 0', /malformed HTTP status code "0"$/],
    [
      'an upgrade that nobody asked for',
      '101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x',
      /backend tried to switch protocol "x" when "" was requested$/,
    ],
    [
      'interim responses without end',
      `${'100 Continue\r\n\r\nHTTP/1.1 '.repeat(50)}102 Processing`,
      /too many 1xx informational responses$/,
    ],
  ] as const)
    it(`becomes a Status: ${what}`, async () => {
      answering(head);
      const [code, said] = await refusalOf();
      assert.equal(code, 503);
      assert.match(said, message);
    });

  it('is cut off at the caller when it ends within its body', async () => {
    answering('200 OK\r\nContent-Length: 1000', 'short');
    await assert.rejects(text(await ask()));
  });

  it('reaches the caller without hop-by-hop headers and trailers', async () => {
    answering(
      '200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\nConnection: X-Mine\r\nX-Mine: 1\r\nX-Yours: 2',
      '2\r\nok\r\n0\r\nX-Late: 1\r\n\r\n',
    );
    const response = await ask();
    assert.equal(await text(response), 'ok');
    assert.deepEqual(
      ['trailer', 'x-mine', 'x-yours'].map((name) => response.headers[name]),
      [undefined, undefined, '2'],
    );
    assert.deepEqual(response.trailers, {});
  });
});

describe('a request that hides another one', () => {
  it('over HTTP/2, in a body longer than its content-length, does not reach the backend as two', async () => {
    let received = '';
    behave = (_socket, bytes) => {
      received += bytes.toString('latin1');
    };
    const session = connectHttp2(`http://127.0.0.1:${portOf(front2)}`);
    session.on('error', () => {});
    const stream = session.request({ ':method': 'POST', ':path': `${PREFIX}/x`, 'content-length': '5' });
    const over = once(stream, 'close').catch(() => {});
    stream.on('error', () => {});
    stream.end('helloGET /evil HTTP/1.1\r\nHost: x\r\n\r\n');
    await over;
    session.destroy();
    assert.doesNotMatch(received, /evil/);
  });
});
