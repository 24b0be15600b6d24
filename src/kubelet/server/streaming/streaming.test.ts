import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { createWebSocketStream, WebSocket } from 'ws';
import { SpdyConnection } from '../../../kit/spdy/connection.ts';
import { dialSpdy, UpgradeRefusedError } from '../../../kit/spdy/dial.ts';
import { fakeBackend } from '../backend.fake.ts';
import { streamTarget } from '../path.ts';
import { statusFromRuntime } from './exit-status.ts';
import { type FakeRuntime, startFakeRuntime } from './runtime.fake.ts';
import { serveUpgrade } from './upgrades.ts';

let runtime: FakeRuntime;
let echo: Server;
let base: string;
const kubelet = createServer();

before(async () => {
  runtime = await startFakeRuntime();
  kubelet.on('upgrade', (request, socket: Duplex, head) => {
    const url = new URL(request.url ?? '/', 'http://kubelet');
    void serveUpgrade(fakeBackend(runtime), streamTarget(url.pathname)!, url.searchParams, {
      request,
      socket,
      head,
    });
  });
  kubelet.listen(0, '127.0.0.1');
  echo = createTcpServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await Promise.all([once(kubelet, 'listening'), once(echo, 'listening')]);
  base = `127.0.0.1:${(kubelet.address() as AddressInfo).port}`;
});

after(async () => {
  kubelet.closeAllConnections();
  kubelet.close();
  echo.close();
  await runtime.close();
});

/** What a v5 client sees, gathered. */
async function v5(query: string, send: (socket: WebSocket) => void = () => {}) {
  const socket = new WebSocket(`ws://${base}/exec/default/web/app?${query}`, 'v5.channel.k8s.io');
  const channels = new Map<number, Buffer[]>();
  socket.on('message', (data: Buffer) => {
    channels.set(data[0]!, [...(channels.get(data[0]!) ?? []), data.subarray(1)]);
  });
  socket.on('open', () => send(socket));
  const [code] = await once(socket, 'close');
  const all = (channel: number) => Buffer.concat(channels.get(channel) ?? []);
  return { code, stdout: all(1), stderr: all(2), status: JSON.parse(all(3).toString() || '{}') };
}

const on = (channel: number, bytes: string | Buffer) =>
  Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]);

