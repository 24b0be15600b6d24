// The autoscaler's metrics. Upstream: pkg/controller/podautoscaler/monitor.
import type { MetricsRegistry } from '../../kit/metrics.ts';

export type Action = 'scale_up' | 'scale_down' | 'none';
export type ErrorLabel = 'spec' | 'internal' | 'none';

export interface Instruments {
  reconciled(action: Action, error: ErrorLabel, ms: number): void;
  computed(action: Action, error: ErrorLabel, metricType: string, ms: number): void;
  autoscalers(count: number): void;
  desired(namespace: string, name: string, replicas: number): void;
}

const PREFIX = 'horizontal_pod_autoscaler_controller_';
/** From 1 ms, each twice the one before. */
const SECONDS = Array.from({ length: 15 }, (_, i) => 0.001 * 2 ** i);
const LABELS =
  "The label 'action' is 'scale_down', 'scale_up' or 'none'; the label 'error' is 'spec', 'internal' or 'none'.";

const NONE: Instruments = { reconciled() {}, computed() {}, autoscalers() {}, desired() {} };

export function instrumentsOf(metrics: MetricsRegistry | undefined): Instruments {
  if (!metrics) return NONE;
  const total = metrics.counter(
    `${PREFIX}reconciliations_total`,
    `Reconciliations of autoscalers. ${LABELS}`,
  );
  const duration = metrics.histogram(
    `${PREFIX}reconciliation_duration_seconds`,
    `How long a reconciliation takes. ${LABELS}`,
    SECONDS,
  );
  const computations = metrics.counter(
    `${PREFIX}metric_computation_total`,
    `Computations of metrics, by their type. ${LABELS}`,
  );
  const computation = metrics.histogram(
    `${PREFIX}metric_computation_duration_seconds`,
    `How long the computation of a metric takes, by its type. ${LABELS}`,
    SECONDS,
  );
  const count = metrics.gauge(`${PREFIX}num_horizontal_pod_autoscalers`, 'How many autoscalers there are.');
  const desired = metrics.gauge(`${PREFIX}desired_replicas`, 'Desired number of replicas, by autoscaler.');
  return {
    reconciled(action, error, ms) {
      total.add({ action, error });
      duration.observe({ action, error }, ms / 1000);
    },
    computed(action, error, metric_type, ms) {
      computations.add({ action, error, metric_type });
      computation.observe({ action, error, metric_type }, ms / 1000);
    },
    autoscalers: (number) => count.set({}, number),
    desired: (namespace, hpa_name, replicas) => desired.set({ namespace, hpa_name }, replicas),
  };
}
