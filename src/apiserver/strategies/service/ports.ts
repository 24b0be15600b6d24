// The node ports of one write of a service, that of its health check included. Called by service.ts.
// Upstream: initNodePorts, updateNodePorts and updateHealthCheckNodePort in pkg/registry/core/service/storage/alloc.go.
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { internalError } from '../../../api/status/status-error.ts';
import { AllocationError } from '../../allocation/allocation-error.ts';
import type { PortAllocator, PortTaker } from '../../allocation/port-allocator.ts';
import { refused, unable } from './errors.ts';
import { needsHealthCheck, needsNodePorts } from './needs.ts';

/** The node ports of a service, that of its health check included, each once. */
export function portsOf({ spec }: Readonly<Service>): number[] {
  const ports = (spec?.ports ?? []).map(({ nodePort }) => nodePort ?? 0);
  return [...new Set([...ports, spec?.healthCheckNodePort ?? 0])].filter((port) => port > 0);
}

/** Writes the ports into the service, and returns those that were allocated. */
export async function allocatePorts(
  allocator: PortAllocator,
  service: Service,
  had: readonly number[],
  dryRun: boolean,
): Promise<number[]> {
  const { spec } = service;
  if (!spec || !takesPorts(service, had)) return [];
  const { ports, healthCheckNodePort } = structuredClone(spec);
  // Begins with what was asked for whenever it runs: it runs again if another server took ports meanwhile.
  const use = (taker: PortTaker) => {
    if (ports) spec.ports = structuredClone(ports);
    if (healthCheckNodePort === undefined) delete spec.healthCheckNodePort;
    else spec.healthCheckNodePort = healthCheckNodePort;
    takePorts(taker, service, had);
  };
  if (!dryRun) return allocator.allocate(use);
  allocator.dryRun(use);
  return [];
}

/** Whether the write needs a port that the old service did not have. */
function takesPorts(service: Service, had: readonly number[]): boolean {
  const { spec } = service;
  const needs = needsNodePorts(service);
  const one = (port: number | undefined, needed: boolean) => (port ? !had.includes(port) : needed);
  return (
    (spec?.ports ?? []).some(({ nodePort }) => one(nodePort, needs)) ||
    (needsHealthCheck(service) && one(spec?.healthCheckNodePort, true))
  );
}

/** Ports of a service with the same number, which differ in protocol, share one node port. */
function takePorts(taker: PortTaker, service: Service, had: readonly number[]): void {
  const ports = service.spec?.ports ?? [];
  const needs = needsNodePorts(service);
  const own = new Set(had);
  const shared = new Map<number, number>();
  for (const { port, nodePort } of ports) if (nodePort && !shared.has(port)) shared.set(port, nodePort);
  // Named ports first: none of them may go to a port that takes any.
  for (const [i, { nodePort }] of ports.entries()) {
    if (!nodePort || own.has(nodePort)) continue;
    take(taker, service, nodePort, `spec.ports[${i}].nodePort`);
    own.add(nodePort);
  }
  for (const port of needs ? ports : []) {
    if (port.nodePort) continue;
    const same = shared.get(port.port);
    port.nodePort = same ?? takeAny(taker, 'a nodePort');
    shared.set(port.port, port.nodePort);
  }
  takeHealthCheckPort(taker, service, own);
}

function takeHealthCheckPort(taker: PortTaker, service: Service, own: ReadonlySet<number>): void {
  if (!needsHealthCheck(service)) return;
  const spec = service.spec!;
  const wanted = spec.healthCheckNodePort;
  if (!wanted) spec.healthCheckNodePort = takeAny(taker, 'a HealthCheck NodePort 0');
  else if (!own.has(wanted))
    try {
      taker.take(wanted);
    } catch (error) {
      if (!(error instanceof AllocationError)) throw error;
      throw internalError(
        new Error(`failed to allocate requested HealthCheck NodePort ${wanted}: ${error.message}`),
      );
    }
}

function take(taker: PortTaker, service: Service, port: number, field: string): void {
  try {
    taker.take(port);
  } catch (error) {
    throw error instanceof AllocationError ? refused(service, field, port, error.message) : error;
  }
}

function takeAny(taker: PortTaker, what: string): number {
  try {
    return taker.takeAny();
  } catch (error) {
    throw error instanceof AllocationError ? unable(what, error) : error;
  }
}
