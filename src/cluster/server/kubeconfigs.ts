// The kubeconfigs of a server, with kubeadm's names: DATA/admin.conf, and those of components that are left to other programs.
// Called by server.ts, at the start and when certificates are renewed.
import { join } from 'node:path';
import { writeKubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import type { Component } from '../control-plane/settings.ts';
import type { ClusterCertificates } from '../pki/ensure-certificates.ts';
import { kubeconfigFor } from '../pki/kubeconfig.ts';

export interface ServerKubeconfigs {
  readonly dataDir: string;
  readonly without: readonly Component[];
  readonly server: string;
  readonly certificates: ClusterCertificates;
}

export const administratorFile = (dataDir: string): string => join(dataDir, 'admin.conf');

export function writeServerKubeconfigs({ dataDir, without, server, certificates }: ServerKubeconfigs): void {
  const { ca, admin, controllerManager, scheduler } = certificates;
  writeKubeconfig(administratorFile(dataDir), kubeconfigFor('tiphys', server, ca, admin));
  const components = { 'controller-manager': controllerManager, scheduler };
  for (const [name, user] of Object.entries(components))
    if (without.some((one) => one === name))
      writeKubeconfig(join(dataDir, `${name}.conf`), kubeconfigFor('tiphys', server, ca, user));
}
