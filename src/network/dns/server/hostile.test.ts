// Clients and resolvers that send any bytes: the server answers, refuses or ignores them, and goes on serving everybody else.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import dnsPacket, { type Packet } from 'dns-packet';
import { systemClock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { acceptQuery, type Query } from '../message/query.ts';
import { DnsCounts } from '../metrics/counts.ts';
import { anOpt, aScene, optOf, service } from '../scene.fake.ts';
import { onAnyPort } from './any-port.fake.ts';
import { type DnsServer, startDnsServer } from './server.ts';

const { caches, resolver } = aScene();
const addresses = Array.from({ length: 300 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
caches.services.put(service('big', { clusterIP: 'None', clusterIPs: ['None'] }));
caches.slices.put({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'big', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'big' } },
  addressType: 'IPv4' as const,
  endpoints: addresses.map((address) => ({ addresses: [address] })),
});

let server: DnsServer;
before(async () => {
  const tools = { clock: systemClock, log: silentLogger };
  server = await onAnyPort(() =>
    startDnsServer({
      resolver,
      counts: new DnsCounts(),
      addresses: ['127.0.0.1'],
      port: 0,
      ...tools,
    }),
  );
});
after(() => server.close());

const NAME = 'big.shop.svc.cluster.local';
const query = (more: Partial<Packet> = {}): Buffer =>
  dnsPacket.encode({
    type: 'query',
    id: 7,
    flags: 256,
    questions: [{ name: NAME, type: 'A' }],
    ...more,
  } as Packet);

async function overUdp(message: Buffer): Promise<Buffer> {
  const socket = dgram.createSocket('udp4');
  socket.send(message, server.port, '127.0.0.1');
  const [answer] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return answer;
}

const rcode = (message: Buffer) => message[3]! & 15;
const isTruncated = (message: Buffer) => (message[2]! & 2) !== 0;

describe('a UDP answer', () => {
  it('is never longer than the client announces, nor than a packet that is not fragmented', async () => {
    for (const [udpPayloadSize, most] of [
      [undefined, 512],
      [1, 512],
      [100, 512],
      [600, 600],
      [1232, 1232],
      [65_535, 1232],
    ]) {
      const answer = await overUdp(
        query(udpPayloadSize === undefined ? {} : { additionals: [anOpt(udpPayloadSize)] }),
      );
      assert.ok(answer.length <= most!, `${answer.length} for ${udpPayloadSize}`);
      assert.ok(isTruncated(answer));
    }
  });
});

describe('a message', () => {
  const header = (...words: number[]) => {
    const bytes = Buffer.alloc(12);
    words.forEach((word, i) => void bytes.writeUInt16BE(word, 2 * i));
    return bytes;
  };
  const question = query().subarray(12);
  const opt = (version = 0, length = 0) =>
    Buffer.from([0, 0, 41, 4, 0, 0, version, 0, 0, length >> 8, length & 255]);

  it('that is a response, or too short, or too long for a query gets no answer', () => {
    for (const message of [
      Buffer.alloc(0),
      Buffer.alloc(11),
      Buffer.concat([header(1, 0x8100, 1), question]),
      Buffer.alloc(5000),
    ])
      assert.equal(acceptQuery(message), undefined);
  });

  for (const [what, message, code] of [
    ['of another operation', Buffer.concat([header(1, 0x2000, 1), question]), 4],
    ['with no question', header(1, 0x100), 1],
    ['with two questions', Buffer.concat([header(1, 0x100, 2), question, question]), 1],
    ['with 65,535 questions', Buffer.concat([header(1, 0x100, 65_535), question]), 1],
    [
      'with many additional records',
      Buffer.concat([
        header(1, 0x100, 1, 0, 0, 3),
        question,
        ...Array<Buffer>(3).fill(Buffer.from([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])),
      ]),
      1,
    ],
    [
      'with a name that points at itself',
      Buffer.concat([header(1, 0x100, 1), Buffer.from([0xc0, 12, 0, 1, 0, 1])]),
      1,
    ],
    [
      'with a name that points forward',
      Buffer.concat([header(1, 0x100, 1), Buffer.from([0xc0, 40, 0, 1, 0, 1])]),
      1,
    ],
    [
      'with a label of 64 bytes',
      Buffer.concat([
        header(1, 0x100, 1),
        Buffer.from([64]),
        Buffer.alloc(64, 'a'),
        Buffer.from([0, 0, 1, 0, 1]),
      ]),
      1,
    ],
    [
      'with a name of 300 bytes',
      Buffer.concat([
        header(1, 0x100, 1),
        ...Array<Buffer>(10).fill(Buffer.concat([Buffer.from([30]), Buffer.alloc(30, 'a')])),
        Buffer.from([0, 0, 1, 0, 1]),
      ]),
      1,
    ],
    ['with two OPT records', Buffer.concat([header(1, 0x100, 1, 0, 0, 2), question, opt(), opt()]), 1],
    [
      'with an OPT record of a name',
      Buffer.concat([header(1, 0x100, 1, 0, 0, 1), question, Buffer.from([1, 0x61]), opt()]),
      1,
    ],
    [
      'with an additional record cut short',
      Buffer.concat([header(1, 0x100, 1, 0, 0, 1), question, opt().subarray(0, 9)]),
      1,
    ],
    ['with data beyond its end', Buffer.concat([header(1, 0x100, 1, 0, 0, 1), question, opt(0, 600)]), 1],
    ['cut short', Buffer.concat([header(1, 0x100, 1), question.subarray(0, 9)]), 1],
    ['of another class', Buffer.concat([header(1, 0x100, 1), question.subarray(0, -1), Buffer.from([3])]), 5],
  ] as const)
    it(`${what} is refused by a header alone`, async () => {
      const answer = await overUdp(message);
      assert.deepEqual([answer.length, answer.readUInt16BE(0), rcode(answer)], [12, 1, code]);
    });

  it('with another version of EDNS is told that there is only version 0', async () => {
    const answer = await overUdp(Buffer.concat([header(1, 0x100, 1, 0, 0, 1), question, opt(1)]));
    const record = optOf(dnsPacket.decode(answer));
    assert.deepEqual([rcode(answer), record?.extendedRcode, record?.ednsVersion], [0, 1, 0]);
  });

  for (const [what, label] of [
    ['with a dot inside of a label', '\x03a.b'],
    ['with a name that is no UTF-8', '\x02\xff\xfe'],
    ['with a zero in its name', '\x03a\0b'],
    ['with a backslash in its name', '\x03a\\b'],
  ] as const)
    it(`${what} is a name like any other, which does not exist`, async () => {
      const asked = Buffer.concat([Buffer.from(label, 'latin1'), question.subarray(4)]);
      const answer = await overUdp(Buffer.concat([header(1, 0x100, 1), asked]));
      assert.deepEqual(answer.subarray(12, 12 + asked.length), asked);
      assert.equal(rcode(answer), 3);
    });

  it('has a key of its own for every name, type and flag that it is answered by', () => {
    const keyOf = (name: string, type = 1, flags = 0x100) => {
      const message = Buffer.concat([
        header(1, flags, 1),
        Buffer.from(`${name}\0\0${String.fromCharCode(type)}\0\x01`, 'latin1'),
      ]);
      return (acceptQuery(message) as Query).key;
    };
    const names = ['\x03a.b', '\x01a\x01b', '\x04a\\.b', '\x02ab', '\x02a\xc0', '\x02a\xe0', ''];
    assert.equal(new Set(names.map((name) => keyOf(name))).size, names.length);
    assert.notEqual(keyOf('\x01a', 65), keyOf('\x01a', 97));
    assert.notEqual(keyOf('\x01a', 1, 0x110), keyOf('\x01a', 1));
    assert.equal(keyOf('\x01A'), keyOf('\x01a'));
  });
});

describe('the TCP server', () => {
  async function connectedFrom(localAddress: string): Promise<net.Socket> {
    const socket = net.connect({ port: server.port, host: '127.0.0.1', localAddress });
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }
  const connected = () => connectedFrom('127.0.0.1');
  const framed = (message: Buffer) =>
    Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]);

  it('answers while hundreds of silent connections are open', async () => {
    const silent = await Promise.all(Array.from({ length: 400 }, connected));
    const socket = await connected();
    socket.write(framed(query()));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.equal(dnsPacket.streamDecode(answer)?.answers?.length, 300);
    for (const one of [...silent, socket]) one.destroy();
  });

  it('keeps the connection of one client while another opens hundreds', async () => {
    const kept = await connectedFrom('127.0.0.2');
    const many = await Promise.all(Array.from({ length: 300 }, () => connectedFrom('127.0.0.3')));
    // The last one is answered when all have been taken in.
    for (const socket of [many.at(-1)!, kept]) {
      socket.write(framed(query()));
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.ok(answer.length > 1_000);
    }
    for (const one of [...many, kept]) one.destroy();
  });

  it('cuts a connection that announces a long query', async () => {
    const socket = await connected();
    socket.write(Buffer.from([0xff, 0xff, 0]));
    await once(socket.resume(), 'close');
  });

  it('works ahead of a client that does not read no further than the buffers', async () => {
    const socket = await connected();
    socket.pause();
    let written = 0;
    const many = Buffer.concat(Array<Buffer>(1_000).fill(framed(query())));
    for (let i = 0; i < 400; i++) {
      if (socket.write(many)) written++;
      await systemClock.turn();
    }
    assert.ok(written < 300, `${written} of 400 blocks were taken`);
    socket.destroy();
    assert.equal(rcode(await overUdp(query())), 0);
  });
});
