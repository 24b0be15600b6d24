// Ports that another program of the machine has: HAProxy would refuse its whole configuration for one of them, so that their entrances
// are left out of it. Called by haproxy.ts before it starts a process.
import { createServer } from 'node:net';
import type { Entrance } from '../model/entrances.ts';
import type { DoorModel } from '../model/model.ts';

export interface Unserved {
  /** Name of the entrance. */
  readonly entrance: string;
  readonly address: string;
  /** EADDRINUSE and its like. */
  readonly reason: string;
}

export const portKey = (address: string, port: number): string => `${address} ${port}`;

/** Sockets that HAProxy has for the entrances of a model. */
export const portsOf = ({ entrances }: Pick<DoorModel, 'entrances'>): Set<string> =>
  new Set(
    entrances.flatMap(({ protocol, addresses, port }) =>
      protocol === 'udp' ? [] : addresses.map((address) => portKey(address, port)),
    ),
  );

/** The model with what can be had. `ours`: ports that the process before has, and hands over. */
export async function withFreePorts(
  model: DoorModel,
  ours: ReadonlySet<string>,
): Promise<{ model: DoorModel; unserved: readonly Unserved[] }> {
  const unserved: Unserved[] = [];
  const entrances = await Promise.all(model.entrances.map((one) => freed(one, ours, unserved)));
  return unserved.length === 0 ? { model, unserved } : { model: { ...model, entrances }, unserved };
}

async function freed(entrance: Entrance, ours: ReadonlySet<string>, unserved: Unserved[]): Promise<Entrance> {
  const { name, protocol, port } = entrance;
  if (protocol === 'udp') return entrance;
  const addresses: string[] = [];
  for (const address of entrance.addresses) {
    const reason = ours.has(portKey(address, port)) ? undefined : await taken(address, port);
    if (reason) unserved.push({ entrance: name, address, reason });
    else addresses.push(address);
  }
  return { ...entrance, addresses };
}

/** An address that the machine does not have yet can be bound (IP_FREEBIND), unlike by a server of Node.js. */
function taken(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'EADDRNOTAVAIL' ? undefined : (code ?? 'EADDRINUSE')),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
