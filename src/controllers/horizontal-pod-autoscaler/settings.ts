// Settings of the autoscaler, with kube-controller-manager's defaults. Names in comments are its flags.
import { FeatureGates } from '../../api/features/feature-gates.ts';

export interface AutoscalerSettings {
  /** --horizontal-pod-autoscaler-sync-period */
  readonly syncMs: number;
  /** --horizontal-pod-autoscaler-downscale-stabilization */
  readonly downscaleStabilizationMs: number;
  /** --horizontal-pod-autoscaler-tolerance */
  readonly tolerance: number;
  /** --horizontal-pod-autoscaler-cpu-initialization-period */
  readonly cpuInitializationMs: number;
  /** --horizontal-pod-autoscaler-initial-readiness-delay */
  readonly initialReadinessMs: number;
  /** --concurrent-horizontal-pod-autoscaler-syncs */
  readonly workers: number;
  /** The feature gate HPAScaleToZero. */
  readonly scaleToZero: boolean;
  /** The feature gate HPAConfigurableTolerance. */
  readonly ownTolerances: boolean;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const DEFAULTS: Omit<AutoscalerSettings, 'scaleToZero' | 'ownTolerances'> = {
  syncMs: 15 * SECOND,
  downscaleStabilizationMs: 5 * MINUTE,
  tolerance: 0.1,
  cpuInitializationMs: 5 * MINUTE,
  initialReadinessMs: 30 * SECOND,
  workers: 5,
};

/** Without gates, they have their defaults. */
export function settingsOf(
  given: Partial<AutoscalerSettings> = {},
  features = new FeatureGates(),
): AutoscalerSettings {
  return {
    ...DEFAULTS,
    scaleToZero: features.enabled('HPAScaleToZero'),
    ownTolerances: features.enabled('HPAConfigurableTolerance'),
    ...given,
  };
}
