// The virtual address beside a server: what it needs of the control plane. Loaded by control-plane.ts with the flag only.
import { InformerFactory } from '../../client/informer/factory.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { Transport } from '../../client/transport/transport.ts';
import type { Clock } from '../../kit/clock.ts';
import { exec } from '../../kit/exec.ts';
import type { Logger } from '../../kit/log.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import type { Random } from '../../kit/random.ts';
import { httpsProber } from '../server-balancer/probe.ts';
import { startVirtualAddress } from './virtual-address.ts';

export interface ServedAddressOptions {
  readonly address: string;
  /** Where others find this server. */
  readonly own: string;
  readonly port: number;
  /** With the rights of the API server. */
  readonly transport: Transport;
  readonly ca: () => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Without a majority of the store nothing is decided. */
const DECIDED_MS = 5_000;

/** Resolves when the address leads to a server, if that is soon, with how to end it. */
export async function serveVirtualAddress(options: ServedAddressOptions): Promise<() => Promise<void>> {
  const { address, own, port, transport, ca, clock, random } = options;
  const log = options.log.child('virtual-address');
  const client = new RestClient({ transport, clock, fieldManager: 'tiphys' });
  const informers = new InformerFactory({ client, clock, random, log });
  const running = startVirtualAddress({
    ...{ address, own, self: hostPort(own, port), client, informers, exec, clock, log },
    prober: httpsProber(clock, ca),
  });
  informers.start();
  await Promise.race([running.decided, clock.sleep(DECIDED_MS)]);
  return async () => {
    await running.stop();
    informers.stop();
  };
}
