// An upstream DNS server on loopback, over UDP and TCP, whose answers a test chooses; and a clock that a test can hurry,
// for time-outs that sockets wait for.
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import dnsPacket, { type DecodedPacket, type Packet } from 'dns-packet';
import { type Clock, systemClock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { seededRandom } from '../../../kit/random.ts';
import { acceptQuery, Query } from '../message/query.ts';
import { responseTo } from '../message/reply.ts';
import { DnsCounts } from '../metrics/counts.ts';
import { query } from '../scene.fake.ts';
import { onAnyPort } from '../server/any-port.fake.ts';
import { Forwarder } from './forwarder.ts';
import type { ServerAddress } from './server-address.ts';

export interface TestClock extends Clock {
  /** Lets time pass at once. */
  skip(seconds: number): void;
  /** Lets it pass so many times faster from now on: for what a test knows to be silent. */
  hurry(times: number): void;
}

export function testClock(): TestClock {
  let [speed, since, passed] = [1, systemClock.monotonic(), 0];
  const monotonic = () => passed + speed * (systemClock.monotonic() - since);
  return {
    ...systemClock,
    monotonic,
    after: (ms, run) => systemClock.after(ms / speed, run),
    skip: (seconds) => {
      passed += 1_000 * seconds;
    },
    hurry: (times) => {
      [passed, since, speed] = [monotonic(), systemClock.monotonic(), times];
    },
  };
}

export interface Received {
  readonly packet: DecodedPacket;
  readonly message: Buffer;
  readonly port: number;
  readonly overTcp: boolean;
}

/** Responses to a message; undefined for none. */
export type Answers = (received: Received) => readonly Buffer[] | undefined;

/** An answer with one address. */
export const addressAnswer = (
  { id, questions }: Packet,
  address = '192.0.2.1',
  ttl = 300,
  more: Partial<Packet> = {},
) =>
  dnsPacket.encode({
    type: 'response',
    id,
    flags: 0x0180,
    questions,
    answers: [{ type: 'A', name: questions![0]!.name, ttl, data: address }],
    ...more,
  } as Packet);

const closes: (() => void)[] = [];

/** For `after`. */
export function closeUpstreams(): void {
  for (const close of closes.splice(0)) close();
}

/** Queries that look for loops or for life are answered NXDOMAIN and not counted. */
export async function anUpstream(answers: Answers, host = '127.0.0.1') {
  const asked: Received[] = [];
  const probes: Received[] = [];
  let deaf = false;
  const take = (received: Received): readonly Buffer[] => {
    const { name, type } = received.packet.questions![0]!;
    if (deaf) return [];
    if (type === 'TXT' || name === '.' || name === '') {
      probes.push(received);
      return [addressAnswer(received.packet, '', 0, { flags: 0x0183, answers: [] })];
    }
    asked.push(received);
    return answers(received) ?? [];
  };
  const { udp, tcp } = await onAnyPort(() => listening(host));
  const address: ServerAddress = { host, port: udp.address().port };
  udp.on('message', (message, { port, address: from }) => {
    const packet = dnsPacket.decode(message);
    for (const answer of take({ packet, message, port, overTcp: false })) udp.send(answer, port, from);
  });
  tcp.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      const message = bytes.subarray(2);
      const packet = dnsPacket.decode(message);
      for (const answer of take({ packet, message, port: socket.remotePort!, overTcp: true }))
        socket.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]));
    });
  });
  closes.push(() => {
    udp.close();
    tcp.close();
  });
  const setDeaf = (value: boolean) => {
    deaf = value;
  };
  return { address, asked, probes, setDeaf };
}

async function listening(host: string) {
  const udp = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
  udp.bind(0, host);
  await once(udp, 'listening');
  const tcp = net.createServer();
  tcp.listen(udp.address().port, host);
  await once(tcp, 'listening').catch((error) => {
    udp.close();
    throw error;
  });
  return { udp, tcp };
}

export function aForwarder(servers: readonly ServerAddress[], clock: Clock = testClock(), isolated = false) {
  const counts = new DnsCounts();
  const tools = { clock, random: seededRandom(5), log: silentLogger };
  const route = (server: ServerAddress) => server;
  const forwarder = new Forwarder({ nodeServers: () => servers, route, isolated, counts, ...tools });
  /** As a client sees the response. */
  const ask = async (
    name: string,
    type = 'A',
    client = '10.1.0.1',
    more: Partial<Packet> = {},
  ): Promise<Packet> => {
    const accepted = acceptQuery(dnsPacket.encode(query(name, type, more)));
    if (!(accepted instanceof Query)) throw new Error('the query is not accepted');
    const reply = forwarder.cache.get(accepted.key) ?? (await forwarder.ask(accepted, client));
    return dnsPacket.decode(responseTo(accepted, reply, 65_535));
  };
  return { forwarder, counts, ask };
}
