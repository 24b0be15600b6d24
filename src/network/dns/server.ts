// The cluster's DNS server: UDP and TCP on one address of each IP family. Started by cluster-dns.ts; answers come from answer.ts.
import dgram from 'node:dgram';
import net, { isIPv6 } from 'node:net';
import type { Packet } from 'dns-packet';
import dnsPacket, { TRUNCATED_RESPONSE } from 'dns-packet';
import type { Logger } from '../../kit/log.ts';
import { answer, type Zone } from './answer.ts';
import { acceptQuery, MAX_QUERY } from './query.ts';

export interface DnsServerOptions {
  readonly zone: Zone;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly log: Logger;
}

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The largest UDP response for a client that does not announce a larger size (RFC 1035), in bytes. */
const PLAIN_UDP = 512;
/** The largest of all: it is not fragmented, and no great help to those who forge the sender (dnsflagday.net/2020). */
const MOST_UDP = 1232;
/** The largest response over TCP: its length has two bytes. */
const MOST_TCP = 65_535;
/** Milliseconds that a connection may be silent. */
const TCP_IDLE_MS = 10_000;
/** Connections at a time. A new one ends the oldest, so that silent ones keep nobody out. */
const MOST_CONNECTIONS = 200;
const SERVFAIL = 2;

/** Listens on all addresses; rejects when the port is taken on one of them. */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const listening: DnsServer[] = [];
  const close = async () => void (await Promise.all(listening.map((server) => server.close())));
  try {
    for (const address of options.addresses) listening.push(await listenOn(address, options));
  } catch (error) {
    await close();
    throw error;
  }
  return { port: listening[0]?.port ?? options.port, close };
}

async function listenOn(address: string, options: DnsServerOptions): Promise<DnsServer> {
  const connections = new Set<net.Socket>();
  const tcp = net.createServer((socket) => {
    const [oldest] = connections;
    if (connections.size >= MOST_CONNECTIONS) oldest?.destroy();
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => {});
    serveTcp(socket, options).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(options.port, address, resolve);
  });
  const { port } = tcp.address() as net.AddressInfo;
  const udp = dgram.createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  udp.on('message', (message, from) => void serveUdp(udp, message, from, options));
  await new Promise<void>((resolve, reject) => {
    udp.once('error', reject);
    udp.bind(port, address, resolve);
  });
  udp.on('error', (error) => options.log.warn('dns socket', { error }));
  return {
    port,
    close: async () => {
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      const closed = new Promise<void>((resolve) => tcp.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

/** The response to a message; undefined for what gets none. `limit` is what the transport carries, in bytes. */
async function respond(
  message: Buffer,
  { zone, log }: DnsServerOptions,
  limit: (query: Packet) => number,
): Promise<Buffer | undefined> {
  const accepted = acceptQuery(message);
  if (!accepted) return undefined;
  if ('refusal' in accepted) return accepted.refusal;
  const { query } = accepted;
  try {
    const response = await answer(zone, query);
    const bytes = dnsPacket.encode(response);
    return bytes.length <= limit(query) ? bytes : dnsPacket.encode(truncated(response));
  } catch (error) {
    log.warn('dns query failed', { error });
    return dnsPacket.encode(failed(query));
  }
}

async function serveUdp(
  socket: dgram.Socket,
  message: Buffer,
  from: dgram.RemoteInfo,
  options: DnsServerOptions,
): Promise<void> {
  const response = await respond(message, options, udpLimit);
  if (!response || from.port === 0) return;
  socket.send(response, from.port, from.address, (error) => {
    if (error) options.log.debug('dns answer not sent', { error });
  });
}

const truncated = (response: Packet): Packet => ({
  ...response,
  flags: (response.flags ?? 0) | TRUNCATED_RESPONSE,
  answers: [],
  authorities: [],
  additionals: [],
});

const failed = ({ id, questions }: Packet): Packet => ({ type: 'response', id, flags: SERVFAIL, questions });

function udpLimit(query: Packet): number {
  const opt = query.additionals?.find((record) => record.type === 'OPT');
  const announced = opt && 'udpPayloadSize' in opt ? opt.udpPayloadSize : 0;
  return Math.min(MOST_UDP, Math.max(PLAIN_UDP, announced));
}

/** Queries of one connection are answered one after another, no faster than the client reads. */
async function serveTcp(socket: net.Socket, options: DnsServerOptions): Promise<void> {
  let pending = Buffer.alloc(0);
  socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2) {
      const length = pending.readUInt16BE(0);
      if (length > MAX_QUERY) return void socket.destroy();
      if (pending.length < 2 + length) break;
      const response = await respond(pending.subarray(2, 2 + length), options, () => MOST_TCP);
      pending = pending.subarray(2 + length);
      if (!response) return void socket.destroy();
      const size = Buffer.alloc(2);
      size.writeUInt16BE(response.length);
      if (!socket.write(Buffer.concat([size, response]))) await drained(socket);
    }
  }
}

const drained = (socket: net.Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', () => resolve());
  });
