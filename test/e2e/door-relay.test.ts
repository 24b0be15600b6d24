// What HAProxy does not do: datagrams, and backends whose certificate may have one of several names. And backends that are reached by TLS
// at all.
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type tls from 'node:tls';
import type { DoorModel } from '../../src/gateway/model/model.ts';
import type { Policy, Trust } from '../../src/gateway/model/policy.ts';
import type { Endpoint } from '../../src/gateway/model/routes.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { sequence, tagged } from '../../src/kit/x509/der.ts';
import { type Credential, testAuthority } from '../support/door/certificates.ts';
import { aBackend, aModel, aRoute, ask, backendsOf, openDoor, type TestDoor } from '../support/door/door.ts';
import { eventually } from '../support/eventually.ts';

const [ADDRESS, GATEWAY] = ['127.77.214.1', '127.77.214.2'];
const URI = 'spiffe://abc.test/identity';
const names = (...entries: readonly [tag: number, value: string][]) =>
  sequence(...entries.map(([tag, value]) => tagged(tag, false, Buffer.from(value))));

const authority = testAuthority('backends');
const clients = testAuthority('door');
const own = clients.issue('door');
const named = authority.issue('backend', names([2, 'abc.test'], [6, URI]));
/** One name, in which another one seems to be. */
const sly = authority.issue('sly', names([6, `spiffe://sly.test/x, URI:${URI}`]));

interface Started {
  readonly at: Endpoint;
  close(): void;
}

/** Answers with its name, the name it was asked for, and the client's certificate. */
function secured(server: string, { cert, key }: Credential, h2 = false): Promise<Started> {
  const options = { cert, key, ca: clients.cert, requestCert: true, rejectUnauthorized: false };
  const answer = (request: { socket: unknown }, response: { end(text: string): unknown }) => {
    const socket = request.socket as tls.TLSSocket & { servername: string };
    response.end(`${server} ${socket.servername} ${socket.getPeerCertificate().subject?.CN ?? ''}`.trim());
  };
  const listener = h2 ? http2.createSecureServer(options, answer) : https.createServer(options, answer);
  return new Promise((resolve) => {
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as AddressInfo;
      resolve({ at: { ip: '127.0.0.1', port }, close: () => listener.close() });
    });
  });
}

/** Answers each datagram with its name and what came. */
function heard(name: string): Promise<Started> {
  const socket = createSocket('udp4', (bytes, { port, address }) =>
    socket.send(`${name} ${bytes.toString()}`, port, address),
  );
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () =>
      resolve({ at: { ip: '127.0.0.1', port: socket.address().port }, close: () => socket.close() }),
    );
  });
}

const trust = (more: Partial<Trust> = {}): Trust => ({
  authorities: authority.cert,
  hostname: 'abc.test',
  ...more,
});

const TRUSTED: Readonly<Record<string, { policy: Partial<Policy>; sly?: boolean; says: string | number }>> = {
  good: { policy: { trust: trust() }, says: 'named abc.test' },
  client: { policy: { trust: trust({ client: own.pem }) }, says: 'named abc.test door' },
  other: { policy: { trust: trust({ hostname: 'other.test' }) }, says: 503 },
  stranger: { policy: { trust: trust({ authorities: clients.cert }) }, says: 503 },
  system: { policy: { trust: { hostname: 'abc.test' } }, says: 503 },
  name: { policy: { trust: trust({ hostname: 'sni.test', names: ['abc.test'] }) }, says: 'named sni.test' },
  'not-named': { policy: { trust: trust({ names: ['other.test'] }) }, says: 502 },
  uri: { policy: { trust: trust({ names: [URI] }) }, says: 'named abc.test' },
  'one-of': {
    policy: { trust: trust({ names: ['x.test', URI], client: own.pem }) },
    says: 'named abc.test door',
  },
  'none-of': { policy: { trust: trust({ names: ['x.test', 'spiffe://x.test/'] }) }, says: 502 },
  sly: { policy: { trust: trust({ names: [URI] }) }, sly: true, says: 502 },
  unreadable: { policy: { trust: trust({ names: ['x.test', URI], client: 'PEM' }) }, says: 502 },
  untrusted: { policy: { trust: trust({ names: ['abc.test', URI], authorities: clients.cert }) }, says: 502 },
};

let door: TestDoor;
let started: { named: Started; sly: Started; a: Started; b: Started };

