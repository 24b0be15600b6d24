// Gives every pod that waits a node. Informers fill the cache and the queue; one loop runs a scheduling cycle per pod; binding
// cycles run behind it. Needs nothing but the API: made by cluster inside `tiphys up`, or as a process of its own.

import { FeatureGates } from '../api/features/feature-gates.ts';
import { Namespace } from '../api/kinds/core/v1/namespace.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../api/kinds/policy/v1/pod-disruption-budget.ts';
import { labelsOf, nameOf, namespaceOf } from '../api/meta/v1/object.ts';
import type { Client } from '../client/client.ts';
import { type EventRecorder, referenceTo } from '../client/events/events.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { MetricsRegistry } from '../kit/metrics.ts';
import type { Random } from '../kit/random.ts';
import type { PodInfo } from './cache/pod-info.ts';
import { SchedulerCache } from './cache/scheduler-cache.ts';
import {
  DEFAULT_SETTINGS,
  type ProfileSettings,
  type SchedulerSettings,
  schedulerNameOf,
} from './config/settings.ts';
import { runBindingCycle } from './cycle/binding-cycle.ts';
import { NodeChooser } from './cycle/choose-node.ts';
import type { Diagnosis } from './cycle/diagnosis.ts';
import { FailureHandler } from './cycle/failure-handler.ts';
import { type Failure, failureOn, type Outcome, SchedulingCycle } from './cycle/scheduling-cycle.ts';
import { addEventHandlers } from './event-handlers.ts';
import { ExtendedCycle } from './extenders/extended-cycle.ts';
import { Extenders } from './extenders/extenders.ts';
import { CycleState } from './framework/cycle-state.ts';
import type { Framework, SharedPods } from './framework/framework.ts';
import { MeasuredFramework } from './framework/measured-framework.ts';
import type { Profile, QueuedPodInfo } from './framework/plugin.ts';
import { PodsInPreBind } from './framework/pods-in-prebind.ts';
import { WaitingPods } from './framework/waiting-pods.ts';
import { GroupMembers } from './gangs/group-members.ts';
import { GroupScheduler } from './gangs/group-scheduler.ts';
import { type AttemptResult, SchedulerMetrics } from './metrics.ts';
import { PreemptionExecutor } from './plugins/default-preemption/executor.ts';
import { DynamicResourcesConnection } from './plugins/dynamic-resources/sources.ts';
import { defaultSelectorFrom } from './plugins/pod-topology-spread/default-selector.ts';
import { volumeSources } from './plugins/volumes/sources.ts';
import { type PluginSources, profileOf } from './profile.ts';
import { Nominator } from './queue/nominator.ts';
import { SchedulingQueue } from './queue/scheduling-queue.ts';
import { addStorageEventHandlers } from './storage-event-handlers.ts';
import { watcherWith } from './user-plugins/guarded.ts';
import { NO_PLUGINS, type PluginRegistry } from './user-plugins/registry.ts';
import { Placements } from './why/placements.ts';

/** However many pods wait, the rest of the process runs after this long. */
const SLICE_MS = 5;
export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
  /** Of a KubeSchedulerConfiguration; the default ones when left out. */
  readonly settings?: SchedulerSettings;
  /** Those of the cluster; the default ones when left out. */
  readonly features?: FeatureGates;
  /** Whether the API has PodGroups; they matter with the feature gate GenericWorkload only. */
  readonly servesPodGroups?: boolean;
  /** Plugins that the administrator wrote; profiles enable them by name. */
  readonly userPlugins?: PluginRegistry;
  /** Makes each profile; from its settings when left out. */
  readonly profile?: (sources: PluginSources, settings: ProfileSettings) => Profile;
}

/** One try to schedule a pod. */
interface Attempt {
  readonly queued: QueuedPodInfo;
  /** The queue's count of cluster events when it began. */
  readonly changes: number;
  /** Monotonic milliseconds. */
  readonly started: number;
}

