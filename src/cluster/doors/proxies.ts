// Makes the proxies of a machine's door. Loaded with the first object that is served.
import type { DoorProxy } from '../../gateway/door.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { rotatedWriter } from '../../kit/logging/rotated-file.ts';
import type { Random } from '../../kit/random.ts';
import { doorAddress, doorDirectory, type NodesPlan } from '../nodes/plan.ts';

export interface ProxiesOptions {
  readonly cluster: Pick<NodesPlan, 'cluster' | 'index'>;
  /** At which Ingresses are served. */
  readonly addresses: readonly string[];
  /** File for the requests; none without. */
  readonly accessLog?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Upstream's ingress controllers have their metrics there. */
const METRICS_PORT = 10_254;

export async function proxiesOf(options: ProxiesOptions): Promise<() => DoorProxy> {
  const { cluster, addresses, accessLog, clock, random, log } = options;
  const [{ Proxies }, { selfSigned }] = await Promise.all([
    import('../../gateway/proxies.ts'),
    import('../pki/self-signed.ts'),
  ]);
  const name = 'Tiphys Ingress Controller Default Certificate';
  const own = selfSigned(name, ['ingress.local'], { clock, random });
  const place = {
    directory: doorDirectory(cluster),
    addresses,
    metrics: { address: doorAddress(cluster), port: METRICS_PORT },
    certificate: own.certificate + own.key,
  };
  const writeAccessLog = accessLog === undefined ? undefined : rotatedWriter(accessLog);
  return () =>
    new Proxies({ place, ...(writeAccessLog && { writeAccessLog }), clock, log: log.child('haproxy') });
}
