// One look at an autoscaler: reads the scale, asks for metrics, sets the scale, writes the status. Failures are events and conditions; they
// are not retried before the next period. Called by controller.ts.
import { HorizontalPodAutoscaler } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { keyOf, labelsOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { LabelSelector } from '../../api/selectors/label-selector.ts';
import { parseLabelSelector } from '../../api/selectors/parse-labels.ts';
import { type EventType, referenceTo } from '../../client/events/events.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import { BY_NAMESPACE } from '../../client/informer/indices.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { discoveredKinds, type Kinds } from '../framework/discovered-kinds.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { type Finding, isFalse, isTrue, unableToCompute, withFinding, without } from './conditions.ts';
import {
  BELOW_MINIMUM,
  type Bounds,
  boundsOf,
  decideFirst,
  reasonFor,
  type Zero,
  zeroFinding,
  zeroOf,
} from './decide.ts';
import type { Action, ErrorLabel, Instruments } from './instruments.ts';
import { type History, newHistory, withScaling } from './limits/history.ts';
import { normalize } from './limits/normalize.ts';
import { MetricFailure, measure, type Scaled } from './measures/measure.ts';
import { type MetricsSource, metricsSource } from './measures/metrics-source.ts';
import { tolerancesOf } from './replicas/tolerance.ts';
import { groupOf, rescale, type ScaleTarget, scaleOf } from './scale-target.ts';
import { Selectors } from './selectors.ts';
import type { AutoscalerSettings } from './settings.ts';
import type { Autoscaler, Condition, Measured, Metric, Status } from './types.ts';

/** Ends a look; what it says is logged, conditions and events are written already. */
class Failure extends Error {
  readonly label: ErrorLabel;

  constructor(message: string, label: ErrorLabel, cause?: unknown) {
    super(message, { cause });
    this.label = label;
  }
}

/** What becomes of the autoscaler during one look. */
interface Look {
  readonly autoscaler: Autoscaler;
  readonly key: string;
  conditions: Condition[];
  current: number;
  desired: number;
  measured: readonly Measured[] | undefined;
  action: Action;
  rescaledAt: string | undefined;
}

export class Reconciler {
  readonly #context: ControllerContext;
  readonly #settings: AutoscalerSettings;
  readonly #pods: Lister<Pod & KubeObject>;
  readonly #instruments: Instruments;
  readonly #kinds: Kinds;
  readonly #source: MetricsSource;
  readonly #writes: OwnWrites;
  readonly #selectors = new Selectors();
  readonly #histories = new Map<string, History>();

  constructor(
    context: ControllerContext,
    settings: AutoscalerSettings,
    pods: Lister<Pod & KubeObject>,
    instruments: Instruments,
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#pods = pods;
    this.#instruments = instruments;
    this.#kinds = discoveredKinds(context, context.clock);
    this.#source = metricsSource(context.client, this.#kinds);
    this.#writes = new OwnWrites(context.clock);
  }

  forget(key: string): void {
    this.#histories.delete(key);
    this.#selectors.forget(key);
  }

  behindMs(key: string, cache: Lister<KubeObject>): number {
    return this.#writes.behindMs(key, cache);
  }

  /** Never rejects. */
  async reconcile(autoscaler: Autoscaler): Promise<void> {
    const { clock, log } = this.#context;
    const began = clock.monotonic();
    const { conditions = [], desiredReplicas = 0, currentReplicas = 0 } = autoscaler.status ?? {};
    const look: Look = {
      autoscaler,
      key: keyOf(autoscaler),
      conditions: [...conditions],
      current: currentReplicas,
      desired: desiredReplicas,
      measured: autoscaler.status?.currentMetrics,
      action: 'none',
      rescaledAt: undefined,
    };
    let label: ErrorLabel = 'none';
    try {
      await this.#look(look);
    } catch (error) {
      label = error instanceof Failure ? error.label : 'internal';
      log.info('an autoscaler was not reconciled', { key: look.key, error: messageOf(error) });
    }
    await this.#writeStatus(look);
    this.#instruments.reconciled(look.action, label, clock.monotonic() - began);
  }

  async #look(look: Look): Promise<void> {
    const { autoscaler, key } = look;
    const target = await this.#target(look);
    const current = target.scale.spec?.replicas ?? 0;
    look.current = current;
    this.#note(look, isTrue('AbleToScale', 'SucceededGetScale', GOT_SCALE));
    if (!this.#histories.has(key)) this.#histories.set(key, newHistory(current, this.#now()));
    const bounds = boundsOf(autoscaler);
    const zero = zeroOf(autoscaler, look.conditions, this.#settings.scaleToZero);
    const first = decideFirst(current, bounds, zero);
    look.measured = undefined;
    if (first.do === 'nothing') {
      this.#note(look, first.finding);
      if (!zero.gate) look.conditions = without(look.conditions, 'ScaledToZero');
      look.desired = current;
      return;
    }
    if (first.do === 'scale') {
      await this.#rescale(look, target, first.replicas, first.reason, bounds, zero);
      look.desired = first.replicas;
      return;
    }
    const { replicas, metric, failure } = await this.#measureAll(look, target);
    let reason = reasonFor(current, replicas, metric);
    let desired = this.#normalized(look, replicas, bounds);
    if (current === 0 && bounds.min !== 0 && zero.scaled && desired < bounds.min) {
      desired = bounds.min;
      reason ||= BELOW_MINIMUM;
    }
    if (desired !== current) await this.#rescale(look, target, desired, reason, bounds, zero);
    look.desired = desired;
    if (failure) throw failure;
  }

  async #target(look: Look): Promise<ScaleTarget> {
    const { autoscaler } = look;
    const { scaleTargetRef } = autoscaler.spec;
    const namespace = namespaceOf(autoscaler);
    const failed = (error: unknown, what: string, label: ErrorLabel): never => {
      const message = messageOf(error);
      this.#event(look, 'Warning', 'FailedGetScale', message);
      const text = `the HPA controller was unable to get the target's current scale: ${message}`;
      this.#note(look, isFalse('AbleToScale', 'FailedGetScale', text));
      throw new Failure(`${what}: ${message}`, label, error);
    };
    let group = '';
    try {
      group = groupOf(scaleTargetRef);
    } catch (error) {
      failed(error, 'invalid API version in scale target reference', 'spec');
    }
    const { client } = this.#context;
    return scaleOf(client, this.#kinds, namespace, group, scaleTargetRef).catch((error: unknown) =>
      failed(error, `failed to query scale subresource for ${this.#reference(autoscaler)}`, 'internal'),
    );
  }

  /** The highest proposal. Metrics that fail do not keep replicas from being added, only from being taken away. */
  async #measureAll(look: Look, { scale }: ScaleTarget) {
    const { autoscaler } = look;
    const metrics = autoscaler.spec.metrics ?? [];
    const scaled = this.#scaled(look, scale);
    // As upstream, a metric that failed has a status without content.
    const statuses: Measured[] = metrics.map(() => ({ type: '' }));
    look.measured = statuses;
    const failures: MetricFailure[] = [];
    let best = { replicas: 0, name: '' };
    for (const [i, metric] of metrics.entries()) {
      const proposal = await this.#measure(look, scaled, metric).catch((error: unknown) => {
        if (!(error instanceof MetricFailure)) throw error;
        failures.push(error);
      });
      if (!proposal) continue;
      statuses[i] = proposal.status;
      if (best.replicas === 0 || proposal.replicas > best.replicas) best = proposal;
    }
    const [first] = failures;
    const failure =
      first &&
      new Failure(
        `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${first.outer}`,
        'internal',
        first,
      );
    const isDecided = failures.length < metrics.length && !(failure && best.replicas < scaled.specReplicas);
    if (failure && !isDecided) {
      this.#note(look, unableToCompute(first.reason, first.message));
      this.#fail(look, failure);
    }
    const message = `the HPA was able to successfully calculate a replica count from ${best.name}`;
    this.#note(look, isTrue('ScalingActive', 'ValidMetricFound', message));
    return { replicas: best.replicas, metric: best.name, failure };
  }

  #fail(look: Look, failure: Failure): never {
    this.#event(look, 'Warning', 'FailedComputeMetricsReplicas', failure.message);
    const what = 'failed to compute desired number of replicas based on listed metrics for';
    throw new Failure(
      `${what} ${this.#reference(look.autoscaler)}: ${failure.message}`,
      failure.label,
      failure,
    );
  }

  async #measure(look: Look, scaled: Scaled, metric: Metric) {
    const { clock } = this.#context;
    const began = clock.monotonic();
    const done = (action: Action, error: ErrorLabel) =>
      this.#instruments.computed(action, error, metric.type, clock.monotonic() - began);
    try {
      const proposal = await measure(this.#source, scaled, metric);
      done(actionOf(look.autoscaler.status?.currentReplicas ?? 0, proposal.replicas), 'none');
      return proposal;
    } catch (error) {
      if (error instanceof MetricFailure) this.#event(look, 'Warning', error.reason, error.message);
      done('none', error instanceof MetricFailure && error.isSpec ? 'spec' : 'internal');
      throw error;
    }
  }

  #scaled(look: Look, { spec, status }: ScaleTarget['scale']): Scaled {
    const { autoscaler } = look;
    const namespace = namespaceOf(autoscaler);
    const text = status?.selector ?? '';
    const selector = this.#selector(look, text);
    const pods = this.#pods.byIndex(BY_NAMESPACE, namespace).filter((pod) => selector.matches(labelsOf(pod)));
    this.#selectors.set(look.key, selector);
    const rivals = this.#selectors.of(namespace, pods);
    if (rivals.length > 1)
      this.#refuseSelector(
        look,
        'AmbiguousSelector',
        `pods by selector ${text} are controlled by multiple HPAs: [${rivals.join(' ')}]`,
      );
    return {
      namespace,
      specReplicas: spec?.replicas ?? 0,
      statusReplicas: status?.replicas ?? 0,
      selector: text,
      pods,
      tolerances: tolerancesOf(this.#settings, autoscaler.spec.behavior),
      periods: this.#settings,
      now: () => this.#now(),
    };
  }

  #selector(look: Look, text: string): LabelSelector {
    if (text === '') {
      this.#event(look, 'Warning', 'SelectorRequired', 'selector is required');
      const message = "the HPA target's scale is missing a selector";
      this.#note(look, isFalse('ScalingActive', 'InvalidSelector', message));
      this.#fail(look, new Failure('selector is required', 'internal'));
    }
    try {
      return parseLabelSelector(text);
    } catch (error) {
      const message = `couldn't convert selector into a corresponding internal selector object: ${messageOf(error)}`;
      return this.#refuseSelector(look, 'InvalidSelector', message);
    }
  }

  #refuseSelector(look: Look, reason: string, message: string): never {
    this.#event(look, 'Warning', reason, message);
    this.#note(look, isFalse('ScalingActive', reason, message));
    this.#fail(look, new Failure(message, 'internal'));
  }

  #normalized(look: Look, desired: number, bounds: Bounds): number {
    const { key, current, autoscaler } = look;
    const { behavior } = autoscaler.spec;
    const { downscaleStabilizationMs } = this.#settings;
    const before = this.#histories.get(key) ?? newHistory(current, this.#now());
    const { replicas, findings, history } = normalize(
      { current, desired, ...bounds, behavior, downscaleStabilizationMs, now: this.#now() },
      before,
    );
    this.#remember(key, history);
    for (const finding of findings) this.#note(look, finding);
    return replicas;
  }

  async #rescale(
    look: Look,
    target: ScaleTarget,
    replicas: number,
    reason: string,
    bounds: Bounds,
    zero: Zero,
  ): Promise<void> {
    const { autoscaler, current, key } = look;
    const { client, clock } = this.#context;
    try {
      await rescale(client, clock, target, namespaceOf(autoscaler), replicas);
    } catch (error) {
      const message = messageOf(error);
      const what = `New size: ${replicas}; reason: ${reason}; error: ${message}`;
      this.#event(look, 'Warning', 'FailedRescale', what);
      const text = `the HPA controller was unable to update the target scale: ${message}`;
      this.#note(look, isFalse('AbleToScale', 'FailedUpdateScale', text));
      throw new Failure(`failed to rescale ${this.#reference(autoscaler)}: ${message}`, 'internal', error);
    }
    look.action = actionOf(current, replicas);
    look.rescaledAt = rfc3339(this.#now());
    const text = `the HPA controller was able to update the target scale to ${replicas}`;
    this.#note(look, isTrue('AbleToScale', 'SucceededRescale', text));
    this.#event(look, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`);
    const { behavior } = autoscaler.spec;
    const history = this.#histories.get(key);
    if (behavior && history)
      this.#remember(key, withScaling(history, behavior, current, replicas, this.#now()));
    const finding = zeroFinding(current, replicas, bounds, zero);
    if (finding) this.#note(look, finding);
    else look.conditions = without(look.conditions, 'ScaledToZero');
  }

  /** Unless the autoscaler was deleted meanwhile. */
  #remember(key: string, history: History): void {
    if (this.#histories.has(key)) this.#histories.set(key, history);
  }

  async #writeStatus(look: Look): Promise<void> {
    const { autoscaler, conditions, current, desired, measured, rescaledAt } = look;
    const lastScaleTime = rescaledAt ?? autoscaler.status?.lastScaleTime;
    const status: Status = {
      currentReplicas: current,
      desiredReplicas: desired,
      ...(lastScaleTime && { lastScaleTime }),
      ...(measured && { currentMetrics: [...measured] }),
      conditions,
    };
    if (sameMeaning(autoscaler.status, status)) return;
    try {
      const { client } = this.#context;
      const changed = { ...autoscaler, status };
      const written = await client.update(HorizontalPodAutoscaler, changed, { subresource: 'status' });
      this.#writes.wrote(look.key, written);
    } catch (error) {
      this.#event(look, 'Warning', 'FailedUpdateStatus', messageOf(error));
      this.#context.log.info('the status of an autoscaler was not written', {
        key: look.key,
        error: messageOf(error),
      });
    }
  }

  #note(look: Look, finding: Finding): void {
    look.conditions = withFinding(look.conditions, finding, rfc3339(this.#now()));
  }

  #event({ autoscaler }: Look, type: EventType, reason: string, message: string): void {
    this.#context.events.record(referenceTo(HorizontalPodAutoscaler, autoscaler), type, reason, message);
  }

  #reference({ metadata, spec }: Autoscaler): string {
    return `${spec.scaleTargetRef.kind}/${metadata.namespace}/${spec.scaleTargetRef.name}`;
  }

  #now(): number {
    return this.#context.clock.now();
  }
}

const GOT_SCALE = "the HPA controller was able to get the target's current scale";

function actionOf(from: number, to: number): Action {
  if (to > from) return 'scale_up';
  return to < from ? 'scale_down' : 'none';
}
