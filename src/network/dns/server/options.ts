// What a server is made of, and an address where it listens.
import { isIPv6 } from 'node:net';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { DnsCounts } from '../metrics/counts.ts';
import type { Resolver } from '../resolver.ts';

export interface DnsServerOptions {
  readonly resolver: Pick<Resolver, 'resolve'>;
  readonly counts: DnsCounts;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** 1 or 2, as CoreDNS numbers IP families. */
export const familyOf = (address: string): 1 | 2 => (isIPv6(address) ? 2 : 1);