/** What schedules the pods of one scheduler name. */
interface RunningProfile {
  readonly framework: Framework;
  readonly cycle: SchedulingCycle;
  /** Of the pods that extenders have a say about. */
  readonly extended?: ExtendedCycle;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #metrics: SchedulerMetrics;
  readonly #cache = new SchedulerCache();
  readonly #queue: SchedulingQueue;
  /** By scheduler name. */
  #profiles: ReadonlyMap<string, RunningProfile>;
  readonly #makeProfiles: (userPlugins: PluginRegistry) => ReadonlyMap<string, RunningProfile>;
  readonly #waitingPods = new WaitingPods();
  /** Why pods have no node, for those who ask. */
  readonly placements: Placements;
  readonly #failures: FailureHandler;
  readonly #preemptions: PreemptionExecutor;
  readonly #extenders: Extenders | undefined;
  readonly #groups: GroupScheduler | undefined;
  /** The pod whose cycle waits for extenders. */
  #inCycle: string | undefined;
  readonly #dynamicResources: DynamicResourcesConnection;
  readonly #stop = new AbortController();
  /** Binding cycles and writes of conditions. */
  readonly #running = new Set<Promise<void>>();
  /** Pod uid → why its last attempt found no node. */
  readonly #diagnoses = new Map<string, Diagnosis>();

