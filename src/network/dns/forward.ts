// Forwards a query to the machine's resolvers, one after another, over UDP, and over TCP when the response is truncated.
// Called by answer.ts for names outside the cluster zone.
import dgram from 'node:dgram';
import net from 'node:net';
import type { OptAnswer, Packet } from 'dns-packet';
import dnsPacket, { CHECKING_DISABLED, RECURSION_DESIRED, TRUNCATED_RESPONSE } from 'dns-packet';
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';

/** How long to wait for one server. */
const TIMEOUT_MS = 2_000;

/** The nameserver addresses of a resolv.conf. */
export function nameservers(resolvConf: string): string[] {
  // Trusted text: a file of the node.
  return [...resolvConf.matchAll(/^\s*nameserver\s+(\S+)/gm)]
    .map((match) => match[1]!)
    .filter((address) => net.isIP(address));
}

/** Queries under way at a time, as in kubeadm's CoreDNS (max_concurrent): each holds a socket. */
const MOST_CONCURRENT = 1_000;
/** Bytes of an answer. Longer ones are not decoded: they can hold thousands of names that point at one another. */
const MAX_ANSWER = 16 * 1024;
const NO_OPTIONS = {
  type: 'OPT' as const,
  name: '.',
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};
/** The size announced to resolvers: not fragmented. */
const UDP_SIZE = 1232;

/** A forwarder to `servers`, which is called for each query; rejects with the last error when no server answers. */
export function forwarder(
  servers: () => readonly string[],
  clock: Clock,
  random: Pick<Random, 'bytes'>,
  port = 53,
): (query: Packet) => Promise<Packet> {
  let running = 0;
  return async (query) => {
    if (running >= MOST_CONCURRENT) throw new Error('too many queries are being forwarded');
    running++;
    try {
      return await firstAnswer(servers(), port, forwardedQuery(query, random), clock);
    } finally {
      running--;
    }
  };
}

/** A query with an id that the client does not know, and nothing of the client's but its question. */
function forwardedQuery({ questions, flags = 0 }: Packet, random: Pick<Random, 'bytes'>): Buffer {
  const size: OptAnswer = { ...NO_OPTIONS, udpPayloadSize: UDP_SIZE };
  return dnsPacket.encode({
    type: 'query',
    id: random.bytes(2).readUInt16BE(),
    flags: flags & (RECURSION_DESIRED | CHECKING_DISABLED),
    questions,
    additionals: [size],
  });
}

async function firstAnswer(
  servers: readonly string[],
  port: number,
  message: Buffer,
  clock: Clock,
): Promise<Packet> {
  let last: unknown = new Error('no upstream DNS server');
  for (const server of servers) {
    try {
      const response = await overUdp(server, port, message, clock);
      if (!((response.flags ?? 0) & TRUNCATED_RESPONSE)) return response;
      return await overTcp(server, port, message, clock);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** The answer to `message`, if it is one: with its id and its question. */
function answerTo(message: Buffer, received: Buffer): Packet | undefined {
  if (received.length < HEADER || received.length > MAX_ANSWER) return undefined;
  if (received.readUInt16BE(0) !== message.readUInt16BE(0) || (received[2]! & 0x80) === 0) return undefined;
  if (received.readUInt16BE(4) !== 1) return undefined;
  const end = HEADER + questionLength(message);
  const asked = message.subarray(HEADER, end).toString('latin1').toLowerCase();
  if (received.subarray(HEADER, end).toString('latin1').toLowerCase() !== asked) return undefined;
  try {
    const { questions, answers, authorities, flags } = dnsPacket.decode(received);
    return { type: 'response', questions, answers, authorities, flags };
  } catch {
    return undefined;
  }
}

const HEADER = 12;

/** The name of one's own query, which is not compressed, then its type and class. */
function questionLength(message: Buffer): number {
  let at = HEADER;
  while (message[at] !== 0) at += message[at]! + 1;
  return at + 5 - HEADER;
}

function overUdp(server: string, port: number, message: Buffer, clock: Clock): Promise<Packet> {
  return new Promise((resolve, reject) => {
    // The kernel chooses a random port, and a connected socket takes messages of this server only.
    const socket = dgram.createSocket(server.includes(':') ? 'udp6' : 'udp4');
    const end = (act: () => void) => {
      timer.cancel();
      socket.close();
      act();
    };
    const timer = clock.after(TIMEOUT_MS, () => end(() => reject(new Error(`${server} did not answer`))));
    socket.on('message', (received) => {
      const answer = answerTo(message, received);
      if (answer) end(() => resolve(answer));
    });
    socket.on('error', (error) => end(() => reject(error)));
    socket.connect(port, server, () => socket.send(message));
  });
}

function overTcp(server: string, port: number, message: Buffer, clock: Clock): Promise<Packet> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, server);
    let received = Buffer.alloc(0);
    const end = (act: () => void) => {
      timer.cancel();
      socket.destroy();
      act();
    };
    const fail = (why: string) => end(() => reject(new Error(`${server} ${why}`)));
    const timer = clock.after(TIMEOUT_MS, () => fail('did not answer'));
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    socket.on('connect', () => socket.write(Buffer.concat([length, message])));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2) return;
      const size = received.readUInt16BE(0);
      if (size > MAX_ANSWER) return fail('sent too long an answer');
      if (received.length < 2 + size) return;
      const answer = answerTo(message, received.subarray(2, 2 + size));
      if (answer) end(() => resolve(answer));
      else fail('answered another query');
    });
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('end', () => fail('closed the connection'));
  });
}
