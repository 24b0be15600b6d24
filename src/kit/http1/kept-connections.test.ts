import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { systemClock } from '../clock.ts';
import { type TestAuthority, testAuthority } from '../x509/authority.fake.ts';
import { KeptConnections, type KeptLimits, type KeptRequest } from './kept-connections.ts';

type Answerer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

interface Peer {
  readonly authority: TestAuthority;
  readonly port: number;
  /** Connections in the order in which they were made. */
  readonly sockets: TLSSocket[];
  /** The bodies of requests, and on which connection they came. */
  readonly seen: { readonly body: string; readonly connection: number }[];
  answer: Answerer;
}

async function startPeer(t: TestContext): Promise<Peer> {
  const authority = testAuthority();
  const server = createServer(
    { ...authority.server(), ca: authority.ca, requestCert: true, rejectUnauthorized: false },
    async (request, response) => {
      response.on('error', () => {});
      const body = await text(request);
      peer.seen.push({ body, connection: peer.sockets.indexOf(request.socket as TLSSocket) });
      peer.answer(request, response, peer.seen.length);
    },
  );
  const sockets: TLSSocket[] = [];
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
  });
  // Nothing is said about when idle connections are closed.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const peer: Peer = {
    ...{ authority, port, sockets, seen: [] },
    answer: (_, response) => void response.end('fine'),
  };
  return peer;
}

function kept(t: TestContext, limits: Partial<KeptLimits> = {}): KeptConnections {
  const connections = new KeptConnections(systemClock, limits);
  t.after(() => connections.close());
  return connections;
}

/** A POST with a body if there is one, otherwise a GET. */
async function ask(
  connections: KeptConnections,
  { port, authority }: Peer,
  body = '',
  more: Partial<KeptRequest> = {},
): Promise<string> {
  const response = await connections.send({
    ...{ host: '127.0.0.1', port, path: '/', tls: { ca: authority.ca } },
    method: body ? 'POST' : 'GET',
    headers: ['Content-Length', String(body.length)],
    feed: (outgoing) => void outgoing.end(body),
    ...more,
  });
  return text(response);
}

/** Waits until the server has seen this connection end. */
const closed = (socket: TLSSocket | undefined): Promise<unknown> =>
  socket && !socket.destroyed ? once(socket, 'close') : Promise.resolve();

test('requests one after another share a connection, those at once have their own', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t);
  for (let i = 0; i < 5; i++) assert.equal(await ask(connections, peer, `b${i}`), 'fine');
  assert.equal(peer.sockets.length, 1);
  await Promise.all(Array.from({ length: 3 }, () => ask(connections, peer)));
  assert.equal(peer.sockets.length, 3);
});

test('a connection serves nobody with other authorities, another certificate or another name', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t);
  const { ca } = peer.authority;
  const asked = (tls: KeptRequest['tls']) => ask(connections, peer, '', { tls });
  await asked({ ca });
  await assert.rejects(asked({ ca: testAuthority().ca }), {
    message: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
  });
  await assert.rejects(asked({ ca, servername: 'other.example' }), /certificate is valid for/);
  const names: (string | undefined)[] = [];
  peer.answer = (request, response) => {
    names.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN?.toString());
    response.end();
  };
  for (const name of ['ann', 'bob', 'ann']) {
    const own = certificates.get(name) ?? peer.authority.client(name);
    certificates.set(name, own);
    await asked({ ca, ...own });
  }
  await asked({ ca });
  assert.deepEqual(names, ['ann', 'bob', 'ann', undefined]);
  assert.deepEqual(
    peer.seen.map(({ connection }) => connection),
    [0, peer.sockets.length - 2, peer.sockets.length - 1, peer.sockets.length - 2, 0],
  );
});
const certificates = new Map<string, ReturnType<TestAuthority['client']>>();

test('an idle connection is closed after its time', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t, { idleMs: 20 });
  await ask(connections, peer);
  await closed(peer.sockets[0]);
  assert.equal(await ask(connections, peer, 'b'), 'fine');
  assert.equal(peer.sockets.length, 2);
});

