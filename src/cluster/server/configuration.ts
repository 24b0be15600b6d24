// What a server is: its flags, what it remembers of earlier starts, and defaults, in this order. Called by server.ts.
import { hostname } from 'node:os';
import { addressOf, prefixOf } from '../../api/addresses/prefix.ts';
import { accessFlags } from '../access/access-flags.ts';
import { auditFlags } from '../auditor.ts';
import type { ControlPlaneSettings, EtcdSettings, ServerPlace } from '../control-plane/settings.ts';
import { UserError } from '../progress.ts';
import { serviceRanges } from '../standalone/service-ranges.ts';
import { clusterPaths } from '../state/paths.ts';
import type { ServerFlags } from './flags.ts';
import { ownAddress } from './own-address.ts';
import type { SavedServer } from './saved-server.ts';

const SERVICE_CIDR = '10.96.0.0/16';
const CLUSTER_CIDR = '10.128.0.0/16';

export interface ServerConfiguration extends SavedServer {
  readonly flags: ServerFlags;
  readonly place: ServerPlace;
}

export function configurationOf(flags: ServerFlags, saved: SavedServer | undefined): ServerConfiguration {
  const advertiseAddress = flags.advertiseAddress ?? ownAddress();
  const name = flags.name ?? saved?.name ?? hostname().toLowerCase();
  const serviceCidrs = flags.serviceCidr
    ? serviceRanges(flags.serviceCidr, advertiseAddress)
    : (saved?.serviceCidrs ?? [SERVICE_CIDR]);
  const clusterCidrs = flags.clusterCidr
    ? podRanges(flags.clusterCidr)
    : (saved?.clusterCidrs ?? [CLUSTER_CIDR]);
  const { virtualAddress } = flags;
  const given = [...new Set([name, ...flags.tlsSan, ...(virtualAddress ? [virtualAddress] : [])])];
  return {
    flags,
    name,
    serviceCidrs,
    clusterCidrs,
    ...engineOf(flags, saved),
    place: {
      bindAddress: flags.bindAddress,
      advertiseAddress,
      names: given.filter((one) => !addressOf(one)),
      addresses: given.filter((one) => addressOf(one)),
      clusterCidrs,
      ...(virtualAddress && { virtualAddress }),
    },
  };
}

function engineOf(
  { clusterInit, etcd }: ServerFlags,
  saved: SavedServer | undefined,
): Pick<SavedServer, 'engine' | 'external' | 'members'> {
  const { engine = 'embedded', members = [] } = saved ?? {};
  const external = etcd ?? saved?.external;
  if (etcd && engine === 'etcd')
    throw new UserError(
      '--etcd-servers: this server has an etcd of its own; save a snapshot and restore it there',
    );
  if (clusterInit && engine === 'external')
    throw new UserError('--cluster-init: this server uses an etcd that others look after (--etcd-servers)');
  if (external) return { engine: 'external', external };
  return { engine: clusterInit ? 'etcd' : engine, members };
}

function podRanges(text: string): readonly string[] {
  const ranges = text.split(',').map((part) => part.trim());
  const families = ranges.map((range) => prefixOf(range)?.family);
  if (families.includes(undefined) || new Set(families).size < families.length)
    throw new UserError(`--cluster-cidr ${text}: use one range, or one of each family`);
  return ranges;
}

/** What the control plane's process is told. `etcd`: where to store everything; the embedded store without it. */
export function controlPlaneSettings(
  configuration: ServerConfiguration,
  { etcd, restarts }: { readonly etcd: EtcdSettings | undefined; readonly restarts: boolean },
): ControlPlaneSettings {
  const { flags, serviceCidrs, place: server } = configuration;
  const paths = clusterPaths(flags.dataDir);
  return {
    store: paths.store,
    ...(etcd && { etcd }),
    server,
    ...(flags.loadBalancerPool.length > 0 && { loadBalancerPool: flags.loadBalancerPool }),
    storage: flags.storage,
    pki: paths.pki,
    log: paths.log,
    logLevel: flags.logLevel,
    port: flags.securePort,
    serviceCidrs,
    otherPorts: [],
    without: flags.without,
    ...(flags.audit && { audit: auditFlags(flags.audit, paths.auditLog) }),
    access: accessFlags(paths.pki, flags),
    agentRestarts: restarts,
    ...(flags.featureGates && { featureGates: flags.featureGates }),
    ...(flags.runtimeConfig && { runtimeConfig: flags.runtimeConfig }),
    ...(flags.manifests && { manifests: flags.manifests }),
    ...(flags.schedulerConfig && { schedulerConfig: flags.schedulerConfig }),
    ...(flags.schedulerPlugins && { schedulerPlugins: flags.schedulerPlugins }),
  };
}
