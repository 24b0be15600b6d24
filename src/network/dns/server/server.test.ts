import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, describe, it } from 'node:test';
import dnsPacket, { type Packet } from 'dns-packet';
import { systemClock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { failure } from '../forward/forwarder.ts';
import { ReplyCache } from '../forward/reply-cache.ts';
import type { Reply } from '../message/reply.ts';
import { DnsCounts } from '../metrics/counts.ts';
import { metricsPage } from '../metrics/page.ts';
import { anOpt, aScene, dataOf, optOf, query, rcodeOf } from '../scene.fake.ts';
import { onAnyPort } from './any-port.fake.ts';
import { type DnsServer, startDnsServer } from './server.ts';

const { resolver } = aScene();
const NAME = 'web.shop.svc.cluster.local';
/** Names that an upstream server answers when it is told to. */
const slow = new Map<string, (reply: Reply) => void>();
const counts = new DnsCounts();
const tools = { clock: systemClock, log: silentLogger };
const served = {
  resolve: (...[question, client]: Parameters<typeof resolver.resolve>) => {
    if (question.name === 'broken.test') throw new Error('broken');
    if (question.name === 'late.broken.test') return Promise.reject(new Error('broken'));
    return question.name.endsWith('.slow.test')
      ? new Promise<Reply>((resolve) => slow.set(question.name, resolve))
      : resolver.resolve(question, client);
  },
};
const start = (addresses: string[]) =>
  onAnyPort(() => startDnsServer({ resolver: served, counts, addresses, port: 0, ...tools }));

let server: DnsServer;
before(async () => {
  server = await start(['127.0.0.1', '::1']);
});
after(() => server.close());

async function overUdp(packet: Packet, host = '127.0.0.1'): Promise<Packet> {
  const socket = dgram.createSocket(host === '::1' ? 'udp6' : 'udp4');
  socket.send(dnsPacket.encode(packet), server.port, host);
  const [answer] = (await once(socket, 'message')) as [Buffer];
  socket.close();
  return dnsPacket.decode(answer);
}

/** Responses of one connection. */
class Connection {
  readonly socket: net.Socket;
  readonly #waiting: ((packet: Packet) => void)[] = [];
  #bytes = Buffer.alloc(0);

  constructor(host: string) {
    this.socket = net.connect(server.port, host);
    this.socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      while (this.#bytes.length >= 2 && this.#bytes.length >= 2 + this.#bytes.readUInt16BE(0)) {
        const end = 2 + this.#bytes.readUInt16BE(0);
        this.#waiting.shift()?.(dnsPacket.decode(this.#bytes.subarray(2, end)));
        this.#bytes = this.#bytes.subarray(end);
      }
    });
  }

  send(...packets: Packet[]): void {
    this.socket.write(Buffer.concat(packets.map((packet) => dnsPacket.streamEncode(packet))));
  }

  next(): Promise<Packet> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

describe('DNS server', () => {
  it('answers over UDP and TCP in both IP families', async () => {
    for (const host of ['127.0.0.1', '::1']) {
      assert.deepEqual(dataOf((await overUdp(query(NAME, 'A'), host)).answers), ['10.96.0.20']);
      const connection = new Connection(host);
      connection.send(query(NAME, 'A'));
      assert.deepEqual(dataOf((await connection.next()).answers), ['10.96.0.20']);
      connection.socket.destroy();
    }
  });

  it('answers pipelined queries, quick ones before slow ones', async () => {
    const connection = new Connection('127.0.0.1');
    const responses = [connection.next(), connection.next(), connection.next()];
    connection.send(
      query('a.slow.test', 'A', { id: 1 }),
      query(NAME, 'A', { id: 2 }),
      query(NAME, 'AAAA', { id: 3 }),
    );
    assert.deepEqual([(await responses[0]!).id, (await responses[1]!).id], [2, 3]);
    slow.get('a.slow.test')!(failure(3));
    const late = await responses[2]!;
    assert.deepEqual([late.id, rcodeOf(late)], [1, 3]);
    connection.socket.destroy();
  });

  it('repeats EDNS to those who use it, with its own size, and to nobody else', async () => {
    const packet = await overUdp(query(NAME, 'A', { additionals: [anOpt(4096, { flags: 0x8000 })] }));
    const own = optOf(packet);
    assert.deepEqual([packet.additionals?.length, own?.udpPayloadSize, own?.flag_do], [1, 1232, true]);
    assert.deepEqual((await overUdp(query(NAME, 'A'))).additionals, []);
  });

  it('answers SERVFAIL where it fails itself', async () => {
    assert.equal(rcodeOf(await overUdp(query('broken.test', 'A'))), 2);
    assert.equal(rcodeOf(await overUdp(query('late.broken.test', 'A'))), 2);
  });

  it('does not keep a port on one address when another has it', async () => {
    const taken = net.createServer().listen(0, '::1');
    await once(taken, 'listening');
    const { port } = taken.address() as net.AddressInfo;
    const options = { resolver, counts, addresses: ['127.0.0.1', '::1'], port, ...tools };
    await assert.rejects(startDnsServer(options), { code: 'EADDRINUSE' });
    const free = await startDnsServer({ ...options, addresses: ['127.0.0.1'] });
    await free.close();
    taken.close();
  });

  it('counts what it does under CoreDNS’ names', () => {
    const page = metricsPage(counts, new ReplyCache(systemClock));
    const zone = 'server="dns://:53",zone=".",view=""';
    assert.match(page, new RegExp(`coredns_dns_requests_total{${zone},proto="udp",family="2",type="A"} 1`));
    assert.match(
      page,
      new RegExp(`coredns_dns_requests_total{${zone},proto="tcp",family="1",type="AAAA"} 1`),
    );
    assert.match(
      page,
      new RegExp(`coredns_dns_responses_total{${zone},rcode="NOERROR",plugin="kubernetes"} 8`),
    );
    assert.match(page, new RegExp(`coredns_dns_request_duration_seconds_count{${zone}} 11`));
    assert.match(page, /coredns_dns_response_size_bytes_bucket{.*proto="tcp",le="100"} \d/);
    assert.match(page, /coredns_panics_total 2/);
  });
});
