// Connects the plugin with the API: what it knows of the cluster, and what it writes and waits for. Made by the scheduler.
import type { FeatureGates } from '../../../api/features/feature-gates.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import { type EventRecorder, referenceTo } from '../../../client/events/events.ts';
import type { InformerFactory } from '../../../client/informer/factory.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { MetricsRegistry } from '../../../kit/metrics.ts';
import type { Random } from '../../../kit/random.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { schedulerNameOf } from '../../config/settings.ts';
import { hasTimedOut, needsBinding, readinessOf } from './binding-conditions.ts';
import { ClaimWriter } from './claim-writer.ts';
import type { Claim } from './claims.ts';
import { ClusterDevices, type ClusterDevicesOptions } from './cluster-devices.ts';
import type { ClaimActions, DynamicResourcesSources } from './dynamic-resources.ts';
import { type NodeClaim, toCreate } from './extended-resources.ts';

/** Between two looks at devices that are not ready. */
const POLL_MS = 5_000;
/** Seconds: 0.1, doubling. */
const BUCKETS = Array.from({ length: 14 }, (_, i) => 0.1 * 2 ** i);

export interface DynamicResourcesOptions extends Pick<ClusterDevicesOptions, 'onEvent' | 'onChance'> {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
  readonly gates: Pick<FeatureGates, 'enabled'>;
  /** A write failed: the pod is tried again without waiting for a change in the cluster. */
  readonly onFailure: (podUid: string) => void;
}

export class DynamicResourcesConnection implements DynamicResourcesSources, ClaimActions {
  readonly devices: ClusterDevices;
  readonly actions: ClaimActions = this;
  readonly #options: DynamicResourcesOptions;
  readonly #writer: ClaimWriter;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: DynamicResourcesOptions) {
    this.#options = options;
    const { random } = options;
    this.devices = new ClusterDevices({ ...options, uuid: () => random.uuid() });
    const withTimestamps = this.devices.features.bindingConditions;
    this.#writer = new ClaimWriter({ ...options, withTimestamps });
  }

  /** Resolves when nothing is being written. */
  async stop(): Promise<void> {
    this.#stop.abort();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  bind(claim: Claim, { pod }: PodInfo, allocation: Parameters<ClaimActions['bind']>[2]): Promise<Claim> {
    return this.#writer.bind(claim, pod, allocation);
  }

  async createExtended({ claim }: NodeClaim): Promise<Claim> {
    const counter = this.#options.metrics.counter(
      'scheduler_resourceclaim_creates_total',
      'Number of ResourceClaims creation requests within scheduler',
    );
    try {
      const created = await this.#writer.create(toCreate(claim));
      counter.add({ status: 'success' });
      return created;
    } catch (error) {
      counter.add({ status: 'failure' });
      throw error;
    }
  }

  deleteExtended(claim: Claim, pod: PodInfo): void {
    this.#run('could not delete a claim for extended resources', claim, async () => {
      await this.#writer.delete(claim).catch((error: unknown) => {
        this.#options.onFailure(pod.uid);
        throw error;
      });
    });
  }

  noteExtended(claim: Claim, { mappings }: NodeClaim, { pod }: PodInfo): Promise<void> {
    const resourceClaimName = nameOf(claim);
    return this.#writer.notePod(pod, { requestMappings: [...mappings], resourceClaimName });
  }

  hasFailed(claim: Claim, timeoutMs: number): boolean {
    if (!claim.status?.allocation || !this.devices.features.bindingConditions) return false;
    const { state } = readinessOf(claim);
    if (state !== 'waiting') return state === 'failed';
    return hasTimedOut(claim, this.#options.clock.now(), timeoutMs);
  }

  async awaitDevices(
    claims: readonly Claim[],
    pod: PodInfo,
    node: string,
    timeoutMs: number,
  ): Promise<readonly Claim[]> {
    if (!this.devices.features.bindingConditions || !claims.some(needsBinding)) return claims;
    const { clock, events } = this.#options;
    const message = `waiting for binding conditions for device on node ${node}`;
    events.record(referenceTo(Pod, pod.pod), 'Normal', 'BindingConditionsPending', message, {
      action: 'Scheduling',
      component: schedulerNameOf(pod.pod),
    });
    const since = clock.monotonic();
    let outcome = 'error';
    let current = claims;
    try {
      for (;;) {
        current = claims.map((claim) => this.#current(claim));
        if (this.#areReady(current, timeoutMs)) break;
        if (clock.monotonic() - since >= timeoutMs)
          throw new BindingTimeout('device binding timeout: context deadline exceeded');
        await clock.sleep(POLL_MS, this.#stop.signal);
      }
      outcome = 'success';
      return current;
    } catch (error) {
      if (error instanceof BindingTimeout) outcome = 'timeout';
      else if (error instanceof BindingFailure) outcome = 'failure';
      throw error;
    } finally {
      this.#measure(current, schedulerNameOf(pod.pod), outcome, (clock.monotonic() - since) / 1000);
    }
  }

  release(claims: readonly Claim[], pod: PodInfo): void {
    for (const claim of claims)
      this.#run('could not release a claim', claim, () => this.#writer.release(claim, pod.pod));
  }

  deallocate(claim: Claim, pod: PodInfo): void {
    this.#run('could not deallocate a claim', claim, async () => {
      await this.#writer.deallocate(claim).catch((error: unknown) => {
        this.#options.onFailure(pod.uid);
        throw error;
      });
    });
  }

  #current(claim: Claim): Claim {
    const { name, namespace } = { name: nameOf(claim), namespace: namespaceOf(claim) };
    const found = this.devices.claim(name, namespace);
    if (!found) throw new Error(`could not find ResourceClaim "${namespace}/${name}"`);
    return found;
  }

  /** Throws if that can be no more. */
  #areReady(claims: readonly Claim[], timeoutMs: number): boolean {
    for (const claim of claims) {
      const readiness = readinessOf(claim);
      if (readiness.state === 'failed') throw new BindingFailure(readiness.message);
      if (readiness.state === 'ready') continue;
      if (hasTimedOut(claim, this.#options.clock.now(), timeoutMs))
        throw new BindingTimeout(`device binding timeout: claim=${nameOf(claim)}`);
      return false;
    }
    return true;
  }

  #measure(claims: readonly Claim[], profile: string, status: string, seconds: number): void {
    const { metrics } = this.#options;
    const waited = metrics.histogram(
      'scheduler_dra_bindingconditions_wait_duration_seconds',
      'Time in seconds spent waiting for BindingConditions to be satisfied during PreBind.',
      BUCKETS,
    );
    const counted = metrics.counter(
      'scheduler_dra_bindingconditions_allocations_total',
      'Number of allocations using devices with BindingConditions, counted per driver per scheduling attempt',
    );
    for (const { driver, bindingConditions = [] } of claims.flatMap(
      (claim) => claim.status?.allocation?.devices?.results ?? [],
    )) {
      waited.observe({ profile, driver, status }, seconds);
      if (bindingConditions.length > 0) counted.add({ profile, driver, status });
    }
  }

  #run(failure: string, claim: Claim, work: () => Promise<void>): void {
    const { log } = this.#options;
    const done = work()
      .catch((error: unknown) => {
        if (!isNotFound(error)) log.warn(failure, { claim: nameOf(claim), error: messageOf(error) });
      })
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
  }
}

class BindingTimeout extends Error {}
class BindingFailure extends Error {}
