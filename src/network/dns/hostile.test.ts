// Clients and resolvers that send any bytes: the server answers, refuses or ignores them, and goes on serving everybody else.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import dnsPacket, { type Packet } from 'dns-packet';
import { systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { seededRandom } from '../../kit/random.ts';
import type { Zone } from './answer.ts';
import { forwarder } from './forward.ts';
import { acceptQuery } from './query.ts';
import { type DnsServer, startDnsServer } from './server.ts';

const addresses = Array.from({ length: 300 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
const big = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'big', namespace: 'shop' },
  spec: { clusterIP: 'None', clusterIPs: ['None'] },
};
const slice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'big', namespace: 'shop' },
  addressType: 'IPv4' as const,
  endpoints: addresses.map((address) => ({ addresses: [address] })),
};
const zone: Zone = {
  domain: 'cluster.local',
  source: {
    service: (_, name) => (name === 'big' ? big : undefined),
    slices: () => [slice],
    servicesAt: () => [],
    endpointsAt: () => [],
    hasNamespace: (name) => name === 'shop',
  },
};

let server: DnsServer;
before(async () => {
  server = await startDnsServer({ zone, addresses: ['127.0.0.1'], port: 0, log: silentLogger });
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
      [0, 512],
      [100, 512],
      [600, 600],
      [1232, 1232],
      [65_535, 1232],
    ]) {
      const opt = { type: 'OPT', name: '.', udpPayloadSize, flags: 0, options: [] };
      const answer = await overUdp(
        query(udpPayloadSize === undefined ? {} : ({ additionals: [opt] } as never)),
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
    ['with many additional records', Buffer.concat([header(1, 0x100, 1, 0, 0, 3), question]), 1],
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
    [
      'with a dot inside of a label',
      Buffer.concat([header(1, 0x100, 1), Buffer.from('\x03a.b\x00\x00\x01\x00\x01', 'latin1')]),
      1,
    ],
    [
      'with a name that is no UTF-8',
      Buffer.concat([header(1, 0x100, 1), Buffer.from('\x02\xff\xfe\x00\x00\x01\x00\x01', 'latin1')]),
      1,
    ],
    ['cut short', Buffer.concat([header(1, 0x100, 1), question.subarray(0, 9)]), 1],
    ['of another class', Buffer.concat([header(1, 0x100, 1), question.subarray(0, -1), Buffer.from([3])]), 5],
  ] as const)
    it(`${what} is refused by a header alone`, async () => {
      const answer = await overUdp(message);
      assert.deepEqual([answer.length, answer.readUInt16BE(0), rcode(answer)], [12, 1, code]);
    });
});

describe('the TCP server', () => {
  async function connected(): Promise<net.Socket> {
    const socket = net.connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }
  const framed = (message: Buffer) =>
    Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]);

  it('answers while hundreds of silent connections are open', async () => {
    const silent = await Promise.all(Array.from({ length: 300 }, connected));
    const socket = await connected();
    socket.write(framed(query()));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.equal(dnsPacket.streamDecode(answer)?.answers?.length, 300);
    for (const one of [...silent, socket]) one.destroy();
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

describe('a forwarded query', () => {
  const client = {
    type: 'query',
    id: 7,
    flags: 256,
    questions: [{ name: 'Example.org', type: 'A' }],
  } as Packet;

  async function resolver(answers: (asked: Buffer, packet: Packet) => Buffer[]) {
    const socket = dgram.createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const asked: Packet[] = [];
    const ports = new Set<number>();
    socket.on('message', (message, from) => {
      asked.push(dnsPacket.decode(message));
      ports.add(from.port);
      for (const answer of answers(message, asked.at(-1)!)) socket.send(answer, from.port, from.address);
    });
    const forward = forwarder(() => ['127.0.0.1'], systemClock, seededRandom(5), socket.address().port);
    return { forward, asked, ports, close: () => socket.close() };
  }

  const answerOf = ({ id, questions }: Packet, more: Partial<Packet> = {}): Buffer =>
    dnsPacket.encode({
      type: 'response',
      id,
      questions,
      answers: [{ type: 'A', name: 'example.org', ttl: 1, data: '192.0.2.1' }],
      ...more,
    } as Packet);

  it('has an id of its own, another port each time, and nothing of the client’s but its question', async () => {
    const { forward, asked, ports, close } = await resolver((_, packet) => [answerOf(packet)]);
    const strange = { type: 'A', name: 'x', ttl: 1, data: '1.2.3.4' } as const;
    for (let i = 0; i < 20; i++) await forward({ ...client, additionals: [strange] });
    assert.ok(new Set(asked.map(({ id }) => id)).size > 15);
    assert.ok(ports.size > 15);
    assert.deepEqual(
      asked[0]?.additionals?.map(({ type }) => type),
      ['OPT'],
    );
    close();
  });

  it('takes no answer with another id or question, no query, no garbage', async () => {
    const { forward, close } = await resolver((message, packet) => [
      answerOf({ ...packet, id: (packet.id! + 1) & 0xffff }),
      answerOf(packet, { questions: [{ name: 'example.net', type: 'A' }] }),
      answerOf(packet, { questions: [{ name: 'example.org', type: 'AAAA' }] }),
      message,
      Buffer.concat([answerOf(packet).subarray(0, 40)]),
      Buffer.from('garbage'),
      answerOf(packet, { answers: [{ type: 'A', name: 'example.org', ttl: 1, data: '192.0.2.9' }] }),
    ]);
    const { answers } = await forward(client);
    assert.deepEqual(
      answers?.map((a) => 'data' in a && a.data),
      ['192.0.2.9'],
    );
    close();
  });

  it('is refused when a thousand are under way', async () => {
    const { forward, close } = await resolver(() => []);
    const running = Array.from({ length: 1_000 }, () =>
      forward(client).catch((error: Error) => error.message),
    );
    await assert.rejects(forward(client), { message: 'too many queries are being forwarded' });
    close();
    await Promise.all(running);
  });
});
