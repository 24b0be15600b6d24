// The cluster's DNS server: UDP and TCP on one address. Started by cluster-dns.ts; answers come from answer.ts.
import dgram from 'node:dgram';
import net from 'node:net';
import type { Packet } from 'dns-packet';
import dnsPacket, { TRUNCATED_RESPONSE } from 'dns-packet';
import type { Logger } from '../../kit/log.ts';
import { answer, type Zone } from './answer.ts';

export interface DnsServerOptions {
  readonly zone: Zone;
  readonly address: string;
  readonly port: number;
  readonly log: Logger;
}

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** The largest UDP response for a client that does not announce a larger size (RFC 1035). */
const PLAIN_UDP = 512;

/** Listens on `address`; rejects when the port is taken. */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const connections = new Set<net.Socket>();
  const tcp = net.createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    serveTcp(socket, options);
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(options.port, options.address, resolve);
  });
  const { port } = tcp.address() as net.AddressInfo;
  const udp = dgram.createSocket('udp4');
  udp.on('message', (message, from) => void serveUdp(udp, message, from, options));
  await new Promise<void>((resolve, reject) => {
    udp.once('error', reject);
    udp.bind(port, options.address, resolve);
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

function decode(message: Buffer): Packet | undefined {
  try {
    const packet = dnsPacket.decode(message);
    return packet.type === 'query' ? packet : undefined;
  } catch {
    return undefined;
  }
}

async function serveUdp(
  socket: dgram.Socket,
  message: Buffer,
  from: dgram.RemoteInfo,
  { zone, log }: DnsServerOptions,
): Promise<void> {
  const query = decode(message);
  if (!query) return;
  try {
    const response = await answer(zone, query);
    const bytes = dnsPacket.encode(response);
    const fits = bytes.length <= udpLimit(query);
    const sent = fits ? bytes : dnsPacket.encode(truncated(response));
    socket.send(sent, from.port, from.address, (error) => {
      if (error) log.debug('dns answer not sent', { error });
    });
  } catch (error) {
    log.warn('dns query failed', { error, name: query.questions?.[0]?.name });
  }
}

const truncated = (response: Packet): Packet => ({
  ...response,
  flags: (response.flags ?? 0) | TRUNCATED_RESPONSE,
  answers: [],
  authorities: [],
});

function udpLimit(query: Packet): number {
  const opt = query.additionals?.find((record) => record.type === 'OPT');
  return Math.max(PLAIN_UDP, opt && 'udpPayloadSize' in opt ? opt.udpPayloadSize : 0);
}

function serveTcp(socket: net.Socket, { zone, log }: DnsServerOptions): void {
  let pending = Buffer.alloc(0);
  socket.setTimeout(10_000, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const length = pending.readUInt16BE(0);
      const query = decode(pending.subarray(2, 2 + length));
      pending = pending.subarray(2 + length);
      if (!query) return void socket.destroy();
      answer(zone, query)
        .then((response) => socket.write(dnsPacket.streamEncode(response)))
        .catch((error) => log.warn('dns query failed', { error }));
    }
  });
}
