// Entrances for connections, with the real HAProxy: listeners by the name that a TLS client asks for, client certificates, connections
// that end at the door or pass it, and TCP.
import assert from 'node:assert/strict';
import { constants } from 'node:crypto';
import http2 from 'node:http2';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import type { Https } from '../../src/gateway/model/entrances.ts';
import type { DoorModel } from '../../src/gateway/model/model.ts';
import { type Credential, testAuthority } from '../support/door/certificates.ts';
import { aBackend, aModel, aRoute, ask, backendsOf, openDoor, type TestDoor } from '../support/door/door.ts';
import { type Echo, type Echoed, startEcho } from '../support/door/echo.ts';

const [ADDRESS, GATEWAY] = ['127.77.212.1', '127.77.212.2'];
const authority = testAuthority('clients');
const member = authority.issue('member');
const stranger = testAuthority('strangers').issue('stranger');
const servers = testAuthority('servers');

let door: TestDoor;
let echo: Echo;
let plain: Server;
let secure: tls.Server;

const certificate = (name: string, hosts: readonly string[], made: Credential) => ({
  name,
  hosts,
  pem: made.pem,
});

const https = (host: string, name: string, more: Partial<Https> = {}) => ({
  host,
  // biome-ignore lint/suspicious/noThenProperty: never awaited
  then: {
    kind: 'https' as const,
    certificates: [certificate(name.replace('.', ''), [], servers.issue(name))],
    routes: [aRoute('echo_a', { host })],
    ...more,
  },
});