  constructor(options: SchedulerOptions) {
    const { client, informers, clock, random } = options;
    const { settings = DEFAULT_SETTINGS, profile = profileOf } = options;
    this.#options = options;
    this.#metrics = new SchedulerMetrics(options.metrics);
    const gates = options.features ?? new FeatureGates();
    const namespaces = informers.informer(Namespace);
    const budgets = informers.informer(PodDisruptionBudget);
    const nominator = new Nominator(this.#cache);
    const pods: SharedPods = {
      nominatedPods: nominator,
      waitingPods: this.#waitingPods,
      podsInPreBind: new PodsInPreBind(),
    };
    this.#preemptions = new PreemptionExecutor({
      ...options,
      pods,
      onEnd: (uid, result) => (result === 'error' ? this.#queue.retry(uid) : this.#queue.ungate(uid)),
    });
    this.#dynamicResources = new DynamicResourcesConnection({
      ...options,
      gates,
      onEvent: (event) => this.#queue.moveAll(event),
      onChance: (uid) => this.#queue.ungate(uid),
      onFailure: (uid) => this.#queue.retry(uid),
    });
    // Its handlers come first: PreEnqueue counts a new pod with the others.
    const members =
      options.servesPodGroups && gates.enabled('GenericWorkload')
        ? new GroupMembers(informers, (uid) => this.#queue.ungate(uid))
        : undefined;
    const isPlaced = (uid: string) => this.#cache.nodeOf(uid) !== undefined;
    const sources: PluginSources = {
      nodes: this.#cache,
      client,
      defaultSelector: defaultSelectorFrom(informers),
      namespaceLabels: (name) => labelsOf(namespaces.lister.get(name) ?? {}),
      volumes: volumeSources((kind) => informers.informer(kind), {
        gates,
        ...{ client, clock, signal: this.#stop.signal },
        isCancelled: (uid) => pods.podsInPreBind.isCancelled(uid),
        onFailure: (operation) => this.#countVolumeFailure(operation),
      }),
      waitingPods: this.#waitingPods,
      ...(members &&
        gates.enabled('GangScheduling') && { gangs: { members, isPlaced, waitingPods: this.#waitingPods } }),
      watcher: watcherWith(options),
      disruptionBudgets: () => budgets.lister.list(),
      preemptions: this.#preemptions,
      dynamicResources: this.#dynamicResources,
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      chance: () => random.float(),
    };
    this.#extenders =
      settings.extenders &&
      new Extenders({ settings: settings.extenders, nodes: this.#cache, clock, log: options.log });
    const extenders = this.#extenders;
    const isWaiting = (pod: PodInfo) => !isPlaced(pod.uid) && this.#failures.current(pod) !== undefined;
    const profileWith = (userPlugins: PluginRegistry, own: ProfileSettings): RunningProfile => {
      const framework = new MeasuredFramework(profile({ ...sources, userPlugins }, own), clock, pods, {
        extensionPoint: this.#metrics.extensionPoints(own.schedulerName),
        permitted: (...about) => this.#metrics.permitted(...about),
      });
      const chooser = new NodeChooser(framework, this.#cache, random, own.percentageOfNodesToScore);
      const cycle = new SchedulingCycle(framework, this.#cache, chooser, nominator);
      const parts = { framework, chooser, cycle, nodes: this.#cache, random, isWaiting };
      const extended = extenders && new ExtendedCycle({ ...parts, extenders });
      return { framework, cycle, ...(extended && { extended }) };
    };
    this.#makeProfiles = (userPlugins) =>
      new Map(settings.profiles.map((own) => [own.schedulerName, profileWith(userPlugins, own)]));
    this.#profiles = this.#makeProfiles(options.userPlugins ?? NO_PLUGINS);
    // Pods of all profiles stand in one queue, so they have one order.
    const { framework: first } = this.#profileOf(settings.profiles[0]?.schedulerName);
    this.#queue = new SchedulingQueue(
      clock,
      (a, b) => first.less(a, b),
      {
        mayEnter: (info) => this.#of(info).framework.runPreEnqueuePlugins(info).code === 'Success',
        mayFitAfter: (pod, event) => this.#of(pod.info).framework.mayFitAfter(pod, event),
        onIncoming: (place, event) => this.#metrics.queued(place, event),
      },
      settings,
    );
    const retriesAlways = (pod: PodInfo) => this.#groups?.concerns(pod) ?? false;
    this.#failures = new FailureHandler({ ...options, retriesAlways }, this.#queue, nominator);
    this.#groups =
      members &&
      new GroupScheduler({
        ...{
          members,
          queue: this.#queue,
          waitingPods: this.#waitingPods,
          client,
          clock,
          log: options.log,
          isWaiting,
        },
        cycleOf: (pod) => this.#of(pod).cycle,
        track: (work) => this.#track(work),
        bind: ({ queued, state, node }) =>
          this.#track(this.#bind(this.#of(queued.info), state, node, this.#attemptOf(queued))),
        fail: ({ queued, failure }) => this.#track(this.#fail(this.#attemptOf(queued), failure)),
      });
    const waiting = informers.informer(Pod).lister;
    this.placements = new Placements({
      ...{ cache: this.#cache, queue: this.#queue, nominator, clock },
      framework: (name) => this.#profiles.get(name)?.framework,
      pod: (namespace, name) => waiting.get(name, namespace),
      diagnosis: (uid) => this.#diagnoses.get(uid),
    });
    this.#metrics.watch({
      pending: () => this.#queue.sizes(),
      cached: () => this.#cache.sizes(),
      rejections: () => this.#rejections(),
    });
    addStorageEventHandlers(informers, this.#queue);
    addEventHandlers(informers, {
      cache: this.#cache,
      queue: this.#queue,
      nominator,
      waitingPods: this.#waitingPods,
      isOurs: (name) => this.#profiles.has(name),
      isInCycle: (uid) => uid === this.#inCycle || this.#groups?.isInCycle(uid) === true,
      onSettled: (uid) => this.#diagnoses.delete(uid),
      onDeleting: (uid) => this.#preemptions.seen(uid),
    });
  }

  /** Why a pod that waits found no node at its last attempt. */
  diagnosis(uid: string): Diagnosis | undefined {
    return this.#diagnoses.get(uid);
  }

  /** New cycles run these plugins, and pods that wait are tried again. Throws, and changes nothing, if no profile can be made of them. */
  replacePlugins(userPlugins: PluginRegistry): void {
    this.#profiles = this.#makeProfiles(userPlugins);
    this.#queue.retryAll();
  }

  /** Schedules until stop(); call it once the informers are started, and once leader. */
  async run(): Promise<void> {
    const { informers, clock } = this.#options;
    await informers.synced();
    let since = clock.monotonic();
    while (!this.#stop.signal.aborted) {
      const next = await this.#queue.next(this.#stop.signal);
      if (next && this.#groups?.concerns(next.info)) await this.#groups.schedule(next, this.#stop.signal);
      else if (next && this.#extenders?.haveASayAbout(next.info)) await this.#scheduleWithExtenders(next);
      else if (next) this.#schedule(next);
      if (clock.monotonic() - since < SLICE_MS) continue;
      await clock.turn();
      since = clock.monotonic();
    }
  }

  /** Resolves when no binding, no condition and no preemption is in flight. Pods that wait for Permit are released, without an event. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#queue.close();
    this.#extenders?.stop();
    for (const waiting of this.#waitingPods.list()) waiting.reject('', 'the scheduler stops');
    const devices = this.#dynamicResources.stop();
    while (this.#running.size > 0) await Promise.all(this.#running);
    await devices;
    await this.#preemptions.stop();
    this.#extenders?.close();
  }

  #of({ pod }: PodInfo): RunningProfile {
    return this.#profileOf(schedulerNameOf(pod));
  }

  #profileOf(name = ''): RunningProfile {
    const found = this.#profiles.get(name);
    if (!found) throw new Error(`profile not found for scheduler name ${JSON.stringify(name)}`);
    return found;
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  #schedule(queued: QueuedPodInfo): void {
    const attempt = this.#attemptOf(queued);
    const state = new CycleState();
    const profile = this.#of(queued.info);
    const outcome = profile.cycle.run(state, queued.info);
    this.#end(profile, state, attempt, outcome);
  }

  /** Other pods wait meanwhile, as upstream. */
  async #scheduleWithExtenders(queued: QueuedPodInfo): Promise<void> {
    const { info } = queued;
    const attempt = this.#attemptOf(queued);
    this.#inCycle = info.uid;
    const profile = this.#of(info);
    const running = profile.extended!.run(info);
    this.#track(running.then(() => {}));
    const { state, outcome } = await running;
    this.#inCycle = undefined;
    if (!outcome || this.#stop.signal.aborted) return;
    // A pod that has changed meanwhile is tried again as if something else had.
    const isSame = this.#failures.current(info) === info;
    this.#end(profile, state, isSame ? attempt : { ...attempt, changes: -1 }, outcome);
  }

  /** The plugins may be replaced before the pod is bound: it keeps those of its cycle. */
  #end(profile: RunningProfile, state: CycleState, attempt: Attempt, outcome: Outcome): void {
    this.#metrics.chosen((this.#options.clock.monotonic() - attempt.started) / 1000);
    const work =
      'node' in outcome ? this.#bind(profile, state, outcome.node, attempt) : this.#fail(attempt, outcome);
    this.#track(work);
  }

  async #bind(profile: RunningProfile, state: CycleState, node: string, attempt: Attempt): Promise<void> {
    const { events, log, clock } = this.#options;
    const { queued, changes } = attempt;
    const { info } = queued;
    const { framework, cycle } = profile;
    const status = await runBindingCycle(framework, state, info, node, (pod, target) =>
      this.#extenders?.bind(pod, target),
    );
    if (status.code === 'Success') {
      const [name, namespace] = [nameOf(info.pod), namespaceOf(info.pod)];
      const message = `Successfully assigned ${namespace}/${name} to ${node}`;
      const component = schedulerNameOf(info.pod);
      events.record(referenceTo(Pod, info.pod), 'Normal', 'Scheduled', message, {
        action: 'Binding',
        component,
      });
      this.#diagnoses.delete(info.uid);
      this.#metrics.scheduled(queued, clock.monotonic());
      return this.#count(attempt, 'scheduled');
    }
    const failure = failureOn(node, status);
    if (!failure.rejected) log.warn('binding failed', { pod: info.key, node, error: status.cause });
    cycle.release(state, info, node);
    // Pods that were refused for want of what this one held may fit now. This one's own release does not help it.
    const unchanged = changes === this.#queue.changes;
    this.#queue.moveAll({ type: 'PodDeleted', pod: info });
    await this.#fail({ ...attempt, changes: unchanged ? this.#queue.changes : changes }, failure);
  }

  async #fail(attempt: Attempt, failure: Failure): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { queued, changes } = attempt;
    this.#count(attempt, failure.rejected ? 'unschedulable' : 'error');
    if (failure.diagnosis) this.#diagnoses.set(queued.info.uid, failure.diagnosis);
    await this.#failures.handle(queued, failure, changes);
  }

  #countVolumeFailure(operation: string): void {
    this.#options.metrics
      .counter('scheduler_volume_scheduling_stage_error_total', 'Volume scheduling stage error count')
      .add({ operation });
  }

  #count({ queued, started }: Attempt, result: AttemptResult): void {
    const seconds = (this.#options.clock.monotonic() - started) / 1000;
    this.#metrics.attempted(schedulerNameOf(queued.info.pod), result, seconds);
  }

  #attemptOf(queued: QueuedPodInfo): Attempt {
    return { queued, changes: this.#queue.changes, started: this.#options.clock.monotonic() };
  }

  /** The plugin and profile of every rejection of a pod in the queue. */
  *#rejections(): Iterable<readonly [plugin: string, profile: string]> {
    for (const { info, rejectedBy = [], isGated } of this.#queue.waiting()) {
      const name = schedulerNameOf(info.pod);
      const gate = isGated && this.#of(info).framework.runPreEnqueuePlugins(info).plugin;
      for (const plugin of gate ? [gate] : rejectedBy) yield [plugin, name];
    }
  }
}
