// Forwards a query to the machine's resolvers, one after another, over UDP, and over TCP when the response is truncated.
// Called by answer.ts for names outside the cluster zone.
import dgram from 'node:dgram';
import net from 'node:net';
import type { Packet } from 'dns-packet';
import dnsPacket, { TRUNCATED_RESPONSE } from 'dns-packet';
import type { Clock } from '../../kit/clock.ts';

/** How long to wait for one server. */
const TIMEOUT_MS = 2_000;

/** The nameserver addresses of a resolv.conf. */
export function nameservers(resolvConf: string): string[] {
  return [...resolvConf.matchAll(/^\s*nameserver\s+(\S+)/gm)]
    .map((match) => match[1]!)
    .filter((ip) => net.isIPv4(ip));
}

/** A forwarder to `servers`, which is called for each query; rejects with the last error when no server answers. */
export function forwarder(
  servers: () => readonly string[],
  clock: Clock,
): (query: Packet) => Promise<Packet> {
  return async (query) => {
    const message = dnsPacket.encode({ ...query, type: 'query' });
    let last: unknown = new Error('no upstream DNS server');
    for (const server of servers()) {
      try {
        const response = dnsPacket.decode(await overUdp(server, message, clock));
        if (!((response.flags ?? 0) & TRUNCATED_RESPONSE)) return response;
        return dnsPacket.decode(await overTcp(server, message, clock));
      } catch (error) {
        last = error;
      }
    }
    throw last;
  };
}

function overUdp(server: string, message: Buffer, clock: Clock): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket('udp4');
    const end = (act: () => void) => {
      timer.cancel();
      socket.close();
      act();
    };
    const timer = clock.after(TIMEOUT_MS, () => end(() => reject(new Error(`${server} did not answer`))));
    socket.on('message', (answer) => {
      if (answer.length >= 2 && answer.readUInt16BE(0) === message.readUInt16BE(0))
        end(() => resolve(answer));
    });
    socket.on('error', (error) => end(() => reject(error)));
    socket.connect(53, server, () => socket.send(message));
  });
}

function overTcp(server: string, message: Buffer, clock: Clock): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(53, server);
    let received = Buffer.alloc(0);
    const end = (act: () => void) => {
      timer.cancel();
      socket.destroy();
      act();
    };
    const timer = clock.after(TIMEOUT_MS, () => end(() => reject(new Error(`${server} did not answer`))));
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    socket.on('connect', () => socket.write(Buffer.concat([length, message])));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      end(() => resolve(received.subarray(2, 2 + received.readUInt16BE(0))));
    });
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('end', () => end(() => reject(new Error(`${server} closed the connection`))));
  });
}
