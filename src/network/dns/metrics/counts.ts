// What the server counts, as numbers: this runs for every query. page.ts gives them CoreDNS' names when somebody asks.
import { Distribution } from '../../../kit/metrics.ts';
import type { ForwardCounts } from '../forward/forwarder.ts';
import type { Origin } from '../message/reply.ts';

/** Seconds: 0.25 ms, doubled 15 times. */
const DURATIONS = Array.from({ length: 16 }, (_, i) => 0.00025 * 2 ** i);
/** Bytes. */
const SIZES = [0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16e3, 32e3, 48e3, 64e3];

/** Types with a count of their own (those of CoreDNS that fit in a byte); all others are type 0. */
const TYPES = 256;

export type Proto = 'udp' | 'tcp';

/** Bytes of messages of one transport. */
export interface MessageSizes {
  readonly requests: Distribution;
  readonly responses: Distribution;
}

const sizes = (): MessageSizes => ({ requests: new Distribution(SIZES), responses: new Distribution(SIZES) });

/** Of one transport and IP family. */
export class TransportCounts {
  readonly proto: Proto;
  readonly family: 1 | 2;
  /** Queries by type. */
  readonly requests = new Float64Array(TYPES);
  dnssecOk = 0;
  readonly #sizes: MessageSizes;

  constructor(proto: Proto, family: 1 | 2, sizes: MessageSizes) {
    this.proto = proto;
    this.family = family;
    this.#sizes = sizes;
  }

  add(type: number, dnssecOk: boolean, request: number, response: number): void {
    this.requests[type < TYPES ? type : 0]!++;
    if (dnssecOk) this.dnssecOk++;
    this.#sizes.requests.observe(request);
    this.#sizes.responses.observe(response);
  }
}

export class DnsCounts implements ForwardCounts {
  readonly transports: TransportCounts[] = [];
  readonly sizes: Readonly<Record<Proto, MessageSizes>> = { udp: sizes(), tcp: sizes() };
  readonly durations = new Distribution(DURATIONS);
  /** Responses by code, for each origin. */
  readonly responses: Record<Origin, Float64Array> = {
    kubernetes: new Float64Array(16),
    forward: new Float64Array(16),
    cache: new Float64Array(16),
    autopath: new Float64Array(16),
    '': new Float64Array(16),
  };
  /** Exchanges with upstream servers, by server and response code. */
  readonly exchanges = new Map<string, Map<number, Distribution>>();
  readonly healthcheckFailures = new Map<string, number>();
  panics = 0;
  searches = 0;
  rejects = 0;
  healthcheckBroken = 0;

  of(proto: Proto, family: 1 | 2): TransportCounts {
    const known = this.transports.find((one) => one.proto === proto && one.family === family);
    if (known) return known;
    const made = new TransportCounts(proto, family, this.sizes[proto]);
    this.transports.push(made);
    return made;
  }

  responded(rcode: number, origin: Origin, ms: number): void {
    this.responses[origin][rcode]!++;
    this.durations.observe(ms / 1_000);
  }

  observe(server: string, rcode: number, ms: number): void {
    const codes = entryOf(this.exchanges, server, () => new Map<number, Distribution>());
    entryOf(codes, rcode, () => new Distribution(DURATIONS)).observe(ms / 1_000);
  }

  healthcheckFailed(server: string): void {
    this.healthcheckFailures.set(server, (this.healthcheckFailures.get(server) ?? 0) + 1);
  }

  rejected(): void {
    this.rejects++;
  }

  allDown(): void {
    this.healthcheckBroken++;
  }
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
