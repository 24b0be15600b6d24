// What one metric of an autoscaler says: how many replicas it asks for, and what its status shows.
// Upstream: computeReplicasForMetric and computeStatusFor… in pkg/controller/podautoscaler/horizontal.go.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { formatQuantity, milliValue, quantityOf } from '../../../api/quantity/quantity.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import { messageOf } from '../../../kit/message-of.ts';
import {
  averageReplicas,
  type PodAnswer,
  type PodQuestion,
  utilizationReplicas,
} from '../replicas/from-pods.ts';
import { perReplica, valueReplicas } from '../replicas/from-value.ts';
import type { Periods, PodValues } from '../replicas/pod-groups.ts';
import { requestsOf } from '../replicas/requests.ts';
import type { Tolerances } from '../replicas/tolerance.ts';
import type { Measured, Metric } from '../types.ts';
import type { MetricsSource } from './metrics-source.ts';
import { selectorText } from './selector-text.ts';

export interface Scaled {
  readonly namespace: string;
  /** Of the scale: what is wanted, and what was observed. */
  readonly specReplicas: number;
  readonly statusReplicas: number;
  /** As the scale has it. */
  readonly selector: string;
  readonly pods: readonly Readonly<Pod>[];
  readonly tolerances: Tolerances;
  readonly periods: Periods;
  readonly now: () => number;
}

export interface Proposal {
  readonly replicas: number;
  /** Names the metric in reasons of events. */
  readonly name: string;
  readonly status: Measured;
}

/** Why a metric says nothing. `message` is of the event and condition with the reason; `outer` names the metric, too. */
export class MetricFailure extends Error {
  readonly reason: string;
  readonly outer: string;
  /** The specification cannot be followed. */
  readonly isSpec: boolean;

  constructor(reason: string, cause: unknown, outer: (message: string) => string, isSpec = false) {
    super(messageOf(cause), { cause });
    this.reason = reason;
    this.outer = outer(this.message);
    this.isSpec = isSpec;
  }
}

export async function measure(source: MetricsSource, scaled: Scaled, metric: Metric): Promise<Proposal> {
  const failing =
    (reason: string, what: string) =>
    (error: unknown): never => {
      throw new MetricFailure(reason, error, (message) => `failed to get ${what}: ${message}`);
    };
  const { resource, containerResource, pods, object, external } = metric;
  if (metric.type === 'Resource' && resource)
    return ofResource(source, scaled, resource).catch(
      failing('FailedGetResourceMetric', `${resource.name} resource metric value`),
    );
  if (metric.type === 'ContainerResource' && containerResource)
    return ofContainer(source, scaled, containerResource).catch(
      failing('FailedGetContainerResourceMetric', `${containerResource.container} container metric value`),
    );
  if (metric.type === 'Pods' && pods)
    return ofPods(source, scaled, pods).catch(failing('FailedGetPodsMetric', 'pods metric value'));
  if (metric.type === 'Object' && object)
    return ofObject(source, scaled, object).catch(failing('FailedGetObjectMetric', 'object metric value'));
  if (metric.type === 'External' && external)
    return ofExternal(source, scaled, external).catch(
      failing('FailedGetExternalMetric', `${external.metric.name} external metric value`),
    );
  const unknown = new Error(`unknown metric source type ${JSON.stringify(metric.type)}`);
  throw new MetricFailure('InvalidMetricSourceType', unknown, (message) => message, true);
}

type ResourceSource = NonNullable<Metric['resource']>;

async function ofResource(
  source: MetricsSource,
  scaled: Scaled,
  { name, target }: ResourceSource,
): Promise<Proposal> {
  const { answer, current } = await resourceUse(source, scaled, name, target, '');
  const what = answer.utilization === undefined ? 'resource' : 'resource utilization (percentage of request)';
  return {
    replicas: answer.replicas,
    name: `${name} ${what}`,
    status: { type: 'Resource', resource: { name, current } },
  };
}

async function ofContainer(
  source: MetricsSource,
  scaled: Scaled,
  { name, container, target }: NonNullable<Metric['containerResource']>,
): Promise<Proposal> {
  const { answer, current } = await resourceUse(source, scaled, name, target, container);
  const what =
    answer.utilization === undefined ? 'resource' : 'container resource utilization (percentage of request)';
  return {
    replicas: answer.replicas,
    name: `${name} ${what}`,
    status: { type: 'ContainerResource', containerResource: { name, container, current } },
  };
}

async function resourceUse(
  source: MetricsSource,
  scaled: Scaled,
  name: string,
  target: ResourceSource['target'],
  container: string,
) {
  const { averageValue, averageUtilization } = target;
  if (averageValue === undefined && averageUtilization === undefined)
    throw new Error(
      'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set',
    );
  const kind = averageValue === undefined ? 'utilization' : 'usage';
  try {
    const values = await within(`unable to get metrics for resource ${name}`, () =>
      source.resource(name, scaled.namespace, scaled.selector, container),
    );
    const question = questionOf(scaled, values, name);
    const answer: PodAnswer =
      averageValue === undefined
        ? utilizationReplicas(question, averageUtilization!, () => requestsOf(question.pods, container, name))
        : averageReplicas(question, milliValue(averageValue));
    const { utilization, average } = answer;
    const format = name === 'memory' ? 'BinarySI' : 'DecimalSI';
    const current = {
      ...(utilization !== undefined && { averageUtilization: utilization }),
      averageValue: formatQuantity(quantityOf(average, format, -3)),
    };
    return { answer, current };
  } catch (cause) {
    throw new Error(`failed to get ${name} ${kind}: ${messageOf(cause)}`, { cause });
  }
}

