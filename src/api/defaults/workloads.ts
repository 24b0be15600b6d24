// Defaults of apps, batch and autoscaling that depend on other fields.
// Follows defaults.go of these groups in k8s.io/kubernetes pkg/apis. Collected in rules.ts.
import { DaemonSetUpdateStrategy } from '../kinds/apps/v1/daemon-set.ts';
import { DeploymentStrategy } from '../kinds/apps/v1/deployment.ts';
import { StatefulSetSpec } from '../kinds/apps/v1/stateful-set.ts';
import {
  HorizontalPodAutoscalerSpec,
  type HPAScalingRules,
} from '../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { Job } from '../kinds/batch/v1/job.ts';
import { complete, type Entry, on } from './rule.ts';

export const workloadRules: readonly Entry[] = [
  on(DeploymentStrategy, (strategy) => {
    if (strategy.type !== 'RollingUpdate') return;
    complete(strategy, 'rollingUpdate', { maxUnavailable: '25%', maxSurge: '25%' });
  }),
  on(DaemonSetUpdateStrategy, (strategy) => {
    if (strategy.type !== 'RollingUpdate') return;
    complete(strategy, 'rollingUpdate', { maxUnavailable: 1, maxSurge: 0 });
  }),
  on(StatefulSetSpec, defaultStatefulSet),
  on(Job, defaultJob),
  on(HorizontalPodAutoscalerSpec, defaultAutoscaler),
];

function defaultStatefulSet(spec: StatefulSetSpec): void {
  spec.updateStrategy ??= {};
  const strategy = spec.updateStrategy;
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0;
  for (const template of spec.volumeClaimTemplates ?? []) {
    if (template.apiVersion !== 'v1') template.apiVersion = 'v1';
    if (template.kind !== 'PersistentVolumeClaim') template.kind = 'PersistentVolumeClaim';
  }
}

/** Not for the job templates of CronJobs. */
function defaultJob({ metadata, spec }: Job): void {
  if (!spec) return;
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1;
  const labels = spec.template?.metadata?.labels;
  if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) if (!pattern.status) pattern.status = 'True';
  }
}

function defaultAutoscaler(spec: HorizontalPodAutoscalerSpec): void {
  if (!spec.metrics?.length) {
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  if (!spec.behavior) return;
  complete(spec.behavior, 'scaleUp', scaleUp());
  complete(spec.behavior, 'scaleDown', scaleDown());
}

const scaleUp = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
});

/** The stabilization window for scaling down is a setting of the controller, so it is not defaulted here. */
const scaleDown = (): HPAScalingRules => ({
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
});
