// The TARGETS cell of a HorizontalPodAutoscaler: `cpu: 12%/50%, memory: <unknown>/1Gi`.
// Used for autoscaling/v2; metrics without a current value are shown as <unknown>.
import type { HorizontalPodAutoscaler } from '../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';

type Spec = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number];
type Status = NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['currentMetrics']>[number];

interface Measured {
  readonly averageUtilization?: number;
  readonly averageValue?: string;
  readonly value?: string;
}

function sourceOf(metric: Spec): { label: string; target: Measured } | undefined {
  const { pods, object, external, resource, containerResource } = metric;
  if (resource) return { label: `${resource.name}: `, target: resource.target };
  if (containerResource) return { label: `${containerResource.name}: `, target: containerResource.target };
  const plain = pods ?? object ?? external;
  return plain && { label: '', target: plain.target };
}

const currentOf = (status: Status | undefined): Measured | undefined =>
  (status?.resource ?? status?.containerResource ?? status?.pods ?? status?.object ?? status?.external)
    ?.current;

function targetText(metric: Spec, status: Status | undefined): string {
  const source = sourceOf(metric);
  if (!source) return '<unknown type>';
  const { target, label } = source;
  const current = currentOf(status);
  if (target.averageUtilization !== undefined) {
    const now = current?.averageUtilization;
    return `${label}${now === undefined ? '<unknown>' : `${now}%`}/${target.averageUtilization}%`;
  }
  if (target.averageValue !== undefined) {
    const suffix = metric.object || metric.external ? ' (avg)' : '';
    return `${label}${current?.averageValue ?? '<unknown>'}/${target.averageValue}${suffix}`;
  }
  return `${label}${current?.value ?? '<unknown>'}/${target.value ?? '<auto>'}`;
}

export function metricsText(autoscaler: HorizontalPodAutoscaler): string {
  const metrics = autoscaler.spec.metrics ?? [];
  if (metrics.length === 0) return '<none>';
  const statuses = autoscaler.status?.currentMetrics ?? [];
  const shown = metrics.slice(0, 2).map((metric, i) => targetText(metric, statuses[i]));
  const more = metrics.length > 2 ? ` + ${metrics.length - 2} more...` : '';
  return shown.join(', ') + more;
}
