// The kubeconfig files of a cluster: the administrator's in the data directory and in the user's own file, and those that
// a scheduler or controller manager run apart would be given.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  changeKubeconfig,
  contextName,
  mergeKubeconfig,
  readKubeconfig,
  writeKubeconfig,
} from '../client/kubeconfig/kubeconfig.ts';
import { type Clock, systemClock } from '../kit/clock.ts';
import type { ClusterOptions } from './options.ts';
import type { ClusterCertificates } from './pki/ensure-certificates.ts';
import { kubeconfigFor } from './pki/kubeconfig.ts';
import type { ClusterPaths } from './state/paths.ts';

export interface ClusterKubeconfigs {
  readonly options: Pick<ClusterOptions, 'name' | 'kubeconfig'>;
  readonly paths: Pick<ClusterPaths, 'kubeconfig' | 'pki'>;
  readonly server: string;
  readonly certificates: ClusterCertificates;
}

export async function writeKubeconfigs(
  { options, paths, server, certificates }: ClusterKubeconfigs,
  clock: Clock,
): Promise<void> {
  const { ca, admin, controllerManager, scheduler } = certificates;
  const context = contextName(options.name);
  const config = kubeconfigFor(context, server, ca, admin);
  // Only this process writes these files, so a lock left by a killed start is ignored.
  writeKubeconfig(paths.kubeconfig, config);
  const components = { 'controller-manager': controllerManager, scheduler };
  for (const [name, credential] of Object.entries(components))
    writeKubeconfig(join(paths.pki, `${name}.conf`), kubeconfigFor(context, server, ca, credential));
  if (options.kubeconfig)
    await changeKubeconfig(options.kubeconfig, (existing) => mergeKubeconfig(existing, config), clock);
}

/** Makes the cluster's context current, and brings it in from the administrator's file where it is missing. */
export const useContext = (path: string, cluster: string, administrators: string): Promise<void> =>
  changeKubeconfig(
    path,
    (config) => {
      const context = contextName(cluster);
      return config.contexts.some(({ name }) => name === context)
        ? { ...config, 'current-context': context }
        : mergeKubeconfig(config, readKubeconfig(administrators));
    },
    systemClock,
  );

/** The API server's port at an earlier start; 0 when there was none. */
export function lastPort(kubeconfig: string): number {
  if (!existsSync(kubeconfig)) return 0;
  return Number(readFileSync(kubeconfig, 'utf8').match(/server: https:\/\/127\.0\.0\.1:(\d+)/)?.[1] ?? 0);
}
