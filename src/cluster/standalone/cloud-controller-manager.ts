// `tiphys cloud-controller-manager`: the loops of src/controllers/cloud with a provider behind HTTP, against any API server.
// Flags are upstream's (staging/src/k8s.io/cloud-provider/options).
import { readFileSync } from 'node:fs';
import { prefixOf } from '../../api/addresses/prefix.ts';
import type { CloudSettings } from '../../controllers/cloud/context.ts';
import { ProviderCaller } from '../../controllers/cloud/http/caller.ts';
import { readHttpCloudConfig } from '../../controllers/cloud/http/config.ts';
import { httpProvider } from '../../controllers/cloud/http/http-provider.ts';
import type { CloudProvider } from '../../controllers/cloud/provider.ts';
import { cloudControllerNames, startCloudControllers } from '../../controllers/cloud/start.ts';
import { Backoff } from '../../kit/backoff.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';
import type { ComponentAccess } from './connection.ts';
import { chosenControllers } from './controller-manager.ts';
import { runStandalone, type StandaloneOptions } from './run.ts';

export interface CloudControllerManagerFlags extends StandaloneOptions {
  readonly cloudProvider: string;
  readonly cloudConfig?: string;
  readonly clusterName: string;
  readonly clusterCidr?: string;
  readonly allocateNodeCidrs: boolean;
  readonly configureCloudRoutes: boolean;
  readonly controllers: readonly string[];
  readonly concurrentNodeSyncs: number;
  readonly concurrentServiceSyncs: number;
  /** In milliseconds, as the other durations. */
  readonly nodeStatusUpdateFrequency: number;
  readonly nodeMonitorPeriod: number;
  readonly routeReconciliationPeriod: number;
}

export function runCloudControllerManager(flags: CloudControllerManagerFlags): Promise<void> {
  const settings = cloudSettings(flags);
  const caller = (access: ComponentAccess) => new ProviderCaller(callerSettings(flags), access.clock);
  // What is wrong in files is told before anything begins.
  callerSettings(flags);
  return runStandalone('cloud-controller-manager', flags, async (access) => {
    const provider = await answering(caller(access), flags.clusterName, access);
    const running = startCloudControllers(access, provider, settings);
    access.log.info('controllers of the cloud run', { names: running.names.join() });
    await running.started;
    return async () => {
      await running.stop();
      access.informers.stop();
    };
  });
}

function callerSettings({ cloudProvider, cloudConfig }: CloudControllerManagerFlags) {
  if (cloudProvider !== 'http')
    throw new UserError(`--cloud-provider ${cloudProvider}: use http (docs/cloud-providers.md)`);
  if (!cloudConfig) throw new UserError('--cloud-provider=http needs --cloud-config');
  try {
    return readHttpCloudConfig({ path: cloudConfig, read: (path) => readFileSync(path, 'utf8') });
  } catch (error) {
    throw new UserError(`--cloud-config ${cloudConfig}: ${messageOf(error)}`);
  }
}

/** Upstream: startRouteController of cmd/cloud-controller-manager makes routes only where nodes get ranges from the cluster, too. */
export function cloudSettings(flags: CloudControllerManagerFlags): CloudSettings {
  const makesRoutes = flags.allocateNodeCidrs && flags.configureCloudRoutes;
  return {
    only: chosenControllers(flags.controllers, cloudControllerNames),
    ...(makesRoutes && { routeRanges: rangesIn(flags.clusterCidr) }),
    nodeWorkers: flags.concurrentNodeSyncs,
    serviceWorkers: flags.concurrentServiceSyncs,
    nodeStatusMs: flags.nodeStatusUpdateFrequency,
    nodeMonitorMs: flags.nodeMonitorPeriod,
    routesMs: flags.routeReconciliationPeriod,
  };
}

function rangesIn(clusterCidr: string | undefined) {
  if (!clusterCidr)
    throw new UserError('--allocate-node-cidrs with --configure-cloud-routes needs --cluster-cidr');
  const ranges = clusterCidr.split(',').map((text) => prefixOf(text));
  const known = ranges.filter((range) => range !== undefined);
  if (known.length < ranges.length || known.length > 2)
    throw new UserError(`--cluster-cidr ${clusterCidr}: give one range, or one of each family`);
  return known;
}

const RETRY = { base: 1_000, cap: 30_000 };

/** The provider may be started later: without an answer nothing is known of what it can do. */
async function answering(
  caller: ProviderCaller,
  clusterName: string,
  { clock, log }: ComponentAccess,
): Promise<CloudProvider> {
  const backoff = new Backoff<string>(RETRY);
  for (;;)
    try {
      return await httpProvider(caller, clusterName);
    } catch (error) {
      log.warn('the cloud provider does not answer yet', { error: messageOf(error) });
      await clock.sleep(backoff.next(''));
    }
}