test('a connection that the server closed between requests is not used again', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t);
  for (let i = 1; i <= 20; i++) {
    assert.equal(await ask(connections, peer, 'b'), 'fine');
    const ended = once(peer.sockets.at(-1)!, 'finish');
    peer.sockets.at(-1)!.end();
    // The end has been sent; this process has not read it.
    await ended;
    assert.equal(peer.sockets.length, i);
  }
});

test('a request that a kept connection lost is sent once more if the server may get it twice', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t);
  const losing: Answerer = (request, response, count) => {
    if (count === 2) request.socket.destroy();
    else response.end('fine');
  };
  peer.answer = losing;
  await ask(connections, peer);
  assert.equal(await ask(connections, peer), 'fine');
  assert.deepEqual([peer.seen.length, peer.sockets.length], [3, 2]);

  peer.seen.length = 0;
  assert.equal(await ask(connections, peer), 'fine');
  await assert.rejects(ask(connections, peer, 'change'), { message: 'EOF' });
  assert.deepEqual(
    peer.seen.map(({ body }) => body),
    ['', 'change'],
  );
});

test('a request is sent again once, and not at all over a new connection', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t);
  await ask(connections, peer);
  peer.answer = (request) => void request.socket.destroy();
  await assert.rejects(ask(connections, peer), { message: 'EOF' });
  assert.equal(peer.seen.length, 3);
  await assert.rejects(ask(connections, peer), { message: 'EOF' });
  assert.equal(peer.seen.length, 4);
});

test('a request is sent once if its body is there once, or if its answer has begun', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t);
  peer.answer = (request, response, count) => {
    if (count % 2 === 0) request.socket.destroy();
    else response.end('fine');
  };
  await ask(connections, peer);
  await assert.rejects(ask(connections, peer, '', { once: true }), { message: 'EOF' });
  await ask(connections, peer);
  peer.answer = (request) => {
    request.socket.write('HTTP/1.1 2');
    request.socket.destroySoon();
  };
  await assert.rejects(ask(connections, peer));
  assert.equal(peer.seen.length, 4);
});

test('what a server says unasked is the answer of nothing', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t);
  const unasked = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';
  peer.answer = (request) =>
    void request.socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood${unasked}`);
  assert.equal(await ask(connections, peer), 'good');
  peer.answer = (_, response) => void response.end('fine');
  assert.equal(await ask(connections, peer, 'b'), 'fine');
  peer.sockets.at(-1)!.write(unasked);
  await closed(peer.sockets.at(-1));
  assert.equal(await ask(connections, peer, 'b'), 'fine');
});

test('no more connections are idle than the budgets say, and those idle for longest are closed', async (t) => {
  const [one, two] = [await startPeer(t), await startPeer(t)];
  const connections = kept(t, { idlePerServer: 3, idle: 4 });
  await Promise.all(Array.from({ length: 6 }, () => ask(connections, one)));
  await until(() => open(one) === 3);
  await Promise.all(Array.from({ length: 3 }, () => ask(connections, two)));
  await until(() => open(one) === 1 && open(two) === 3);
});

const open = ({ sockets }: Peer) => sockets.filter(({ destroyed }) => !destroyed).length;

async function until(check: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !check(); i++) await systemClock.sleep(10);
  assert.ok(check());
}

test('requests beyond the connections of one server wait for one', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t, { perServer: 2 });
  await Promise.all(Array.from({ length: 10 }, () => ask(connections, peer, 'b')));
  assert.deepEqual([peer.seen.length, peer.sockets.length], [10, 2]);
});

test('a connection whose answer was not read to its end is not used again', async (t) => {
  const peer = await startPeer(t);
  const connections = kept(t);
  peer.answer = (_, response) => void response.write('half');
  const stop = new AbortController();
  const asked = ask(connections, peer, 'b', { signal: stop.signal });
  await until(() => peer.seen.length === 1);
  stop.abort();
  await assert.rejects(asked);
  peer.answer = (_, response) => void response.end('fine');
  assert.equal(await ask(connections, peer, 'b'), 'fine');
  assert.equal(peer.sockets.length, 2);
});
