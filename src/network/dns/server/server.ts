// The cluster's DNS server: UDP and TCP on one address of each IP family. Started by cluster-dns.ts.
import type { DnsServerOptions } from './options.ts';
import { serveTcp } from './tcp.ts';
import { serveUdp } from './udp.ts';

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on all addresses; rejects when the port is taken on one of them. */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const listening: { close(): Promise<void> }[] = [];
  const close = async () => void (await Promise.all(listening.map((server) => server.close())));
  let { port } = options;
  try {
    for (const address of options.addresses) {
      const tcp = await serveTcp({ address, port }, options);
      listening.push(tcp);
      port = tcp.port;
      listening.push(await serveUdp({ address, port }, options));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}
