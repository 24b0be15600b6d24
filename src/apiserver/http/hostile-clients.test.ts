// Clients that speak HTTP as no client should: the server ignores them, refuses them or disconnects them, and serves all others.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { systemClock as clock } from '../../kit/clock.ts';
import { type HttpsApiServer, startHttpsServer } from '../../sim/https-server.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const MiB = 1024 * 1024;
let server: HttpsApiServer;

before(async () => {
  server = await startHttpsServer();
});

after(() => server.stop());

const tls = () => server.administrator;

interface Answer {
  readonly code: number | undefined;
  readonly body: string;
}

function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ ...tls(), method, path, headers, agent: false }, async (response) =>
      resolve({ code: response.statusCode, body: await text(response) }),
    );
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ code: response.statusCode, body: '' });
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('an Upgrade header on a path that does not upgrade', () => {
  for (const protocol of ['websocket', 'SPDY/3.1', 'h2c'])
    it(`is ignored: ${protocol}`, async () => {
      const headers = { connection: 'Upgrade', upgrade: protocol, 'content-type': 'application/json' };
      assert.match((await ask('GET', '/version', headers)).body, /"gitVersion"/);
      const object = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } });
      const created = await ask('POST', maps, headers, object);
      assert.deepEqual([created.code, JSON.parse(created.body).metadata.name], [201, 'm']);
      const deleted = await ask('DELETE', `${maps}/m`, headers);
      assert.deepEqual([deleted.code, JSON.parse(deleted.body).status], [200, 'Success']);
      assert.equal((await ask('GET', `${maps}/m`, headers)).code, 404);
    });

  it('upgrades nothing where the path does, but the object is missing', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1' };
    const answer = await ask('POST', '/api/v1/namespaces/default/pods/none/exec?command=x&stdout=1', headers);
    assert.deepEqual([answer.code, JSON.parse(answer.body).reason], [404, 'NotFound']);
  });
});

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const Frame = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  windowUpdate: 8,
  continuation: 9,
} as const;

function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** GET / with literal headers that use no table (RFC 7541). */
function headerBlock(): Buffer {
  const literal = (name: string, value: string) =>
    Buffer.concat([
      Buffer.of(0, name.length),
      Buffer.from(name),
      Buffer.of(value.length),
      Buffer.from(value),
    ]);
  return Buffer.concat([
    ...[literal(':method', 'GET'), literal(':scheme', 'https')],
    ...[literal(':path', '/version'), literal(':authority', 'x')],
  ]);
}

async function http2Socket(): Promise<TLSSocket> {
  const socket = connectTls({ ...tls(), ALPNProtocols: ['h2'] });
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'secureConnect');
  socket.write(PREFACE);
  socket.write(frame(Frame.settings, 0, 0));
  return socket;
}

/** Writes what `next` gives until the server disconnects, or `limit` bytes have been written. Returns the bytes written. */
async function flood(socket: TLSSocket, limit: number, next: (i: number) => Buffer): Promise<number> {
  let written = 0;
  for (let i = 0; written < limit && !socket.destroyed && socket.writable; i++) {
    const bytes = next(i);
    written += bytes.length;
    if (!socket.write(bytes))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
    if (i % 16 === 0) await clock.turn();
  }
  return written;
}

async function stillServes(): Promise<void> {
  assert.equal((await ask('GET', '/version')).code, 200);
}

describe('an HTTP/2 connection', () => {
  it('is cut when its header block does not end (CVE-2024-27983)', async () => {
    const socket = await http2Socket();
    socket.write(frame(Frame.headers, 1, 1, headerBlock()));
    const filler = Buffer.alloc(
      16_000,
      Buffer.concat([Buffer.of(0, 1), Buffer.from('a'), Buffer.of(1), Buffer.from('b')]),
    );
    const written = await flood(socket, 64 * MiB, () => frame(Frame.continuation, 0, 1, filler));
    assert.ok(written < 32 * MiB, `${written} bytes of headers were taken`);
    await stillServes();
  });

  for (const [what, next] of [
    ['settings (CVE-2019-9515)', () => frame(Frame.settings, 0, 0)],
    ['pings (CVE-2019-9512)', () => frame(Frame.ping, 0, 0, Buffer.alloc(8))],
    [
      'streams that are reset at once (CVE-2023-44487)',
      (i: number) =>
        Buffer.concat([
          frame(Frame.headers, 5, 2 * i + 1, headerBlock()),
          frame(Frame.reset, 0, 2 * i + 1, Buffer.from([0, 0, 0, 8])),
        ]),
    ],
    [
      'empty data (CVE-2019-9518)',
      (i: number) => (i === 0 ? frame(Frame.headers, 4, 1, headerBlock()) : frame(Frame.data, 0, 1)),
    ],
    ['window updates', () => frame(Frame.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1]))],
    ['frames of unknown types', () => frame(0x42, 0, 0, Buffer.alloc(100))],
  ] as const)
    it(`does not harm others with ${what}`, async () => {
      const socket = await http2Socket();
      const before = process.memoryUsage().rss;
      let longest = 0;
      const flooding = flood(socket, MiB, (i) =>
        Buffer.concat(Array.from({ length: 20 }, (_, k) => next(20 * i + k))),
      );
      for (let i = 0; i < 5; i++) {
        const from = clock.monotonic();
        await stillServes();
        longest = Math.max(longest, clock.monotonic() - from);
      }
      await flooding;
      assert.ok(longest < 5_000, `${longest} ms for another client`);
      assert.ok(process.memoryUsage().rss - before < 200 * MiB);
      socket.destroy();
      await stillServes();
    });
});

describe('an HTTP/1.1 request', () => {
  async function raw(bytes: string): Promise<string> {
    const socket = connectTls({ ...tls(), ALPNProtocols: ['http/1.1'] });
    socket.on('error', () => {});
    socket.write(bytes);
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    await new Promise((resolve) => socket.once('close', resolve));
    return Buffer.concat(parts).toString();
  }

  for (const [what, head, code] of [
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n', 400],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', 400],
    ['an unknown coding', 'Transfer-Encoding: cow\r\n', 400],
    ['a folded header', 'X-A: b\r\n c\r\nConnection: close\r\nX B: c\r\n', 400],
    ['a name with a space', 'X-A : b\r\n', 400],
    ['more than 1 MiB of headers', `X-A: ${'b'.repeat(MiB + 8192)}\r\n`, 431],
  ] as const)
    it(`with ${what} is refused, and the connection closed`, async () => {
      const answer = await raw(`POST ${maps} HTTP/1.1\r\nHost: x\r\n${head}\r\nhello`);
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${code} `));
      assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1);
    });

  it('may have a line and headers of 1 MiB in all', async () => {
    const answer = await ask('GET', `${maps}?unknown=${'a'.repeat(400 * 1024)}`, {
      'x-a': 'b'.repeat(600 * 1024),
    });
    assert.deepEqual([answer.code, JSON.parse(answer.body).kind], [200, 'ConfigMapList']);
  });

  it('with more than 10,000 parameters is refused before they are parsed', async () => {
    const from = clock.monotonic();
    const answer = await ask('GET', `/version?${'a&'.repeat(500_000)}`);
    assert.equal(answer.code, 400);
    assert.match(answer.body, /number of URL query parameters exceeded limit/);
    assert.ok(clock.monotonic() - from < 2000);
  });

  it('with a path of a million segments is answered like any other', async () => {
    const answer = await ask('GET', `/api/v1/namespaces/default/pods/p/exec${'/'.repeat(MiB - 4096)}`);
    assert.equal(answer.code, 404);
  });
});