function model(datagrams: readonly Endpoint[]): DoorModel {
  const place = { addresses: [GATEWAY] };
  const backends = Object.entries(TRUSTED).map(([name, { policy, sly }]) =>
    aBackend(`t_${name}`, [sly ? started.sly.at : started.named.at], { protocol: 'https', ...policy }),
  );
  return aModel({
    backends: backendsOf(
      ...backends,
      aBackend('u_one', datagrams),
      aBackend('u_a', [started.a.at]),
      aBackend('u_b', [started.b.at]),
    ),
    entrances: [
      {
        ...place,
        name: 'gw_80',
        protocol: 'http',
        port: 80,
        listeners: [{ host: '', routes: backends.map(({ name }) => aRoute(name, { path: `/${name}` })) }],
      },
      { ...place, name: 'gw_53', protocol: 'udp', port: 53, to: 'u_one' },
      {
        ...place,
        name: 'gw_54',
        protocol: 'udp',
        port: 54,
        to: [
          { backend: 'u_a', weight: 3 },
          { backend: 'u_b', weight: 1 },
        ],
      },
      { ...place, name: 'gw_55', protocol: 'udp', port: 55 },
    ],
  });
}

/** Sends until there is an answer: datagrams get lost. */
const says = async (socket: Socket, port: number, text: string): Promise<string> => {
  let answer = '';
  socket.removeAllListeners('message').on('message', (bytes) => {
    answer = bytes.toString();
  });
  return eventually('an answer', () => {
    if (answer) return answer;
    socket.send(text, port, GATEWAY);
    return '';
  });
};

describe('what the door relays', () => {
  before(async () => {
    const all = await Promise.all([secured('named', named), secured('sly', sly), heard('a'), heard('b')]);
    started = { named: all[0], sly: all[1], a: all[2], b: all[3] };
    door = await openDoor(ADDRESS);
    await door.proxies.apply(model([started.a.at]));
  });
  after(async () => {
    await door?.stop();
    for (const one of Object.values(started ?? {})) one.close();
  });

  for (const [name, { says: expected }] of Object.entries(TRUSTED))
    test(`a backend reached by TLS: ${name}`, async () => {
      const began = systemClock.monotonic();
      const { status, text } = await ask({ address: GATEWAY, path: `/t_${name}` });
      assert.equal(status === 200 ? text : status, expected);
      // HAProxy's own three tries with a second between them take longer.
      assert.ok(systemClock.monotonic() - began < 2_500);
    });

  test('datagrams go to an endpoint and back, one client’s to one endpoint', async () => {
    const client = createSocket('udp4');
    try {
      assert.equal(await says(client, 53, 'x'), 'a x');
      assert.equal(await says(client, 53, 'y'), 'a y');
    } finally {
      client.close();
    }
  });

  test('sessions outlive a change of the others; those with an endpoint that goes begin anew', async () => {
    const client = createSocket('udp4');
    try {
      await says(client, 53, '1');
      await door.proxies.apply(model([started.b.at, started.a.at]));
      assert.equal(await says(client, 53, '2'), 'a 2');
      await door.proxies.apply(model([started.b.at]));
      assert.equal(await says(client, 53, '3'), 'b 3');
    } finally {
      client.close();
    }
  });

  test('clients get their share of endpoints by weight', async () => {
    const sockets = Array.from({ length: 40 }, () => createSocket('udp4'));
    try {
      const answers = await Promise.all(sockets.map((socket) => says(socket, 54, 'x')));
      const a = answers.filter((text) => text === 'a x').length;
      assert.ok(a >= 27 && a <= 33, `${a} of 40`);
    } finally {
      for (const socket of sockets) socket.close();
    }
  });

  test('a port that another program has is told, and harms no other entrance', async () => {
    const other = https.createServer();
    const datagrams = createSocket('udp4');
    await new Promise<void>((resolve) => other.listen(81, GATEWAY, resolve));
    await new Promise<void>((resolve) => datagrams.bind(56, GATEWAY, resolve));
    const wanted = model([started.a.at]);
    const more = [
      { name: 'tcp_81', protocol: 'tcp', addresses: [GATEWAY, ADDRESS], port: 81 },
      { name: 'udp_56', protocol: 'udp', addresses: [GATEWAY], port: 56, to: 'u_a' },
    ] as const;
    await door.proxies.apply({ ...wanted, entrances: [...wanted.entrances, ...more] });
    const refused = { address: GATEWAY, reason: 'EADDRINUSE' };
    assert.deepEqual(door.proxies.unserved, [
      { ...refused, entrance: 'tcp_81' },
      { ...refused, entrance: 'udp_56' },
    ]);
    assert.equal((await ask({ address: GATEWAY, path: '/t_good' })).status, 200);
    other.close();
    datagrams.close();
    await door.proxies.apply({ ...wanted, entrances: [...wanted.entrances, ...more] });
    assert.deepEqual(door.proxies.unserved, []);
  });
});
