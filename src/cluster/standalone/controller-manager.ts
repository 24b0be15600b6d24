// `tiphys controller-manager`: our controllers against any API server, in place of kube-controller-manager.
import { existsSync, readFileSync } from 'node:fs';
import { type ControllerSettings, controllerNames } from '../../controllers/all.ts';
import type { AutoscalerSettings } from '../../controllers/horizontal-pod-autoscaler/settings.ts';
import type { LifecycleSettings } from '../../controllers/node-lifecycle/settings.ts';
import { startControllerManager } from '../control-plane/controller-manager.ts';
import { featureGates } from '../feature-gates.ts';
import { UserError } from '../progress.ts';
import type { ComponentAccess } from './connection.ts';
import { type NodeRangeFlags, nodeRanges } from './node-ranges.ts';
import { runStandalone, type StandaloneOptions } from './run.ts';
import { serviceAccountClients } from './service-accounts.ts';

/** Flags of kube-controller-manager. */
export interface ControllerManagerFlags extends StandaloneOptions, NodeRangeFlags {
  readonly controllers: readonly string[];
  readonly useServiceAccountCredentials: boolean;
  readonly rootCaFile?: string;
  readonly clusterSigningCertFile?: string;
  readonly clusterSigningKeyFile?: string;
  readonly concurrentHorizontalPodAutoscalerSyncs?: number;
  /** In milliseconds, as the other durations. */
  readonly horizontalPodAutoscalerSyncPeriod?: number;
  readonly horizontalPodAutoscalerDownscaleStabilization?: number;
  readonly horizontalPodAutoscalerTolerance?: number;
  readonly horizontalPodAutoscalerCpuInitializationPeriod?: number;
  readonly horizontalPodAutoscalerInitialReadinessDelay?: number;
  readonly nodeMonitorGracePeriod?: number;
  readonly nodeStartupGracePeriod?: number;
  readonly nodeEvictionRate?: number;
  readonly secondaryNodeEvictionRate?: number;
  readonly unhealthyZoneThreshold?: number;
  readonly largeClusterSizeThreshold?: number;
  readonly disableForceDetachOnTimeout: boolean;
  /** Empty or `external`: no controller of a cloud is here in either case. */
  readonly cloudProvider?: string;
}

export function runControllerManager(flags: ControllerManagerFlags): Promise<void> {
  if (!['', 'external', undefined].includes(flags.cloudProvider))
    throw new UserError(`--cloud-provider ${flags.cloudProvider}: use external, or leave it out`);
  const settings = settingsOf(flags);
  const only = chosenControllers(flags.controllers, controllerNames);
  return runStandalone('kube-controller-manager', flags, async (access) => {
    const running = startControllerManager({ ...optionsOf(flags, access), settings, only });
    await running.started;
    return async () => {
      await running.stop();
      access.informers.stop();
    };
  });
}

const optionsOf = (flags: ControllerManagerFlags, access: ComponentAccess) => ({
  ...access,
  ...(flags.useServiceAccountCredentials && { clientFor: serviceAccountClients(access) }),
});

function settingsOf(flags: ControllerManagerFlags): ControllerSettings {
  const { clusterSigningCertFile, clusterSigningKeyFile } = flags;
  const podRanges = nodeRanges(flags);
  if (!clusterSigningCertFile !== !clusterSigningKeyFile)
    throw new UserError('--cluster-signing-cert-file and --cluster-signing-key-file are given together');
  return {
    attachDetach: { disableForceDetachOnTimeout: flags.disableForceDetachOnTimeout },
    autoscaler: autoscalerOf(flags),
    nodeLifecycle: nodeLifecycleOf(flags),
    features: featureGates(flags.featureGates),
    rootCa: flags.rootCaFile ? read('--root-ca-file', flags.rootCaFile) : '',
    ...(clusterSigningCertFile &&
      clusterSigningKeyFile && {
        signing: {
          certificate: read('--cluster-signing-cert-file', clusterSigningCertFile),
          key: read('--cluster-signing-key-file', clusterSigningKeyFile),
        },
      }),
    ...(podRanges && { podRanges }),
  };
}

/** Only what is given. */
export function autoscalerOf(flags: ControllerManagerFlags): Partial<AutoscalerSettings> {
  return given({
    workers: flags.concurrentHorizontalPodAutoscalerSyncs,
    syncMs: flags.horizontalPodAutoscalerSyncPeriod,
    downscaleStabilizationMs: flags.horizontalPodAutoscalerDownscaleStabilization,
    tolerance: flags.horizontalPodAutoscalerTolerance,
    cpuInitializationMs: flags.horizontalPodAutoscalerCpuInitializationPeriod,
    initialReadinessMs: flags.horizontalPodAutoscalerInitialReadinessDelay,
  });
}

/** Only what is given. */
export function nodeLifecycleOf(flags: ControllerManagerFlags): Partial<LifecycleSettings> {
  return given({
    monitorGraceMs: flags.nodeMonitorGracePeriod,
    startupGraceMs: flags.nodeStartupGracePeriod,
    evictionRate: flags.nodeEvictionRate,
    secondaryEvictionRate: flags.secondaryNodeEvictionRate,
    unhealthyZoneThreshold: flags.unhealthyZoneThreshold,
    largeClusterSize: flags.largeClusterSizeThreshold,
  });
}

const given = (settings: Readonly<Record<string, number | undefined>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );

function read(flag: string, path: string): string {
  if (!existsSync(path)) throw new UserError(`${flag} ${path}: there is no such file`);
  return readFileSync(path, 'utf8');
}

/** As upstream reads --controllers: `*` stands for all, `-NAME` leaves one out, `NAME` runs it. */
export function chosenControllers(words: readonly string[], known: readonly string[]): string[] {
  const unknown = words.find((word) => word !== '*' && !known.includes(word.replace(/^-/, '')));
  if (unknown) throw new UserError(`--controllers: there is no controller ${unknown.replace(/^-/, '')}`);
  const all = words.includes('*');
  return known.filter((name) => !words.includes(`-${name}`) && (all || words.includes(name)));
}
