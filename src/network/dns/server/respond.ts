// A message to its response, for either transport, and what is counted of both. What is known at once is answered at once: this runs
// for every query of the cluster.

import { failure } from '../forward/forwarder.ts';
import { RCODE } from '../message/codes.ts';
import { acceptQuery, Query } from '../message/query.ts';
import { type Reply, responseTo } from '../message/reply.ts';
import type { DnsServerOptions } from './options.ts';

export interface Transport {
  /** Of the counts. */
  readonly proto: 'udp' | 'tcp';
  readonly family: 1 | 2;
  /** Bytes of a response. */
  limit(query: Query): number;
}

export type Respond = (message: Buffer, client: string) => Buffer | undefined | Promise<Buffer>;

/** The response to a message, or a promise of it; undefined for what gets none. */
export function responder(options: DnsServerOptions, transport: Transport): Respond {
  const { resolver, counts, clock, log } = options;
  const own = counts.of(transport.proto, transport.family);

  const failed = (error: unknown): Reply => {
    counts.panics++;
    log.warn('dns query failed', { error });
    return failure(RCODE.SERVFAIL);
  };

  const finish = (query: Query, reply: Reply, started: number): Buffer => {
    const response = responseTo(query, reply, transport.limit(query));
    own.add(query.type, query.dnssecOk, query.message.length, response.length);
    counts.responded(reply.rcode, reply.origin, clock.monotonic() - started);
    return response;
  };

  return (message, client) => {
    const started = clock.monotonic();
    const query = acceptQuery(message);
    if (!(query instanceof Query)) {
      if (query) counts.responded(query[3]! & 0xf, '', 0);
      return query;
    }
    try {
      const reply = resolver.resolve(query, client);
      if (!(reply instanceof Promise)) return finish(query, reply, started);
      return reply.catch(failed).then((settled) => finish(query, settled, started));
    } catch (error) {
      return finish(query, failed(error), started);
    }
  };
}