describe('exec over v5.channel.k8s.io', () => {
  it('gives output and success, and closes normally', async () => {
    const { code, stdout, status } = await v5('command=big&command=100&output=1&error=1');
    assert.deepEqual([code, stdout.length, status], [1000, 100, { metadata: {}, status: 'Success' }]);
  });

  it('keeps stderr apart', async () => {
    assert.equal((await v5('command=fail&output=1&error=1')).stderr.toString(), 'it failed\n');
  });

  it('tells the exit code as a cause', async () => {
    const { status } = await v5('command=exit&command=7&output=1');
    assert.deepEqual(status, {
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: command terminated with exit code 7',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
  });

  it('ends stdin when the client closes its channel', async () => {
    const { stdout } = await v5('command=cat&input=1&output=1', (socket) => {
      socket.send(on(0, 'hello '));
      socket.send(on(0, 'there'));
      socket.send(Buffer.of(255, 0));
    });
    assert.equal(stdout.toString(), 'hello there');
  });

  it('carries ten megabytes each way', async () => {
    const sent = Buffer.alloc(10 << 20, 'payload ');
    const { stdout } = await v5('command=cat&input=1&output=1', (socket) => {
      for (let at = 0; at < sent.length; at += 32768) socket.send(on(0, sent.subarray(at, at + 32768)));
      socket.send(Buffer.of(255, 0));
    });
    assert.ok(stdout.equals(sent));
  });

  it('passes terminal sizes on', async () => {
    const size = '{"Width":101,"Height":33}';
    const socket = new WebSocket(
      `ws://${base}/exec/default/web/app?command=size&input=1&output=1&tty=1`,
      'v5.channel.k8s.io',
    );
    socket.on('open', () => socket.send(on(4, size)));
    const [first] = await once(socket, 'message');
    assert.equal(String(first), `\x01${size}\n`);
    socket.terminate();
  });

  it('reports a container that is not there on the error channel', async () => {
    const socket = new WebSocket(
      `ws://${base}/exec/default/web/gone?command=ls&output=1`,
      'v5.channel.k8s.io',
    );
    const [message] = await once(socket, 'message');
    const status = JSON.parse(String(message).slice(1));
    assert.equal(status.reason, 'InternalError');
    assert.equal(
      status.message,
      'Internal error occurred: unable to upgrade connection: container not found ("gone")',
    );
    await once(socket, 'close');
  });
});

describe('what the runtime says of an end', () => {
  it('becomes an internal error when it is no exit code', () => {
    const refused = JSON.stringify({ status: 'Failure', reason: 'InternalError', message: 'no such file' });
    assert.equal(statusFromRuntime(refused).message, 'Internal error occurred: no such file');
    assert.match(statusFromRuntime('').message ?? '', /unexpected EOF/);
    for (const causes of ['', 'x', {}, [null]]) {
      const odd = JSON.stringify({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes } });
      assert.match(statusFromRuntime(odd).message ?? '', /no ExitCode cause given/);
    }
  });
});

const dial = (path: string, protocols: string[]) => dialSpdy(new URL(`http://${base}${path}`), protocols);

describe('exec over SPDY', () => {
  it('reaches the runtime as it came', async () => {
    const { connection, protocol } = await dial('/exec/default/web/app?command=cat&input=1&output=1', [
      'v4.channel.k8s.io',
    ]);
    assert.equal(protocol, 'v4.channel.k8s.io');
    const [error, stdin, stdout] = ['error', 'stdin', 'stdout'].map((streamtype) =>
      connection.createStream({ streamtype }),
    );
    stdin!.end('through and back');
    assert.equal(await text(stdout!), 'through and back');
    assert.match(await text(error!), /Success/);
    await connection.closed;
  });

  it('is refused in plain words', async () => {
    await assert.rejects(dial('/exec/default/web/gone?command=ls&output=1', ['v4.channel.k8s.io']), {
      constructor: UpgradeRefusedError,
      code: 500,
      message: 'unable to upgrade connection: container not found ("gone")',
    });
    await assert.rejects(dial('/exec/default/none/app?command=ls&output=1', ['v4.channel.k8s.io']), {
      code: 404,
      body: 'pod does not exist',
    });
    await assert.rejects(dial('/exec/default/web/app?command=ls', ['v4.channel.k8s.io']), {
      code: 400,
      body: 'you must specify at least 1 of stdin, stdout, stderr',
    });
  });
});

describe('port-forward', () => {
  async function roundTrip(connection: SpdyConnection): Promise<void> {
    const port = String((echo.address() as AddressInfo).port);
    const payloads = [Buffer.from('small'), Buffer.alloc(3 << 20, 'big')];
    const answers = payloads.map((payload, i) => {
      const headers = { port, requestid: String(i) };
      connection.createStream({ ...headers, streamtype: 'error' }).end();
      const data = connection.createStream({ ...headers, streamtype: 'data' });
      data.end(payload);
      return buffer(data);
    });
    for (const [i, answer] of answers.entries()) assert.ok((await answer).equals(payloads[i]!));
    connection.close();
  }

  it('works over SPDY', async () => {
    const { connection, protocol } = await dial('/portForward/default/web', ['portforward.k8s.io']);
    assert.equal(protocol, 'portforward.k8s.io');
    await roundTrip(connection);
  });

  it('works over SPDY tunnelled in a WebSocket', async () => {
    const socket = new WebSocketWithSlash(`ws://${base}/portForward/default/web`);
    await once(socket, 'open');
    await roundTrip(new SpdyConnection(createWebSocketStream(socket), { role: 'client' }));
    await once(socket, 'close');
  });

  it('asks for ports beforehand on the old WebSocket protocol', async () => {
    const socket = new WebSocket(`ws://${base}/portForward/default/web`, 'v4.channel.k8s.io');
    const [, response] = await once(socket, 'unexpected-response');
    assert.equal(response.statusCode, 400);
    assert.equal(await text(response), 'query parameter "port" is required');
  });
});

/** `ws` refuses the slash of the tunnel's protocol name, so the header is put in and checked by hand. */
class WebSocketWithSlash extends WebSocket {
  constructor(url: string) {
    super(url, { headers: { 'Sec-WebSocket-Protocol': 'SPDY/3.1+portforward.k8s.io' } });
    this.on('upgrade', (response) => {
      assert.equal(response.headers['sec-websocket-protocol'], 'SPDY/3.1+portforward.k8s.io');
      delete response.headers['sec-websocket-protocol'];
    });
  }
}

describe('a runtime that is not there', () => {
  it('is reported as a failed dial', async () => {
    const closed = createTcpServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const server = createServer();
    const backend = { ...fakeBackend(runtime), exec: async () => `http://127.0.0.1:${port}/exec/x` };
    server.on('upgrade', (request, socket: Duplex, head) => {
      const url = new URL(request.url ?? '/', 'http://kubelet');
      void serveUpgrade(backend, streamTarget(url.pathname)!, url.searchParams, { request, socket, head });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = (server.address() as AddressInfo).port;
    await assert.rejects(
      dialSpdy(new URL(`http://127.0.0.1:${address}/exec/default/web/app?output=1`), ['v4.channel.k8s.io']),
      { body: `error dialing backend: dial tcp 127.0.0.1:${port}: connect: connection refused` },
    );
    server.close();
  });
});
