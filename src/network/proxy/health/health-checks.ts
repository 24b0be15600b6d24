// The HTTP ports of a node's service proxy: its own (health and metrics), and one for every Service with a healthCheckNodePort, by which
// load balancers find the nodes that have endpoints of it. Called by start-service-proxy.ts.
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import type { Logger } from '../../../kit/log.ts';
import type { ProxyMetrics } from '../metrics.ts';
import { type Answer, type HealthAnswer, type OpenPort, openPorts, TEXT } from './health-port.ts';
import type { ProxyHealth } from './proxy-health.ts';

/** kube-proxy's ports: its health is for everybody, its metrics are for the node's own programs. */
const HEALTH_PORT = 10_256;
const METRICS_PORT = 10_249;
const JSON_TYPE = 'application/json';

export interface HealthChecksOptions {
  /** Runs a command in the node's namespaces, put before it; empty where these are this process's own. */
  readonly nodePrefix: readonly string[];
  /** The node's addresses, where the health checks of Services are served. */
  readonly addresses: () => readonly string[];
  readonly health: ProxyHealth;
  readonly metrics: ProxyMetrics;
  /** A Service's port could not be opened. */
  readonly onFailure: (service: Readonly<Service>, port: number, error: Error) => void;
  readonly log: Logger;
}

interface Check {
  readonly port: number;
  endpoints: number;
  opened: Promise<readonly (OpenPort | Error)[]>;
}

export class HealthChecks {
  readonly #options: HealthChecksOptions;
  readonly #checks = new Map<string, Check>();
  #own: Promise<readonly (OpenPort | Error)[]> | undefined;

  constructor(options: HealthChecksOptions) {
    this.#options = options;
  }

  /** Opens the proxy's own ports. */
  start(): void {
    const { nodePrefix, addresses, log } = this.#options;
    const [everywhere, loopback] = addresses().some((address) => address.includes(':'))
      ? ['::', addresses()[0]!.includes(':') ? '::1' : '127.0.0.1']
      : ['0.0.0.0', '127.0.0.1'];
    const health = { address: everywhere, port: HEALTH_PORT, answer: this.#healthPage };
    const metrics = { address: loopback, port: METRICS_PORT, answer: this.#metricsPage };
    this.#own = openPorts(nodePrefix, [health, metrics]);
    void this.#own.then((ports) => {
      for (const one of ports)
        if (one instanceof Error) log.warn('the service proxy has not all of its ports', { error: one });
    });
  }

  /** `endpoints`: counts the Service's ready endpoints on this node. */
  setService(key: string, service: Readonly<Service> | undefined, endpoints: () => number): void {
    const port = healthPortOf(service);
    const check = this.#checks.get(key);
    if (check && check.port !== port) {
      this.#checks.delete(key);
      close(check.opened);
    }
    if (!port || !service) return;
    const now = this.#checks.get(key) ?? this.#open(key, port, service);
    now.endpoints = endpoints();
  }

  stop(): void {
    close(this.#own);
    for (const { opened } of this.#checks.values()) close(opened);
    this.#checks.clear();
  }

  #open(key: string, port: number, service: Readonly<Service>): Check {
    const { nodePrefix, addresses, onFailure } = this.#options;
    const answer: Answer = () => this.#servicePage(check, service);
    const opened = openPorts(
      nodePrefix,
      addresses().map((address) => ({ address, port, answer })),
    );
    const check: Check = { port, endpoints: 0, opened };
    this.#checks.set(key, check);
    void opened.then((ports) => {
      const failed = ports.find((one) => one instanceof Error);
      if (!failed) return;
      onFailure(service, port, failed);
      close(opened);
      // The next change of the Service or its endpoints tries again.
      if (this.#checks.get(key) === check) this.#checks.delete(key);
    });
    return check;
  }

  #servicePage(check: Check, service: Readonly<Service>): HealthAnswer {
    const { endpoints } = check;
    const serviceProxyHealthy = this.#options.health.isHealthy;
    const body = {
      service: { namespace: namespaceOf(service), name: nameOf(service) },
      localEndpoints: endpoints,
      serviceProxyHealthy,
    };
    return {
      code: endpoints > 0 && serviceProxyHealthy ? 200 : 503,
      type: JSON_TYPE,
      body: JSON.stringify(body, undefined, '\t'),
      headers: { 'X-Load-Balancing-Endpoint-Weight': String(endpoints) },
    };
  }

  readonly #healthPage: Answer = (path) => {
    if (path !== '/healthz' && path !== '/livez') return undefined;
    const name = path === '/livez' ? 'livez' : 'healthz';
    const page = this.#options.health.page(name);
    this.#options.metrics.answered(name, page.code);
    return { ...page, type: JSON_TYPE };
  };

  readonly #metricsPage: Answer = (path) => {
    if (path === '/metrics') return { code: 200, type: TEXT, body: this.#options.metrics.render() };
    if (path === '/proxyMode') return { code: 200, type: TEXT, body: 'nftables' };
    return path === '/healthz' ? { code: 200, type: TEXT, body: 'ok' } : undefined;
  };
}

function close(ports: Promise<readonly (OpenPort | Error)[]> | undefined): void {
  void ports?.then((all) => {
    for (const one of all) if (!(one instanceof Error)) one.close();
  });
}

function healthPortOf(service: Readonly<Service> | undefined): number | undefined {
  const { type, externalTrafficPolicy, healthCheckNodePort: port } = service?.spec ?? {};
  const needs = type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
  return needs && port !== undefined && port > 0 && port < 65_536 ? port : undefined;
}
