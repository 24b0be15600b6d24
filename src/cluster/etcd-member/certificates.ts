// Who is who among the members of the servers' etcd: an authority of its own, and what it vouches for, under kubeadm's names. Only who has
// a certificate of it may speak with etcd. Called by server/.
import { Authority, type AuthorityOptions, type Wanted } from '../pki/authority.ts';
import type { Credential } from '../pki/credential-files.ts';

export interface EtcdCertificates {
  readonly ca: Credential;
  /** Of the member, towards clients. Its gateway is a client of its own, too. */
  readonly server: Credential;
  /** Of the member, towards other members, in both directions. */
  readonly peer: Credential;
  /** For looking at members and changing who is one. */
  readonly administrator: Credential;
  /** Of the API server. */
  readonly client: Credential;
}

export interface MemberNames {
  readonly name: string;
  readonly address: string;
}

/** Made, or renewed near their end; etcd reads the files again for each connection. */
export function ensureEtcdCertificates(options: AuthorityOptions, member: MemberNames): EtcdCertificates {
  const authority = new Authority(options, 'etcd/ca', 'etcd-ca');
  return {
    ca: authority.credential,
    server: authority.ensure('etcd/server', memberCertificate(member)),
    peer: authority.ensure('etcd/peer', memberCertificate(member)),
    administrator: authority.ensure('etcd/healthcheck-client', client('kube-etcd-healthcheck-client')),
    client: authority.ensure('apiserver-etcd-client', client('kube-apiserver-etcd-client')),
  };
}

const memberCertificate = ({ name, address }: MemberNames): Wanted => ({
  subject: { commonName: name },
  usages: ['server', 'client'],
  names: [...new Set([name, 'localhost', '127.0.0.1', '::1', address])],
});

const client = (commonName: string): Wanted => ({ subject: { commonName }, usages: ['client'] });
