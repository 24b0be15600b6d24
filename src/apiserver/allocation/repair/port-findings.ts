// The node ports that ought to be taken, from those that services have and those that are stored as taken. Pure; port-repair.ts
// acts on it. Upstream: doRunOnce in pkg/registry/core/service/portallocator/controller/repair.go.
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { type PortRange, rangeText, TakenPorts } from '../port-range.ts';

export interface PortFinding {
  readonly type: 'leak' | 'repair' | 'outOfRange' | 'duplicate';
  readonly service?: Readonly<Service>;
  readonly reason?: string;
  readonly note?: string;
}

export interface PortRepair {
  readonly ports: TakenPorts;
  readonly findings: readonly PortFinding[];
  /** Leaked ports with the number of rounds for which they still stay taken. */
  readonly leaks: ReadonlyMap<number, number>;
}

/** A port that no service has is freed in the third round that finds it: a service that is being written may get it. */
const ROUNDS = 3;

export function repairPorts(
  range: PortRange,
  stored: TakenPorts | undefined,
  services: Iterable<Readonly<Service>>,
  leaksBefore: ReadonlyMap<number, number>,
): PortRepair {
  const ports = new TakenPorts(range);
  const findings: PortFinding[] = [];
  for (const service of services)
    for (const port of eachPort(service)) {
      const found = (type: PortFinding['type'], reason: string, note: string) =>
        findings.push({ type, service, reason, note });
      if (!ports.includes(port))
        found(
          'outOfRange',
          'PortOutOfRange',
          `Port ${port} is not within the port range ${rangeText(range)}; please recreate service`,
        );
      else if (ports.has(port))
        found(
          'duplicate',
          'PortAlreadyAllocated',
          `Port ${port} was assigned to multiple services; please recreate service`,
        );
      else {
        if (!stored?.has(port))
          found('repair', 'PortNotAllocated', `Port ${port} is not allocated; repairing`);
        ports.add(port);
      }
    }
  const leaks = new Map<number, number>();
  for (const port of stored ?? []) {
    if (ports.has(port)) continue;
    const left = leaksBefore.get(port) ?? ROUNDS - 1;
    if (left > 0) {
      leaks.set(port, left - 1);
      if (ports.includes(port)) ports.add(port);
    } else findings.push({ type: 'leak' });
  }
  return { ports, findings, leaks };
}

/** The node ports of a service: one that differs in protocol only once, one that repeats a protocol again. */
function eachPort({ spec }: Readonly<Service>): number[] {
  const seen = new Set<string>();
  const out: number[] = [];
  const has = (port: number) => seen.has(`${port}`);
  for (const { nodePort, protocol = 'TCP' } of spec?.ports ?? []) {
    if (!nodePort) continue;
    if (!has(nodePort) || seen.has(`${nodePort}/${protocol}`)) out.push(nodePort);
    seen.add(`${nodePort}`).add(`${nodePort}/${protocol}`);
  }
  const health = spec?.healthCheckNodePort;
  if (health && (!has(health) || seen.has(`${health}/TCP`))) out.push(health);
  return out;
}