function model(): DoorModel {
  const at = (server: Server) => ({ ip: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const place = { addresses: [GATEWAY] };
  return aModel({
    backends: backendsOf(
      aBackend('echo_a', [echo]),
      aBackend('plain_a', [at(plain)]),
      aBackend('secure_a', [at(secure)]),
      aBackend('none_a', []),
    ),
    entrances: [
      {
        ...place,
        name: 'gw_443',
        protocol: 'tls',
        port: 443,
        listeners: [
          https('a.test', 'a.test'),
          https('**.wild.test', 'wild.test'),
          https('members.test', 'members.test', { clients: { authorities: authority.cert, required: true } }),
          https('guests.test', 'guests.test', { clients: { authorities: authority.cert, required: false } }),
          https('broken.test', 'broken.test', { certificates: [] }),
          {
            host: '**.end.test',
            // biome-ignore lint/suspicious/noThenProperty: never awaited
            then: {
              kind: 'terminate',
              certificates: [certificate('end', [], servers.issue('*.end.test'))],
              names: new Map([['x.end.test', 'plain_a']]),
            },
          },
          {
            host: '**.pass.test',
            // biome-ignore lint/suspicious/noThenProperty: never awaited
            then: { kind: 'passthrough', names: new Map([['**.x.pass.test', 'secure_a']]) },
          },
        ],
      },
      {
        ...place,
        name: 'gw_444',
        protocol: 'tls',
        port: 444,
        listeners: [https('', 'any.test'), https('b.test', 'b.test')],
      },
      { ...place, name: 'gw_5000', protocol: 'tcp', port: 5000, to: 'plain_a' },
      {
        ...place,
        name: 'gw_5001',
        protocol: 'tcp',
        port: 5001,
        to: [
          { backend: 'plain_a', weight: 3 },
          { backend: 'none_a', weight: 1 },
        ],
      },
      { ...place, name: 'gw_5002', protocol: 'tcp', port: 5002 },
    ],
  });
}

const asks = (sni: string, more: Omit<Parameters<typeof ask>[0], 'address'> = {}) =>
  ask({ address: GATEWAY, host: sni, tls: sni, ...more });

/** What is said by whoever accepts the connection; '' when it is closed. */
const said = (socket: tls.TLSSocket | ReturnType<typeof connect>): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (part) => {
      text += String(part);
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
const saidTo = (servername: string) =>
  said(tls.connect({ host: GATEWAY, port: 443, servername, rejectUnauthorized: false }));
const saidAt = (port: number) => said(connect(port, GATEWAY));

const closed = (promise: Promise<unknown>) =>
  assert.rejects(promise, /ECONNRESET|socket hang up|disconnected|alert/);

describe('entrances of a model of the door for connections', () => {
  before(async () => {
    [door, echo] = await Promise.all([openDoor(ADDRESS), startEcho('echo')]);
    plain = createServer((socket) => socket.end('plain'));
    const { cert, key } = servers.issue('x.pass.test');
    secure = tls.createServer({ cert, key }, (socket) => socket.end('secure'));
    await Promise.all(
      [plain, secure].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))),
    );
    await door.proxies.apply(model());
  });
  after(async () => {
    await door?.stop();
    for (const one of [echo, plain, secure]) one?.close();
  });

  test('a listener has a certificate of its own, and clients keep their address', async () => {
    const { certificate, text } = await asks('a.test');
    assert.equal(certificate, 'a.test');
    const { headers } = JSON.parse(text) as Echoed;
    assert.match(headers['x-forwarded-for']!, /^127\./);
    assert.deepEqual([headers['x-forwarded-proto'], headers['x-forwarded-port']], ['https', '443']);
    assert.equal((await asks('x.y.wild.test')).certificate, 'wild.test');
    assert.equal((await asks('other.test', { port: 444 })).certificate, 'any.test');
    assert.equal((await asks('b.test', { port: 444 })).certificate, 'b.test');
  });

  test('requests for a host of another listener are misdirected', async () => {
    const status = async (sni: string, host: string, port = 443) => (await asks(sni, { host, port })).status;
    assert.equal(await status('a.test', 'x.wild.test'), 421);
    assert.equal(await status('x.wild.test', 'y.wild.test'), 200);
    assert.equal(await status('a.test', 'unknown.test'), 404);
    assert.equal(await status('b.test', 'unknown.test', 444), 421);
    assert.equal(await status('unknown.test', 'b.test', 444), 421);
    assert.equal(await status('a.test', 'members.test'), 421);
    assert.equal(await status('a.test', 'x.end.test'), 421);
  });

  test('names without a listener, or without a certificate, are closed, and so is what is no TLS', async () => {
    await closed(asks('unknown.test'));
    await closed(asks('broken.test'));
    assert.equal(await saidTo('none.pass.test'), '');
    await closed(ask({ address: GATEWAY, host: 'a.test', port: 443 }));
  });

  test('clients show a certificate where one is required', async () => {
    await closed(asks('members.test'));
    await closed(asks('members.test', { client: stranger }));
    assert.equal((await asks('members.test', { client: member })).status, 200);
    for (const client of [undefined, stranger, member])
      assert.equal((await asks('guests.test', client ? { client } : {})).status, 200);
  });

  test('a session that began without a client’s certificate does not go on where one is required', async () => {
    // With tickets, and with a session that the server keeps.
    for (const [maxVersion, secureOptions] of [
      ['TLSv1.3', 0],
      ['TLSv1.2', 0],
      ['TLSv1.2', constants.SSL_OP_NO_TICKET],
    ] as const) {
      const options = { host: GATEWAY, port: 443, rejectUnauthorized: false, maxVersion, secureOptions };
      const session = await new Promise<Buffer>((resolve, reject) => {
        const socket = tls.connect({ ...options, servername: 'a.test' });
        socket.on('session', (one: Buffer) => {
          resolve(one);
          socket.destroy();
        });
        // Without a session of its own the server leaves the client nothing to go on with.
        socket.resume().on('close', () => resolve(Buffer.alloc(0)));
        socket.on('error', reject);
        socket.write('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
      });
      const again = tls.connect({
        ...options,
        servername: 'members.test',
        ...(session.length > 0 && { session }),
      });
      again.write('GET / HTTP/1.1\r\nHost: members.test\r\n\r\n');
      assert.equal(await said(again), '', maxVersion);
    }
  });

  test('clients that offer it speak HTTP/2', async () => {
    const client = http2.connect(`https://${GATEWAY}`, { servername: 'a.test', rejectUnauthorized: false });
    const request = client.request({ ':path': '/', ':authority': 'a.test' });
    const [headers] = await new Promise<[http2.IncomingHttpHeaders]>((resolve, reject) => {
      request.on('response', (found) => resolve([found]));
      client.on('error', reject);
    });
    assert.equal(headers[':status' as keyof typeof headers], 200);
    client.destroy();
  });

  test('TLS ends at the door or passes it, for the names that a listener has', async () => {
    assert.equal(await saidTo('x.end.test'), 'plain');
    assert.equal(await saidTo('y.end.test'), '');
    assert.equal(await saidTo('y.x.pass.test'), 'secure');
  });

  test('TCP goes to its backends by their weights, or nowhere', async () => {
    assert.equal(await saidAt(5000), 'plain');
    assert.equal(await saidAt(5002), '');
    const all = await Promise.all(Array.from({ length: 40 }, () => saidAt(5001)));
    const answered = all.filter((text) => text === 'plain').length;
    assert.ok(answered >= 26 && answered <= 34, `${answered} of 40`);
  });

  test('certificates change without a connection that fails', async () => {
    const failures: string[] = [];
    let done = false;
    let asked = 0;
    const client = async () => {
      while (!done) {
        const { status } = await asks('a.test').catch((error: Error) => ({ status: error.message }));
        asked++;
        if (status !== 200) failures.push(String(status));
      }
    };
    const clients = [client(), client(), client()];
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 5; i++) {
      await door.proxies.apply(model());
      seen.add((await asks('a.test')).certificate);
    }
    done = true;
    await Promise.all(clients);
    assert.deepEqual(failures, [], `of ${asked}`);
  });
});
