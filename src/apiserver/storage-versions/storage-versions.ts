// Reports in StorageVersions how this server stores its built-in resources: before it answers requests, and every ten minutes in
// case somebody has changed or deleted a report. Only with the feature gate StorageVersionAPI, and where the API is served: else
// nothing of it is loaded. Upstream refuses writes to a resource until its report is written; here requests wait for the first round.
// Upstream: staging/src/k8s.io/apiserver/pkg/storageversion.
import { StorageVersion } from '../../api/kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { withServers } from '../../api/storage-versions/agreement.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import { type Report, reportsOf } from './reports.ts';

export interface StorageVersionsOptions {
  readonly resources: ResourceTable;
  /** The name of this server's Lease. */
  readonly serverId: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const EVERY_MS = 10 * 60_000;
const AGAIN_MS = 1_000;

export class StorageVersions {
  readonly #options: StorageVersionsOptions;
  readonly #stored: StoredResource<StorageVersion>;
  #timer: Timer | undefined;
  #stopped = false;
  #round: Promise<void> = Promise.resolve();

  constructor(options: StorageVersionsOptions) {
    this.#options = options;
    this.#stored = options.resources.stored(StorageVersion).withoutAdmission();
  }

  /** Resolves after the first round, even if it failed: on a full disk the server serves all the same, and tries again. */
  async start(): Promise<void> {
    const { resources, clock, log } = this.#options;
    const results = await Promise.allSettled(reportsOf(resources).map((report) => this.#write(report)));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    for (const error of failures.slice(0, 1))
      log.warn('storage versions were not reported', { failures: failures.length, error });
    if (this.#stopped) return;
    this.#timer = clock.after(failures.length > 0 ? AGAIN_MS : EVERY_MS, () => {
      this.#round = this.start();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#round;
  }

  /** A report that stands already is not written again. */
  async #write({ name, versions }: Report): Promise<void> {
    const { clock, serverId } = this.#options;
    const write = ownWrite(clock, '');
    const found = (): StorageVersion => ({
      apiVersion: 'internal.apiserver.k8s.io/v1alpha1',
      kind: 'StorageVersion',
      metadata: { name },
    });
    if (!this.#stored.cache.entry('', name))
      await this.#stored.update(name, (current) => current?.() ?? found(), write, 'apply');
    const own = { apiServerID: serverId, ...versions };
    await this.#stored.update(
      name,
      (current) => {
        const object = current!();
        const servers = object.status?.storageVersions ?? [];
        const isKnown = servers.some(({ apiServerID }) => apiServerID === serverId);
        const next = isKnown
          ? servers.map((server) => (server.apiServerID === serverId ? own : server))
          : [...servers, own];
        return { ...object, status: withServers(object, next, write.now) };
      },
      { ...write, subresource: 'status' },
      'apply',
    );
  }
}