async function ofPods(
  source: MetricsSource,
  scaled: Scaled,
  { metric, target }: NonNullable<Metric['pods']>,
): Promise<Proposal> {
  const values = await within(`unable to get metric ${metric.name}`, () =>
    source.pods(metric.name, scaled.namespace, scaled.selector, selectorOf(metric)),
  );
  const answer = averageReplicas(questionOf(scaled, values, ''), milliValue(target.averageValue ?? '0'));
  const current = { averageValue: amount(answer.average) };
  return {
    replicas: answer.replicas,
    name: `pods metric ${metric.name}`,
    status: { type: 'Pods', pods: { metric, current } },
  };
}

async function ofObject(
  source: MetricsSource,
  scaled: Scaled,
  { metric, target, describedObject }: NonNullable<Metric['object']>,
): Promise<Proposal> {
  const { namespace, tolerances, specReplicas, statusReplicas, pods } = scaled;
  const { kind, name } = describedObject;
  const ask = () =>
    source.object(metric.name, namespace, describedObject, selectorOf(metric)).catch((cause: unknown) => {
      const message = `unable to get metric ${metric.name}: ${kind} on ${namespace} ${name}/${messageOf(cause)}`;
      throw new Error(message, { cause });
    });
  const status = (current: object): Measured => ({
    type: 'Object',
    object: { metric, describedObject, current },
  });
  if (target.type === 'Value' && target.value !== undefined) {
    const question = { value: await ask(), target: milliValue(target.value), tolerances };
    return {
      replicas: valueReplicas(question, specReplicas, pods),
      name: `${kind} metric ${metric.name}`,
      status: status({ value: amount(question.value) }),
    };
  }
  if (target.type === 'AverageValue' && target.averageValue !== undefined) {
    const value = await within(`failed to get ${metric.name} object metric`, ask);
    const question = { value, target: milliValue(target.averageValue), tolerances };
    const { replicas, average } = perReplica(question, statusReplicas);
    return { replicas, name: externalName(metric), status: status({ averageValue: amount(average) }) };
  }
  throw new Error('invalid object metric source: neither a value target nor an average value target was set');
}

async function ofExternal(
  source: MetricsSource,
  scaled: Scaled,
  { metric, target }: NonNullable<Metric['external']>,
): Promise<Proposal> {
  const { namespace, tolerances, specReplicas, statusReplicas, pods } = scaled;
  const name = externalName(metric);
  const path = `${namespace}/${metric.name}/${selectorText(metric.selector)}`;
  const ask = async () =>
    (
      await within(`unable to get external metric ${path}`, () =>
        source.external(metric.name, namespace, selectorOf(metric)),
      )
    ).reduce((sum, value) => sum + value, 0);
  const status = (current: object): Measured => ({ type: 'External', external: { metric, current } });
  if (target.averageValue !== undefined) {
    const value = await within(`failed to get ${metric.name} external metric`, ask);
    const question = { value, target: milliValue(target.averageValue), tolerances };
    const { replicas, average } = perReplica(question, statusReplicas);
    return { replicas, name, status: status({ averageValue: amount(average) }) };
  }
  if (target.value !== undefined) {
    const value = await within(`failed to get external metric ${metric.name}`, ask);
    const question = { value, target: milliValue(target.value), tolerances };
    const replicas = valueReplicas(question, specReplicas, pods);
    return { replicas, name, status: status({ value: amount(value) }) };
  }
  throw new Error(
    'invalid external metric source: neither a value target nor an average value target was set',
  );
}

const questionOf = (
  { specReplicas, pods, tolerances, periods, now }: Scaled,
  values: PodValues,
  resource: string,
): PodQuestion => ({ current: specReplicas, pods, values, resource, tolerances, periods, now: now() });

async function within<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new Error(`${what}: ${messageOf(cause)}`, { cause });
  }
}

interface Named {
  readonly name: string;
  readonly selector?: Parameters<typeof labelSelectorOf>[0];
}

const externalName = ({ name, selector }: Named): string =>
  `external metric ${name}(${selectorText(selector)})`;

/** As a query; empty, which selects everything, without a selector. */
const selectorOf = ({ selector }: Named): string => (selector ? labelSelectorOf(selector).toString() : '');

/** The largest int64, in thousandths. */
const MOST = 2n ** 63n - 1n;

function amount(milli: number): string {
  const whole = BigInt(Math.trunc(milli));
  return formatQuantity(quantityOf(whole > MOST ? MOST : whole, 'DecimalSI', -3));
}
