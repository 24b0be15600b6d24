// Whether the node's service proxy keeps up, and whether load balancers may send the node more traffic. Called by proxy.ts, which tells
// of its work, and by health-checks.ts, which answers. Follows kube-proxy (pkg/proxy/healthcheck).
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { isBeingDeleted } from '../../../api/meta/v1/object.ts';
import type { Clock } from '../../../kit/clock.ts';

/** A change that has waited longer than this, in milliseconds, is late: two of kube-proxy's sync periods. */
const LATE_MS = 60_000;
/** The cluster autoscaler is about to remove the node. */
const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler';

export class ProxyHealth {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Monotonic: since when a change has waited. */
  #waiting: number | undefined;
  #updated: number;
  #eligible = true;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
    this.#updated = clock.now();
  }

  /** Something has changed that must be written. */
  queued(): void {
    this.#waiting ??= this.#clock.monotonic();
  }

  /** Everything is written. */
  written(): void {
    this.#waiting = undefined;
    this.#updated = this.#clock.now();
  }

  setNode(node: Readonly<Node>): void {
    this.#eligible =
      !isBeingDeleted(node) && !(node.spec?.taints ?? []).some(({ key }) => key === TO_BE_DELETED);
  }

  nodeGone(): void {
    this.#eligible = false;
  }

  get isHealthy(): boolean {
    return this.#waiting === undefined || this.#clock.monotonic() - this.#waiting < LATE_MS;
  }

  /** Status code and body of `/healthz`, and of `/livez`, which does not ask about the node. */
  page(name: 'healthz' | 'livez'): { readonly code: number; readonly body: string } {
    const now = this.#clock.now();
    const healthy = this.isHealthy && (name === 'livez' || this.#eligible);
    const times = `{"lastUpdated": "${time(healthy ? now : this.#updated)}","currentTime": "${time(now)}"`;
    return {
      code: healthy ? 200 : 503,
      body: name === 'livez' ? `${times}}` : `${times}, "nodeEligible": ${this.#eligible}}`,
    };
  }
}

/** As Go shows a time. */
const time = (ms: number): string => `${new Date(ms).toISOString().replace('T', ' ').slice(0, -1)} +0000 UTC`;
