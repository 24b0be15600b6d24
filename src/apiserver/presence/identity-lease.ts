// Says that this server runs: a Lease in kube-system, renewed every ten seconds and deleted when the server stops. Leases of servers
// that ended otherwise are removed by the others when they have expired. Called by presence.ts.
// Upstream: pkg/controlplane/apiserver/server.go and pkg/controlplane/controller/apiserverleasegc.
import { createHash } from 'node:crypto';
import type { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { SERVER_IDENTITY, SERVER_NAMES, SERVER_NAMESPACE } from '../../api/nodes/server-names.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { type Clock, rfc3339Micro } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';

const SERVER = 'kube-apiserver';
const DURATION_SECONDS = 3600;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The name that upstream gives a server on a host: of 16 bytes of a hash, in base 32. */
export function serverId(hostname: string): string {
  const prefixed = (text: string) => {
    const bytes = Buffer.from(text);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  };
  const hash = createHash('sha256').update(prefixed(hostname)).update(prefixed(SERVER)).digest();
  return `apiserver-${base32(hash.subarray(0, 16))}`;
}

function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  let out = '';
  for (let i = 0; i < bits.length; i += 5)
    out += BASE32[Number.parseInt(bits.slice(i, i + 5).padEnd(5, '0'), 2)];
  return out;
}

/** A lease without times is not a server's. `unchangedMs`: since when it has been seen as it is, as the clocks of servers may differ. */
export function isExpired({ spec }: Readonly<Lease>, unchangedMs: number): boolean {
  const { renewTime, leaseDurationSeconds } = spec ?? {};
  if (!renewTime || leaseDurationSeconds === undefined) return true;
  return leaseDurationSeconds * 1000 < unchangedMs;
}

export class IdentityLease {
  readonly name: string;
  readonly #leases: StoredResource<Lease>;
  readonly #clock: Clock;
  readonly #hostname: string;
  readonly #names: readonly string[];
  readonly #holder: string;
  /** By name the last renewal, and since when it has been seen, monotonic. */
  #seen = new Map<string, { readonly renewTime: string | undefined; readonly at: number }>();

  /** `names`: what else the server is reached under. */
  constructor(
    leases: StoredResource<Lease>,
    clock: Clock,
    random: Random,
    hostname: string,
    names: readonly string[] = [],
  ) {
    this.#leases = leases.withoutAdmission();
    this.#clock = clock;
    this.#hostname = hostname;
    this.#names = names;
    this.name = serverId(hostname);
    this.#holder = `${this.name}_${random.uuid()}`;
  }

  async renew(): Promise<void> {
    const transform = (current: (() => Lease) | undefined): Lease => {
      const found: Lease = current?.() ?? {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: this.name, namespace: SERVER_NAMESPACE },
      };
      const labels = {
        ...found.metadata.labels,
        [SERVER_IDENTITY]: SERVER,
        'kubernetes.io/hostname': this.#hostname,
      };
      const annotations = { ...found.metadata.annotations, [SERVER_NAMES]: this.#names.join() };
      return {
        ...found,
        metadata: { ...found.metadata, labels, ...(this.#names.length > 0 && { annotations }) },
        spec: {
          ...found.spec,
          holderIdentity: this.#holder,
          leaseDurationSeconds: DURATION_SECONDS,
          renewTime: rfc3339Micro(this.#clock.now()),
        },
      };
    };
    await this.#leases.update(this.name, transform, this.#write(), 'apply');
  }

  /** Notes since when the others' Leases have been as they are. Called regularly. */
  look(): void {
    const at = this.#clock.monotonic();
    const seen = this.#leases.cache.items(SERVER_NAMESPACE).flatMap(({ name, labels, object }) => {
      const { renewTime } = object.spec ?? {};
      if (labels[SERVER_IDENTITY] !== SERVER) return [];
      const before = this.#seen.get(name);
      return [[name, before && before.renewTime === renewTime ? before : { renewTime, at }] as const];
    });
    this.#seen = new Map(seen);
  }

  async collectExpired(): Promise<void> {
    this.look();
    const now = this.#clock.monotonic();
    for (const { name, labels, object } of this.#leases.cache.items(SERVER_NAMESPACE)) {
      const unchanged = now - (this.#seen.get(name)?.at ?? now);
      if (labels[SERVER_IDENTITY] === SERVER && isExpired(object, unchanged)) await this.#remove(name);
    }
  }

  /** Another process may serve under the same name meanwhile. */
  async remove(): Promise<void> {
    const holder = this.#leases.cache.get(SERVER_NAMESPACE, this.name)?.object.spec?.holderIdentity;
    if (holder === this.#holder) await this.#remove(this.name);
  }

  async #remove(name: string): Promise<void> {
    await this.#leases.delete(name, {}, this.#write()).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }

  #write() {
    return ownWrite(this.#clock, SERVER_NAMESPACE);
  }
}
