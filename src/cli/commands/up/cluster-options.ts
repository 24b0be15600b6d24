// What `tiphys up` was told, by flags and by tiphys.yaml, as the options of a cluster. Pure but for the working directory.
import { resolve } from 'node:path';
import { type Family, prefixOf } from '../../../api/addresses/prefix.ts';
import type { AddressOptions } from '../../../cluster/addressing/address-options.ts';
import { nodeConfigurations } from '../../../cluster/config/nodes.ts';
import type { ConfigFile } from '../../../cluster/config/read.ts';
import { inlineRegistriesFile } from '../../../cluster/config/saved.ts';
import type { ClusterOptions } from '../../../cluster/options.ts';
import { defaultDataDir } from '../../../cluster/state/paths.ts';

/** Of commander: fields of tiphys.yaml that have flags, and flags alone. */
export interface UpValues {
  readonly name: string;
  readonly nodes: number;
  readonly isolated: boolean;
  readonly host: boolean;
  readonly podNetwork: ClusterOptions['podNetwork'];
  readonly cni: ClusterOptions['cni'];
  readonly seccompDefault: boolean;
  readonly accessLog: boolean;
  readonly detach: boolean;
  readonly file?: readonly string[];
  /** Milliseconds. */
  readonly wait?: number;
  readonly ipFamilies?: readonly Family[];
  readonly clusterCidr?: readonly string[];
  readonly serviceCidr?: readonly string[];
  readonly dataDir?: string;
  readonly apiPort: number;
  readonly kubeconfig: string | false;
  readonly logLevel: ClusterOptions['logLevel'];
  readonly without?: ClusterOptions['without'];
  readonly quotaBackendBytes?: number;
  /** Milliseconds. */
  readonly snapshotEvery?: number;
  readonly snapshotsKept?: number;
  readonly encrypt: boolean;
  readonly featureGates?: string;
  readonly runtimeConfig?: string;
  readonly schedulerConfig?: string;
  readonly schedulerPlugins?: string;
  readonly simulatedNodes: number;
  readonly simulatedNodesConfig?: string;
  readonly loadBalancerPool?: readonly string[];
  readonly authenticationConfig?: string;
  readonly authorizationConfig?: string;
  readonly registries?: string;
  readonly manifests?: string;
  readonly auditPolicy?: string;
  readonly auditLog?: string;
  readonly auditWebhookConfig?: string;
}

export function clusterOptions(given: UpValues, file?: ConfigFile): ClusterOptions {
  const dataDir = resolve(given.dataDir ?? defaultDataDir(given.name));
  const registries = given.registries ?? (file?.config.inlineRegistries && inlineRegistriesFile(dataDir));
  return {
    name: given.name,
    nodes: given.nodes,
    ...(file && { configFile: file, nodeConfigurations: nodeConfigurations(file.config.nodes ?? []) }),
    isolated: given.isolated,
    host: given.host,
    podNetwork: given.podNetwork,
    cni: given.cni,
    seccompDefault: given.seccompDefault,
    accessLog: given.accessLog,
    ...addressOptions(given),
    dataDir,
    apiPort: given.apiPort,
    kubeconfig: given.kubeconfig === false ? undefined : resolve(given.kubeconfig),
    logLevel: given.logLevel,
    without: given.without ?? [],
    storage: {
      ...(given.quotaBackendBytes !== undefined && { quotaBytes: given.quotaBackendBytes }),
      snapshots: {
        ...(given.snapshotEvery !== undefined && { everyMs: given.snapshotEvery }),
        ...(given.snapshotsKept !== undefined && { keep: given.snapshotsKept }),
      },
    },
    encrypt: given.encrypt,
    loadBalancerPool: given.loadBalancerPool ?? [],
    ...(registries && { registries: resolve(registries) }),
    ...(given.manifests && { manifests: resolve(given.manifests) }),
    ...(given.wait !== undefined && { waitMs: given.wait }),
    ...(given.authenticationConfig && { authenticationConfig: resolve(given.authenticationConfig) }),
    ...(given.authorizationConfig && { authorizationConfig: resolve(given.authorizationConfig) }),
    ...(given.featureGates && { featureGates: given.featureGates }),
    ...(given.runtimeConfig && { runtimeConfig: given.runtimeConfig }),
    ...(given.schedulerConfig && { schedulerConfig: resolve(given.schedulerConfig) }),
    ...(given.schedulerPlugins && { schedulerPlugins: resolve(given.schedulerPlugins) }),
    simulatedNodes: {
      count: given.simulatedNodes,
      ...(given.simulatedNodesConfig && { config: resolve(given.simulatedNodesConfig) }),
    },
    ...(given.auditPolicy && {
      audit: {
        policy: resolve(given.auditPolicy),
        ...(given.auditLog && { log: resolve(given.auditLog) }),
        ...(given.auditWebhookConfig && { webhookConfig: resolve(given.auditWebhookConfig) }),
      },
    }),
  };
}

/** Families that are not named are those of the ranges. */
function addressOptions({ ipFamilies, clusterCidr, serviceCidr }: UpValues): AddressOptions {
  const ranges = serviceCidr ?? clusterCidr ?? [];
  const found = ranges.flatMap((range) => prefixOf(range)?.family ?? []);
  return {
    families: ipFamilies ?? (found.length > 0 ? [...new Set(found)] : ['IPv4']),
    ...(clusterCidr && { clusterCidrs: clusterCidr }),
    ...(serviceCidr && { serviceCidrs: serviceCidr }),
  };
}
