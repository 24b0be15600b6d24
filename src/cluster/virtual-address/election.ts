// Which server has the virtual address. Pure: every server that sees the same comes to the same.
import { createHash } from 'node:crypto';
import type { Health } from '../server-balancer/health.ts';

export interface Situation {
  /** All servers of the cluster, this one too. */
  readonly servers: readonly string[];
  readonly healthOf: (server: string) => Health;
  /** The one that had it last, so that it does not move without need: its connections would break. */
  readonly last: string | undefined;
}

/**
 * A server that is ready. Where none is, one that answers can still say why; but a server that is not ready and hears no other is cut off
 * itself: others may have the address, and it lets go.
 */
export function elect({ servers, healthOf, last }: Situation): string | undefined {
  const of = (health: Health) => servers.filter((server) => healthOf(server) === health);
  const ready = of('ready');
  const unready = of('unready');
  const able = ready.length > 0 ? ready : unready.length > 1 || servers.length === 1 ? unready : [];
  if (last !== undefined && able.includes(last)) return last;
  return able.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0];
}

const rank = (server: string): string => createHash('sha256').update(server).digest('hex');
