// The ports of this machine that lead to ports of nodes. Called by configured-nodes.ts.
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { type HostPort, idOf } from '../../network/host-ports/host-port.ts';
import { HostPorts } from '../../network/host-ports/listeners.ts';
import type { PortMapping } from '../config/nodes.ts';
import { UserError } from '../progress.ts';

export interface MappedNode {
  readonly name: string;
  readonly address: string;
  readonly portMappings: readonly PortMapping[];
}

export interface OpenPorts {
  close(): void;
}

/** `strict`: a port that another program has is an error, and otherwise logged. */
export async function openPortMappings(
  nodes: readonly MappedNode[],
  { strict, clock, log }: { readonly strict: boolean; readonly clock: Clock; readonly log: Logger },
): Promise<OpenPorts> {
  const addresses = new Map(nodes.map(({ name, address }) => [name, address]));
  const wanted = new Map(nodes.flatMap((node) => node.portMappings.map((one) => entryOf(node.name, one))));
  const ports = new HostPorts({
    choose: ({ service, nodePort }) => ({ host: addresses.get(service)!, port: nodePort! }),
    clock,
    log,
  });
  await ports.sync(wanted);
  const [taken] = [...wanted].find(([id]) => ports.holder(id) === undefined) ?? [];
  if (strict && taken !== undefined) {
    ports.close();
    throw new UserError(
      `portMappings: ${taken} cannot be opened: another program has it, or the address is not this machine’s`,
    );
  }
  return ports;
}

function entryOf(
  node: string,
  { listenAddress: address, hostPort: port, ...rest }: PortMapping,
): [string, HostPort] {
  const mapped = { ...rest, address, port, name: '', service: node };
  return [idOf(mapped), mapped];
}
