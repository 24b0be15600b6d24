// What `tiphys server` can be told, and what of it is wrong. Called by the command and by server.ts.

import { addressOf } from '../../api/addresses/prefix.ts';
import { rangeOf } from '../../network/balanced-addresses/ranges.ts';
import type { AuditChoice } from '../auditor.ts';
import type { Component, EtcdSettings, StorageOptions } from '../control-plane/settings.ts';

export interface ServerFlags {
  /** Absolute. */
  readonly dataDir: string;
  /** Of this server among several; the host's name when left out. */
  readonly name?: string;
  readonly bindAddress: string;
  readonly advertiseAddress?: string;
  readonly securePort: number;
  readonly tlsSan: readonly string[];
  /** One living server has it. */
  readonly virtualAddress?: string;
  /** Ranges of addresses that nodes announce for LoadBalancer Services. */
  readonly loadBalancerPool: readonly string[];
  readonly serviceCidr?: string;
  readonly clusterCidr?: string;
  /** The first start founds the servers' own etcd, with the data of the embedded store if there are any. */
  readonly clusterInit: boolean;
  /** https://HOST:PORT of a server whose cluster this one joins, and what lets it. */
  readonly server?: string;
  readonly token?: string;
  readonly caHash: readonly string[];
  readonly certificateKey?: string;
  /** An etcd that others look after. */
  readonly etcd?: EtcdSettings;
  /** Of the own etcd. */
  readonly etcdClientPort: number;
  readonly etcdPeerPort: number;
  /** All other members are lost: this one goes on alone. */
  readonly clusterReset: boolean;
  /** Absolute path of a snapshot with which it does. */
  readonly clusterResetRestorePath?: string;
  readonly without: readonly Component[];
  readonly storage: StorageOptions;
  readonly encrypt: boolean;
  readonly featureGates?: string;
  readonly runtimeConfig?: string;
  /** Absolute path. */
  readonly manifests?: string;
  /** Absolute paths. */
  readonly schedulerConfig?: string;
  readonly schedulerPlugins?: string;
  readonly audit?: AuditChoice;
  readonly authenticationConfig?: string;
  readonly authorizationConfig?: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

export const DEFAULT_DATA_DIR = '/var/lib/tiphys/server';

/** One line that says what to do; undefined when nothing is wrong. */
export function flagProblem(flags: ServerFlags): string | undefined {
  const { advertiseAddress, bindAddress, dataDir, name, virtualAddress } = flags;
  if (dataDir.length > 80) return '--data-dir: use a path of at most 80 characters (sockets lie in it)';
  if (!addressOf(bindAddress)) return `--bind-address ${bindAddress}: give an IP address`;
  if (advertiseAddress && !isSpecific(advertiseAddress))
    return `--advertise-address ${advertiseAddress}: give the IP address at which other machines find this one`;
  const range = flags.loadBalancerPool.find((text) => !rangeOf(text));
  if (range !== undefined)
    return `--load-balancer-pool: "${range}" is no range: use 192.0.2.10-192.0.2.50, 2001:db8::/120 or one address, with commas between`;
  if (virtualAddress && !isSpecific(virtualAddress))
    return `--virtual-address ${virtualAddress}: give an IP address of the servers' network that no machine has`;
  if (virtualAddress && !listensAt(bindAddress, virtualAddress))
    return '--virtual-address: leave --bind-address out, or use :: for IPv6: this address comes and goes';
  if (name !== undefined && !/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(name))
    return `--name ${name}: use lower-case letters, digits, dots and dashes, 63 at most`;
  return joinProblem(flags) ?? resetProblem(flags);
}

function joinProblem(flags: ServerFlags): string | undefined {
  const { clusterInit, etcd, server, token, caHash, certificateKey } = flags;
  if (clusterInit && (server || etcd)) return '--cluster-init: leave out --server and --etcd-servers';
  if (!server)
    return token || certificateKey || caHash.length > 0
      ? '--token, --certificate-key and --ca-hash: give --server as well'
      : undefined;
  if (!/^https:\/\/[^/?#]+$/.test(server) || !URL.canParse(server))
    return `--server ${server}: give https://HOST:PORT of a server of the cluster`;
  return undefined;
}

function resetProblem({
  clusterReset,
  clusterResetRestorePath,
  server,
  etcd,
}: ServerFlags): string | undefined {
  if (clusterResetRestorePath && !clusterReset)
    return '--cluster-reset-restore-path: give --cluster-reset as well';
  if (clusterReset && (server || etcd)) return '--cluster-reset: leave out --server and --etcd-servers';
  return undefined;
}

const isSpecific = (text: string): boolean =>
  addressOf(text) !== undefined && text !== '0.0.0.0' && text !== '::';

/** Whether a listener of the first address is reached at the second one, which no interface may have yet. */
const listensAt = (bound: string, address: string): boolean =>
  bound === '::' || (bound === '0.0.0.0' && !address.includes(':'));
