// The autoscaler's metrics. Upstream: pkg/controller/podautoscaler/monitor.
import type { HorizontalPodAutoscaler } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import type { MetricsRegistry } from '../../kit/metrics.ts';

export type Action = 'scale_up' | 'scale_down' | 'none';
export type ErrorLabel = 'spec' | 'internal' | 'none';

export interface Instruments {
  reconciled(action: Action, error: ErrorLabel, ms: number): void;
  computed(action: Action, error: ErrorLabel, metricType: string, ms: number): void;
}

const PREFIX = 'horizontal_pod_autoscaler_controller_';
/** From 1 ms, each twice the one before. */
const SECONDS = Array.from({ length: 15 }, (_, i) => 0.001 * 2 ** i);
const LABELS =
  "The label 'action' is 'scale_down', 'scale_up' or 'none'; the label 'error' is 'spec', 'internal' or 'none'.";

const NONE: Instruments = { reconciled() {}, computed() {} };

/** Unlike upstream, an autoscaler that is gone is no longer shown. */
export function instrumentsOf(
  metrics: MetricsRegistry | undefined,
  autoscalers: Pick<Lister<HorizontalPodAutoscaler>, 'list' | 'size'>,
): Instruments {
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
  metrics.computed(
    `${PREFIX}num_horizontal_pod_autoscalers`,
    'gauge',
    'How many autoscalers there are.',
    () => [[{}, autoscalers.size]],
  );
  metrics.computed(
    `${PREFIX}desired_replicas`,
    'gauge',
    'Desired number of replicas, by autoscaler.',
    function* () {
      for (const { metadata, status } of autoscalers.list())
        if (status?.desiredReplicas !== undefined)
          yield [
            { namespace: metadata.namespace ?? '', hpa_name: metadata.name ?? '' },
            status.desiredReplicas,
          ];
    },
  );
  return {
    reconciled(action, error, ms) {
      total.add({ action, error });
      duration.observe({ action, error }, ms / 1000);
    },
    computed(action, error, metric_type, ms) {
      computations.add({ action, error, metric_type });
      computation.observe({ action, error, metric_type }, ms / 1000);
    },
  };
}
