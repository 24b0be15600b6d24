// Keeps the ServiceCIDR `kubernetes`, which names the cluster's own range: makes it again when it was deleted, and says that it is
// ready. It is not changed if it names other ranges, except that the second family is added. Started by api-server.ts.
// Upstream: pkg/controlplane/controller/defaultservicecidr.
import { prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { type Clock, rfc3339, type Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import { DEFAULT_NAME } from '../allocation/service-cidrs.ts';
import { OwnEvents } from '../own-events.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';

export interface DefaultServiceCidrOptions {
  readonly resources: ResourceTable;
  /** --service-cluster-ip-range. */
  readonly ranges: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const INTERVAL = 10_000;
const CONTROLLER = 'kubernetes-service-cidr-controller';

type Problem = 'differs' | 'not ready' | 'cannot grow';

export class DefaultServiceCidr {
  readonly #options: DefaultServiceCidrOptions;
  readonly #resource: StoredResource<ServiceCIDR>;
  readonly #ranges: readonly string[];
  readonly #events: OwnEvents;
  /** What was reported once is not reported again. */
  readonly #reported = new Set<Problem>();
  #timer: Timer | undefined;

  constructor(options: DefaultServiceCidrOptions) {
    this.#options = options;
    this.#resource = options.resources.stored(ServiceCIDR).withoutAdmission();
    this.#ranges = options.ranges.map((range) => {
      const prefix = prefixOf(range);
      return prefix ? prefixText(prefix) : range;
    });
    this.#events = new OwnEvents({ ...options, controller: CONTROLLER });
  }

  start(): void {
    const { clock, log } = this.#options;
    this.#timer = clock.every(INTERVAL, () => {
      this.create()
        .then(() => this.keep())
        .catch((error) => log.warn('the default ServiceCIDR was not kept', { error }));
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Without effect if it exists. */
  async create(): Promise<void> {
    if (this.#stored()) return;
    const object: ServiceCIDR = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { name: DEFAULT_NAME },
      spec: { cidrs: [...this.#ranges] },
    };
    await this.#resource.create(object, ownWrite(this.#options.clock, '')).catch((error) => {
      if (!isAlreadyExists(error)) throw error;
    });
  }

  /** Sets the condition Ready if there is none; otherwise reports what the administrator has to look at. */
  async keep(): Promise<void> {
    const stored = this.#stored();
    // A deletion is up to the controller of ServiceCIDRs.
    if (!stored || stored.metadata.deletionTimestamp) return;
    const { cidrs = [] } = stored.spec ?? {};
    if (this.#ranges.length === 2 && cidrs.length === 1 && cidrs[0] === this.#ranges[0])
      return this.#addSecond(stored);
    if (cidrs.join() !== this.#ranges.join())
      return this.#report(
        'differs',
        stored,
        'KubernetesDefaultServiceCIDRInconsistent',
        `The default ServiceCIDR [${cidrs.join(' ')}] does not match the controller flag configurations [${this.#ranges.join(' ')}]`,
      );
    const ready = conditionOf(stored, 'Ready');
    if (ready?.status === 'False')
      return this.#report('not ready', stored, ready.reason, `Configuration matches, but ${ready.message}`);
    if (ready?.status !== 'True') await this.#setReady();
  }

  #stored(): Readonly<ServiceCIDR> | undefined {
    return this.#resource.cache.get('', DEFAULT_NAME)?.object;
  }

  #report(what: Problem, about: Readonly<ServiceCIDR>, reason: string, note: string): void {
    if (this.#reported.has(what)) return;
    this.#reported.add(what);
    this.#events.warn(ServiceCIDR, about, reason, reason, note);
  }

  /** A cluster of one family has become one of both. */
  async #addSecond(stored: Readonly<ServiceCIDR>): Promise<void> {
    const transform = (current: (() => ServiceCIDR) | undefined): ServiceCIDR => ({
      ...current!(),
      spec: { cidrs: [...this.#ranges] },
    });
    await this.#resource
      .update(DEFAULT_NAME, transform, ownWrite(this.#options.clock, ''))
      .catch((error: unknown) => {
        const [one] = this.#ranges;
        const all = this.#ranges.join(' ');
        this.#report(
          'cannot grow',
          stored,
          'KubernetesDefaultServiceCIDRError',
          `The default ServiceCIDR can not be upgraded from ${one} to dual stack [${all}] : ${messageOf(error)}`,
        );
      });
  }

  async #setReady(): Promise<void> {
    const { clock } = this.#options;
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: '',
      message: 'Kubernetes default Service CIDR is ready',
      lastTransitionTime: rfc3339(clock.now()),
    };
    const write = { ...ownWrite(clock, ''), subresource: 'status', fieldManager: CONTROLLER };
    const transform = (current: (() => ServiceCIDR) | undefined): ServiceCIDR => {
      const object = current!();
      const others = (object.status?.conditions ?? []).filter(({ type }) => type !== 'Ready');
      return { ...object, status: { ...object.status, conditions: [...others, ready] } };
    };
    await this.#resource.update(DEFAULT_NAME, transform, write).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }
}
