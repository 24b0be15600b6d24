// A framework that tells how long each extension point took (scheduler_framework_extension_point_duration_seconds). Filter is told
// by whoever runs it for all nodes of a pod, as upstream.
import type { Clock } from '../../kit/clock.ts';
import type { Distribution } from '../../kit/metrics.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { CycleState } from './cycle-state.ts';
import { Framework, type SharedPods } from './framework.ts';
import type { NodeVerdicts, Profile, RemovalReview } from './plugin.ts';
import type { Status } from './status.ts';

export interface Measurements {
  /** In seconds. */
  readonly extensionPoint: (point: string, status: string) => Distribution;
  readonly permitted: (result: string, seconds: number) => void;
}

export class MeasuredFramework extends Framework {
  readonly #clock: Clock;
  readonly #measurements: Measurements;

  constructor(profile: Profile, clock: Clock, shared: Partial<SharedPods>, measurements: Measurements) {
    super(profile, clock, shared);
    this.#clock = clock;
    this.#measurements = measurements;
  }

  override told(point: string, status: Status['code'], started: number): void {
    this.#measurements.extensionPoint(point, status).observe(this.#since(started));
  }

  override runPreFilterPlugins(state: CycleState, pod: PodInfo) {
    return this.#timed('PreFilter', () => super.runPreFilterPlugins(state, pod));
  }

  override runPostFilterPlugins(state: CycleState, pod: PodInfo, why: NodeVerdicts) {
    return this.#timed('PostFilter', () => super.runPostFilterPlugins(state, pod, why));
  }

  override async runPostFilterPluginsReviewed(
    state: CycleState,
    pod: PodInfo,
    why: NodeVerdicts,
    review: RemovalReview,
  ) {
    const started = this.#clock.monotonic();
    const result = await super.runPostFilterPluginsReviewed(state, pod, why, review);
    this.told('PostFilter', result.status.code, started);
    return result;
  }

  override runPreScorePlugins(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]) {
    const started = this.#clock.monotonic();
    const status = super.runPreScorePlugins(state, pod, nodes);
    this.told('PreScore', status.code, started);
    return status;
  }

  override runScorePlugins(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]) {
    return this.#timed('Score', () => super.runScorePlugins(state, pod, nodes));
  }

  override runReservePluginsReserve(state: CycleState, pod: PodInfo, node: string) {
    const started = this.#clock.monotonic();
    const status = super.runReservePluginsReserve(state, pod, node);
    this.told('Reserve', status.code, started);
    return status;
  }

  override runReservePluginsUnreserve(state: CycleState, pod: PodInfo, node: string): void {
    const started = this.#clock.monotonic();
    super.runReservePluginsUnreserve(state, pod, node);
    this.told('Unreserve', 'Success', started);
  }

  override runPermitPlugins(state: CycleState, pod: PodInfo, node: string) {
    const started = this.#clock.monotonic();
    const status = super.runPermitPlugins(state, pod, node);
    this.told('Permit', status.code, started);
    return status;
  }

  override async waitOnPermit(pod: PodInfo): Promise<Status> {
    if (!this.waitingPods.get(pod.uid)) return super.waitOnPermit(pod);
    const started = this.#clock.monotonic();
    const status = await super.waitOnPermit(pod);
    this.#measurements.permitted(status.code, this.#since(started));
    return status;
  }

  override async runPreBindPlugins(state: CycleState, pod: PodInfo, node: string): Promise<Status> {
    const started = this.#clock.monotonic();
    const status = await super.runPreBindPlugins(state, pod, node);
    this.told('PreBind', status.code, started);
    return status;
  }

  override async runBindPlugins(state: CycleState, pod: PodInfo, node: string): Promise<Status> {
    const started = this.#clock.monotonic();
    const status = await super.runBindPlugins(state, pod, node);
    this.told('Bind', status.code, started);
    return status;
  }

  override runPostBindPlugins(state: CycleState, pod: PodInfo, node: string): void {
    const started = this.#clock.monotonic();
    super.runPostBindPlugins(state, pod, node);
    this.told('PostBind', 'Success', started);
  }

  #timed<T extends { readonly status: Status }>(point: string, run: () => T): T {
    const started = this.#clock.monotonic();
    const result = run();
    this.told(point, result.status.code, started);
    return result;
  }

  #since(started: number): number {
    return (this.#clock.monotonic() - started) / 1000;
  }
}
