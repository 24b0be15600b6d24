// The flags of etcd for a member beside a server: certificates in both directions everywhere, nothing without TLS. Called by server/.
import { join } from 'node:path';
import { hostPort } from '../../kit/net/host-port.ts';

export interface MemberPlace {
  readonly name: string;
  /** Where other members find it. */
  readonly address: string;
  readonly clientPort: number;
  readonly peerPort: number;
}

export interface MemberFlags extends MemberPlace {
  readonly dataDir: string;
  /** The directory of the certificates. */
  readonly pki: string;
  /** NAME=URL of all members with commas between, for a member that starts for the first time. */
  readonly initialCluster: string;
  readonly state: 'new' | 'existing';
  readonly quotaBytes?: number | undefined;
  /** All other members are forgotten. */
  readonly forceNew?: boolean;
}

export const CLIENT_PORT = 2379;
export const PEER_PORT = 2380;

/** As the embedded store's, and etcd's own. */
const QUOTA_BYTES = 2 * 1024 ** 3;
/** etcd takes 1.5 MiB; the embedded store takes what the API server does. */
const REQUEST_BYTES = 4 * 1024 ** 2;

export const clientUrl = ({ address, clientPort }: MemberPlace): string =>
  `https://${hostPort(address, clientPort)}`;
export const peerUrl = ({ address, peerPort }: MemberPlace): string =>
  `https://${hostPort(address, peerPort)}`;
/** Where this machine's own server finds it. */
export const localUrl = ({ clientPort }: MemberPlace): string => `https://127.0.0.1:${clientPort}`;

export function memberFlags(member: MemberFlags): string[] {
  const file = (name: string) => join(member.pki, 'etcd', name);
  const clients = [...new Set([localUrl(member), clientUrl(member)])];
  return [
    `--name=${member.name}`,
    `--data-dir=${member.dataDir}`,
    `--listen-client-urls=${clients.join(',')}`,
    `--advertise-client-urls=${clientUrl(member)}`,
    `--listen-peer-urls=${peerUrl(member)}`,
    `--initial-advertise-peer-urls=${peerUrl(member)}`,
    `--initial-cluster=${member.initialCluster}`,
    `--initial-cluster-state=${member.state}`,
    '--client-cert-auth=true',
    `--trusted-ca-file=${file('ca.crt')}`,
    `--cert-file=${file('server.crt')}`,
    `--key-file=${file('server.key')}`,
    '--peer-client-cert-auth=true',
    `--peer-trusted-ca-file=${file('ca.crt')}`,
    `--peer-cert-file=${file('peer.crt')}`,
    `--peer-key-file=${file('peer.key')}`,
    '--snapshot-count=10000',
    // A member that was cut off does not unseat the leader when it is back.
    '--pre-vote=true',
    `--quota-backend-bytes=${member.quotaBytes ?? QUOTA_BYTES}`,
    `--max-request-bytes=${REQUEST_BYTES}`,
    '--logger=zap',
    '--log-level=warn',
    ...(member.forceNew ? ['--force-new-cluster'] : []),
  ];
}
