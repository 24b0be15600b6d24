// Everything a cluster needs to be sure who is who, in one directory with kubeadm's file names: made on the first start,
// read again on the next, renewed near its end or when a node or address has been added. Called once by cluster/.
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import { Authority, type Wanted } from './authority.ts';
import type { Credential } from './credential-files.ts';
import { ensureServiceAccountKeys, type ServiceAccountKeys } from './service-account-keys.ts';

export interface CertifiedNode {
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface CertificatesOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly random?: Random;
  readonly nodes: readonly CertifiedNode[];
  /** DNS names of the API server besides the usual ones. */
  readonly names?: readonly string[];
  /** Addresses of the API server besides loopback and its service: the gateway, the host's. */
  readonly addresses?: readonly string[];
  /** The address of the `kubernetes` Service. */
  readonly serviceAddress?: string;
  readonly clusterDomain?: string;
  /** Names of nodes for whose kubelets one server stands. */
  readonly simulatedNodes?: readonly string[];
}

export interface KubeletCertificates {
  readonly client: Credential;
  readonly serving: Credential;
}

export interface ClusterCertificates {
  readonly ca: Credential;
  readonly apiserver: Credential;
  readonly apiserverKubeletClient: Credential;
  readonly frontProxyCa: Credential;
  readonly frontProxyClient: Credential;
  /** kubernetes-admin of kubeadm:cluster-admins: what RBAC grants it, and no more. */
  readonly admin: Credential;
  /** Of system:masters: no authorizer can lock it out. */
  readonly superAdmin: Credential;
  readonly controllerManager: Credential;
  readonly scheduler: Credential;
  readonly kubelets: ReadonlyMap<string, KubeletCertificates>;
  /** Of the server that stands for the kubelets of simulated nodes, if there are any. */
  readonly simulatedNodes?: Credential;
  readonly serviceAccount: ServiceAccountKeys;
}

export function ensureCertificates(options: CertificatesOptions): ClusterCertificates {
  const cluster = new Authority(options, 'ca', 'kubernetes');
  const frontProxy = new Authority(options, 'front-proxy-ca', 'front-proxy-ca');
  const kubelets = options.nodes.map((node) => [node.name, kubelet(cluster, node)] as const);
  return {
    ca: cluster.credential,
    apiserver: cluster.ensure('apiserver', apiserver(options)),
    apiserverKubeletClient: cluster.ensure(
      'apiserver-kubelet-client',
      client('kube-apiserver-kubelet-client', 'kubeadm:cluster-admins'),
    ),
    frontProxyCa: frontProxy.credential,
    frontProxyClient: frontProxy.ensure('front-proxy-client', client('front-proxy-client')),
    admin: cluster.ensure('admin', client('kubernetes-admin', 'kubeadm:cluster-admins')),
    superAdmin: cluster.ensure('super-admin', client('kubernetes-super-admin', 'system:masters')),
    controllerManager: cluster.ensure('controller-manager', client('system:kube-controller-manager')),
    scheduler: cluster.ensure('scheduler', client('system:kube-scheduler')),
    kubelets: new Map(kubelets),
    ...(options.simulatedNodes?.length && {
      simulatedNodes: cluster.ensure('simulated-nodes', simulated(options.simulatedNodes)),
    }),
    serviceAccount: ensureServiceAccountKeys(options.directory),
  };
}

const client = (commonName: string, ...organizations: string[]): Wanted => ({
  subject: { commonName, organizations },
  usages: ['client'],
});

function apiserver(options: CertificatesOptions): Wanted {
  const { nodes, names = [], addresses = [], clusterDomain = 'cluster.local' } = options;
  const all = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${clusterDomain}`,
    'localhost',
    ...nodes.map(({ name }) => name),
    ...names,
    '127.0.0.1',
    '::1',
    options.serviceAddress ?? '10.96.0.1',
    ...addresses,
  ];
  return { subject: { commonName: 'kube-apiserver' }, usages: ['server'], names: [...new Set(all)] };
}

const simulated = (names: readonly string[]): Wanted => ({
  subject: { commonName: 'simulated-nodes' },
  usages: ['server'],
  names,
});

function kubelet(authority: Authority, { name, addresses }: CertifiedNode): KubeletCertificates {
  const user = client(`system:node:${name}`, 'system:nodes');
  const names = [...new Set([name, ...addresses])];
  return {
    client: authority.ensure(`kubelets/${name}/kubelet-client`, user),
    serving: authority.ensure(`kubelets/${name}/kubelet`, { ...user, usages: ['server'], names }),
  };
}
