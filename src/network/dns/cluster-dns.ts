// The cluster's DNS server, fed from informers. Called by the node agent. publish.ts writes the Service under which pods find it.
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { routeTo } from './forward/cluster-servers.ts';
import { Forwarder } from './forward/forwarder.ts';
import { NodeResolver } from './forward/node-resolver.ts';
import type { ServerAddress } from './forward/server-address.ts';
import { DnsCounts } from './metrics/counts.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { Resolver } from './resolver.ts';
import { Searches } from './searches.ts';
import { type DnsServer, startDnsServer } from './server/server.ts';
import { watchSettings } from './settings-watch.ts';
import { dropChanged } from './zone/changes.ts';
import { dnsSource } from './zone/source.ts';
import { Zone } from './zone/zone.ts';

export interface DnsOptions {
  readonly informers: InformerFactory;
  /** Where the server listens: the machine's addresses on the nodes' network, one of each IP family that the cluster has. */
  readonly addresses: readonly string[];
  /** Such as cluster.local. */
  readonly domain: string;
  /** Names outside the cluster are refused, unless a server inside of it has them (stub domains). */
  readonly isolated: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Milliseconds that names of the cluster wait for its objects after a start: less than resolvers wait for an answer. */
const START_MS = 4_000;

export async function startClusterDns(options: DnsOptions): Promise<Pick<DnsServer, 'close'>> {
  const { informers, addresses, domain, isolated, clock, log } = options;
  const services = informers.informer(Service);
  const slices = informers.informer(EndpointSlice);
  const namespaces = informers.informer(Namespace);
  const caches = [services, slices, namespaces];
  const source = dnsSource({ services, slices, namespaces });
  const zone = new Zone({ source, domain });
  const counts = new DnsCounts();
  const node = new NodeResolver(clock);
  const nodeServers = () => (isolated ? [] : node.servers.filter(({ host }) => !addresses.includes(host)));
  const route = (server: ServerAddress) => routeTo({ ...options, source }, server);
  const forwarder = new Forwarder({ ...options, nodeServers, route, counts });
  const searches = new Searches({ informers, domain, nodeSearches: () => (isolated ? [] : node.searches) });
  const resolver = new Resolver({
    zone,
    isSynced: () => caches.every(({ hasSynced }) => hasSynced),
    started: Promise.race([Promise.all(caches.map((cache) => cache.synced())), clock.sleep(START_MS)]),
    forwarder,
    searched: (name, client) => searches.names(name, client),
    onSearched: () => {
      counts.searches++;
    },
  });
  const server = await startDnsServer({ resolver, counts, addresses, port: 53, clock, log });
  const stops = [
    dropChanged(zone, { services, slices }),
    watchSettings(informers, log, (settings) => {
      forwarder.configure(settings);
      searches.switch(settings.autopath);
    }),
    ...addresses.map((address) => serveMetrics(address, () => page(counts, forwarder), log)),
    () => server.close(),
  ];
  return { close: async () => void (await Promise.all(stops.map((stop) => stop()))) };
}

async function page(counts: DnsCounts, { cache }: Forwarder): Promise<string> {
  const { metricsPage } = await import('./metrics/page.ts');
  return metricsPage(counts, cache);
}
