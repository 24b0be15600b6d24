// The health check ports of a node: the service proxy's own, and one for every Service with a healthCheckNodePort, by which load
// balancers find the nodes that have endpoints of it. In host mode the ports are opened on the node's addresses. Otherwise they are
// opened outside the node's network namespace, and the node's rules lead there. Called by start-service-proxy.ts.
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { type AddressFamily, canonical } from '../../family.ts';
import type { ProxyMetrics } from '../metrics.ts';
import { type HealthAnswer, type HealthPort, openHealthPort } from './health-port.ts';
import type { ProxyHealth } from './proxy-health.ts';

/** The port of kube-proxy's own health check. */
const PROXY_PORT = 10_256;

/** Where a node's health checks are answered. */
export interface HealthAddresses {
  /** One of each family. */
  readonly addresses: readonly string[];
  /** The addresses are the node's own: a port is opened as it is named. */
  readonly own: boolean;
}

export interface HealthChecksOptions {
  readonly at: HealthAddresses;
  readonly health: ProxyHealth;
  readonly metrics: ProxyMetrics;
  /** The node's rules must lead to other ports. */
  readonly onMoved: () => void;
  /** A Service's port could not be opened. */
  readonly onFailure: (service: Readonly<Service>, port: number, why: string) => void;
  readonly log: Logger;
}

interface Check {
  /** Of the Service; the proxy's has none. */
  readonly key: string;
  readonly port: number;
  endpoints: number;
  opened: Promise<readonly HealthPort[]>;
  open: readonly HealthPort[];
  closed: boolean;
}

export class HealthChecks {
  readonly #options: HealthChecksOptions;
  readonly #checks = new Map<string, Check>();

  constructor(options: HealthChecksOptions) {
    this.#options = options;
    this.#open(
      '',
      PROXY_PORT,
      (path) => this.#ownPage(path),
      (why) =>
        options.log.warn('the health check of the service proxy has no port', { port: PROXY_PORT, why }),
    );
  }

  /** `endpoints`: counts the Service's ready endpoints on this node. */
  setService(key: string, service: Readonly<Service> | undefined, endpoints: () => number): void {
    const port = healthPortOf(service);
    const check = this.#checks.get(key);
    if (check && check.port !== port) this.#close(check);
    if (!port || !service) return;
    const fail = (why: string) => this.#options.onFailure(service, port, why);
    const now = this.#checks.get(key) ?? this.#open(key, port, () => this.#servicePage(key, service), fail);
    now.endpoints = endpoints();
  }

  /** Where the node's rules must lead; empty where ports are opened as they are named. */
  answered({ name }: AddressFamily): Map<number, { address: string; port: number }> {
    const found = new Map<number, { address: string; port: number }>();
    if (this.#options.at.own) return found;
    for (const check of this.#checks.values())
      for (const { address, port } of check.open)
        if (canonical(address)?.family === name) found.set(check.port, { address, port });
    return found;
  }

  stop(): void {
    for (const check of [...this.#checks.values()]) this.#close(check);
  }

  #open(
    key: string,
    port: number,
    answer: (path: string) => HealthAnswer | undefined,
    fail: (why: string) => void,
  ): Check {
    const { addresses, own } = this.#options.at;
    const opening = addresses.map((address) => openHealthPort(address, own ? port : 0, answer));
    const opened = Promise.allSettled(opening).then((results) => {
      for (const one of results) if (one.status === 'rejected') fail(messageOf(one.reason));
      return results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    });
    const check: Check = { key, port, endpoints: 0, opened, open: [], closed: false };
    this.#checks.set(key, check);
    void opened.then((open) => {
      if (check.closed) return;
      check.open = open;
      if (!own) this.#options.onMoved();
    });
    return check;
  }

  #close(check: Check): void {
    check.closed = true;
    this.#checks.delete(check.key);
    void check.opened.then((open) => {
      for (const port of open) port.close();
    });
    if (!this.#options.at.own) this.#options.onMoved();
  }

  #servicePage(key: string, service: Readonly<Service>): HealthAnswer {
    const endpoints = this.#checks.get(key)?.endpoints ?? 0;
    const serviceProxyHealthy = this.#options.health.isHealthy;
    const body = {
      service: { namespace: namespaceOf(service), name: nameOf(service) },
      localEndpoints: endpoints,
      serviceProxyHealthy,
    };
    return {
      code: endpoints > 0 && serviceProxyHealthy ? 200 : 503,
      body: JSON.stringify(body, undefined, '\t'),
      headers: { 'X-Load-Balancing-Endpoint-Weight': String(endpoints) },
    };
  }

  #ownPage(path: string): HealthAnswer | undefined {
    if (path !== '/healthz' && path !== '/livez') return undefined;
    const name = path === '/livez' ? 'livez' : 'healthz';
    const page = this.#options.health.page(name);
    this.#options.metrics.answered(name, page.code);
    return page;
  }
}

function healthPortOf(service: Readonly<Service> | undefined): number | undefined {
  const { type, externalTrafficPolicy, healthCheckNodePort } = service?.spec ?? {};
  const needs = type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
  const isPort =
    Number.isInteger(healthCheckNodePort) && healthCheckNodePort! > 0 && healthCheckNodePort! < 65_536;
  return needs && isPort ? healthCheckNodePort : undefined;
}
