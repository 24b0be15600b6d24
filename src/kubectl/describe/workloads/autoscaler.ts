// `kubectl describe hpa`: as autoscaling/v2, or as v1 from a server that has no other.
import type { HorizontalPodAutoscaler as V1 } from '../../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import type {
  HorizontalPodAutoscaler,
  MetricTarget,
  MetricValueStatus,
} from '../../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { findEvents, writeEvents } from '../events.ts';
import { writeHead } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { orUnset, quantityText, timeText } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';

type Spec = NonNullable<HorizontalPodAutoscaler['spec']>;
type Metric = NonNullable<Spec['metrics']>[number];
type Status = NonNullable<HorizontalPodAutoscaler['status']>;
type Current = NonNullable<Status['currentMetrics']>[number];

const RESOURCE = 'horizontalpodautoscalers';

export default async function describe(subject: Subject): Promise<string> {
  let autoscaler: HorizontalPodAutoscaler;
  try {
    autoscaler = await readObject<HorizontalPodAutoscaler>(subject, 'apis/autoscaling/v2', RESOURCE);
  } catch {
    return describeV1(subject, await readObject<V1>(subject, 'apis/autoscaling/v1', RESOURCE));
  }
  const events = await findEvents(subject, autoscaler);
  const { spec, status } = autoscaler;
  const w = new DescriptionWriter();
  writeTarget(w, autoscaler);
  w.row(0, 'Metrics', '( current / target )');
  for (const [i, metric] of (spec?.metrics ?? []).entries())
    writeMetric(w, metric, status?.currentMetrics?.[i]);
  writeRange(w, autoscaler);
  if (spec?.behavior) {
    w.write(0, 'Behavior:\n');
    writeRules(w, 'Scale Up', spec.behavior.scaleUp);
    writeRules(w, 'Scale Down', spec.behavior.scaleDown);
  }
  writeReplicas(w, autoscaler);
  if (status?.conditions?.length) {
    w.write(0, 'Conditions:\n');
    w.cells(1, 'Type', 'Status', 'Reason', 'Message');
    w.cells(1, '----', '------', '------', '-------');
    for (const one of status.conditions)
      w.cells(1, one.type, one.status, one.reason ?? '', one.message ?? '');
  }
  writeEvents(w, events, subject.now);
  return w.text();
}

async function describeV1(subject: Subject, autoscaler: V1): Promise<string> {
  const events = await findEvents(subject, autoscaler);
  const { spec, status } = autoscaler;
  const w = new DescriptionWriter();
  writeTarget(w, autoscaler);
  if (spec?.targetCPUUtilizationPercentage !== undefined) {
    w.row(0, 'Target CPU utilization', `${spec.targetCPUUtilizationPercentage}%`);
    w.row(0, 'Current CPU utilization', `${status?.currentCPUUtilizationPercentage ?? '<unknown>'}%`);
  }
  writeRange(w, autoscaler);
  writeReplicas(w, autoscaler);
  writeEvents(w, events, subject.now);
  return w.text();
}

type Either = HorizontalPodAutoscaler | V1;

function writeTarget(w: DescriptionWriter, autoscaler: Either): void {
  writeHead(w, autoscaler);
  w.row(0, 'CreationTimestamp', timeText(autoscaler.metadata?.creationTimestamp));
  const target = autoscaler.spec?.scaleTargetRef;
  w.row(0, 'Reference', `${target?.kind}/${target?.name}`);
}

function writeRange(w: DescriptionWriter, { spec }: Either): void {
  w.row(0, 'Min replicas', orUnset(spec?.minReplicas));
  w.row(0, 'Max replicas', spec?.maxReplicas ?? 0);
}

function writeReplicas(w: DescriptionWriter, { spec, status }: Either): void {
  const { currentReplicas = 0, desiredReplicas = 0 } = status ?? {};
  w.row(0, `${spec?.scaleTargetRef.kind} pods`, `${currentReplicas} current / ${desiredReplicas} desired`);
}

const UNKNOWN = '<unknown>';

const amount = (value: string | undefined) => (value === undefined ? UNKNOWN : quantityText(value));

function writeMetric(w: DescriptionWriter, metric: Metric, current: Current | undefined): void {
  const { external, pods, object, resource, containerResource } = metric;
  if (metric.type === 'External' && external) {
    const name = JSON.stringify(external.metric.name);
    if (external.target.averageValue !== undefined)
      w.row(
        1,
        `${name} (target average value)`,
        `${amount(current?.external?.current.averageValue)} / ${quantityText(external.target.averageValue)}`,
      );
    else
      w.row(
        1,
        `${name} (target value)`,
        `${amount(current?.external?.current.value)} / ${quantityText(external.target.value)}`,
      );
  } else if (metric.type === 'Pods' && pods) {
    const target = quantityText(pods.target.averageValue);
    w.row(
      1,
      `${JSON.stringify(pods.metric.name)} on pods`,
      `${amount(current?.pods?.current.averageValue)} / ${target}`,
    );
  } else if (metric.type === 'Object' && object) {
    const { kind, name } = object.describedObject;
    const subject = `"${object.metric.name}" on ${kind}/${name} `;
    if (object.target.type === 'AverageValue')
      w.row(
        1,
        `${subject}(target average value)`,
        `${amount(current?.object?.current.averageValue)} / ${quantityText(object.target.averageValue)}`,
      );
    else
      w.row(
        1,
        `${subject}(target value)`,
        `${amount(current?.object?.current.value)} / ${quantityText(object.target.value)}`,
      );
  } else if (metric.type === 'Resource' && resource)
    writeResource(w, `resource ${resource.name} on pods`, resource.target, current?.resource?.current);
  else if (metric.type === 'ContainerResource' && containerResource) {
    const subject = `resource ${containerResource.name} of container "${containerResource.container}" on pods`;
    writeResource(w, subject, containerResource.target, current?.containerResource?.current);
  } else w.write(1, `<unknown metric type ${JSON.stringify(metric.type)}>\n`);
}

function writeResource(
  w: DescriptionWriter,
  subject: string,
  target: MetricTarget,
  current: MetricValueStatus | undefined,
): void {
  if (target.averageValue !== undefined) {
    w.row(1, subject, `${amount(current?.averageValue)} / ${quantityText(target.averageValue)}`);
    return;
  }
  const used = current?.averageUtilization;
  const shown = used === undefined ? UNKNOWN : `${used}% (${amount(current?.averageValue)})`;
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  w.row(1, `${subject}  (as a percentage of request)`, `${shown} / ${wanted}`);
}

function writeRules(
  w: DescriptionWriter,
  direction: string,
  rules: NonNullable<Spec['behavior']>['scaleUp'],
): void {
  if (!rules) return;
  w.write(1, `${direction}:\n`);
  if (rules.stabilizationWindowSeconds !== undefined)
    w.write(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds\n`);
  if (!rules.policies?.length) return;
  w.write(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}\n`);
  w.write(2, 'Policies:\n');
  for (const { type, value, periodSeconds } of rules.policies)
    w.write(3, `- Type: ${type}\tValue: ${value}\tPeriod: ${periodSeconds} seconds\n`);
}
