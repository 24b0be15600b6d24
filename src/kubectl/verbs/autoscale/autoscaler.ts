// The HorizontalPodAutoscaler that `autoscale` makes of its flags. Pure; called by the command beside it.
import { HorizontalPodAutoscaler as V1 } from '../../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import {
  HorizontalPodAutoscaler,
  type MetricSpec,
  type MetricTarget,
} from '../../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { canonicalQuantity } from '../../../api/quantity/quantity.ts';
import { type Made, madeOf, metadataOf, type Place } from '../create/objects/made.ts';

export interface AutoscaleFlags {
  readonly min: number;
  readonly max: number;
  /** Percent of --cpu-percent; none when negative. */
  readonly cpuPercent: number;
  readonly cpu: string;
  readonly memory: string;
}

export function checkAutoscale({ min, max, cpuPercent, cpu, memory }: AutoscaleFlags): void {
  if (max < 1) throw new Error(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  if (max < min)
    throw new Error(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
  if (cpuPercent > 0 && cpu !== '') throw new Error('--cpu-percent and --cpu are mutually exclusive');
  if (cpu !== '') targetOf(cpu, 'cpu');
  if (memory !== '') targetOf(memory, 'memory');
}

export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

export function autoscalerOf(place: Place, target: Target, flags: AutoscaleFlags): Made {
  const metrics = metricsOf(flags);
  return madeOf(HorizontalPodAutoscaler, {
    metadata: metadataOf(place),
    spec: {
      scaleTargetRef: target,
      ...(flags.min > 0 && { minReplicas: flags.min }),
      maxReplicas: flags.max,
      ...(metrics.length > 0 && { metrics }),
    },
  });
}

/** For a server that has autoscaling/v1 only; undefined where v1 cannot say what the flags say. */
export function autoscalerV1Of(place: Place, target: Target, flags: AutoscaleFlags): Made | undefined {
  const isUtilization = flags.cpu === '' || flags.cpu.trim().endsWith('%');
  if (flags.memory !== '' || (flags.cpuPercent < 0 && (flags.cpu === '' || !isUtilization))) return undefined;
  return madeOf(V1, {
    metadata: metadataOf(place),
    spec: {
      scaleTargetRef: target,
      ...(flags.min > 0 && { minReplicas: flags.min }),
      maxReplicas: flags.max,
      ...(flags.cpuPercent >= 0 && { targetCPUUtilizationPercentage: flags.cpuPercent }),
    },
  });
}

function metricsOf({ cpuPercent, cpu, memory }: AutoscaleFlags): MetricSpec[] {
  const metrics: MetricSpec[] = [];
  const add = (name: string, target: MetricTarget) =>
    metrics.push({ type: 'Resource', resource: { name, target } });
  if (cpuPercent > 0) add('cpu', { type: 'Utilization', averageUtilization: cpuPercent });
  if (cpu !== '') add('cpu', targetOf(cpu, 'cpu'));
  if (memory !== '') add('memory', targetOf(memory, 'memory'));
  return metrics;
}

/** A percentage is a share of the requests; a plain number has the unit that is usual for the resource. */
function targetOf(given: string, resource: 'cpu' | 'memory'): MetricTarget {
  const text = given.trim();
  if (text === '') throw new Error('empty input');
  if (text.endsWith('%')) {
    const percent = text.slice(0, -1);
    const value = /^\+?[0-9]+$/.test(percent) ? Number(percent) : Number.NaN;
    if (!(value < 2 ** 31)) throw new Error(`invalid percentage value: ${percent}`);
    return { type: 'Utilization', averageUtilization: value };
  }
  if (/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text))
    return average(canonicalQuantity(`${Number(text)}${resource === 'cpu' ? 'm' : 'Mi'}`));
  try {
    return average(canonicalQuantity(text));
  } catch {
    throw new Error(`invalid resource ${resource} value: ${text}`);
  }
}

const average = (averageValue: string): MetricTarget => ({ type: 'AverageValue', averageValue });
