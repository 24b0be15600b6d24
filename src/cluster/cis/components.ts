// Sections 1.3, 1.4 and 2: controller manager, scheduler and store, which run in the API server's process.
import { ownSigningKey } from './api-server.ts';
import { type Check, fail, notApplicable, pass, scored, unless, type Verdict } from './check.ts';
import type { Cluster } from './cluster.ts';
import { listenersOf } from './probe/processes.ts';

/** The control plane listens for the API and for nothing else: its components have no ports of their own. */
function noPortOfItsOwn({ record, api }: Cluster): Verdict {
  const others = listenersOf(record.controlPlane!).filter(({ port }) => port !== api.port);
  return unless(
    others.map(({ address, port }) => `listens on ${address}:${port}`),
    `no port but ${api.port}, the API’s`,
  );
}

const noEtcd = () =>
  notApplicable('there is no etcd: the store is a file that only the API server’s process opens');

const etcd = [
  'etcd has a certificate',
  'etcd asks clients for certificates',
  'etcd makes no certificates of its own',
  'etcd’s peers have certificates',
  'etcd’s peers ask for certificates',
  'etcd’s peers make no certificates of their own',
];

/** Which service account did it shows in what the manager's own user may not do. */
async function ownAccounts(cluster: Cluster): Promise<Verdict> {
  const attributes = {
    verb: 'create',
    resource: 'configmaps',
    version: 'v1',
    namespace: cluster.namespace,
  };
  const account = 'system:serviceaccount:kube-system:root-ca-cert-publisher';
  const manager = await cluster.mayI('system:kube-controller-manager', [], attributes);
  const publisher = await cluster.mayI(account, [], attributes);
  const { status } = await rootCa(cluster);
  return status === 200 && publisher.allowed && !manager.allowed
    ? pass('what the manager’s own user may not create is created by a controller’s account')
    : fail(
        `the manager may: ${manager.allowed}, the account may: ${publisher.allowed}, it is there: ${status === 200}`,
      );
}

const rootCa = (cluster: Cluster) =>
  cluster.admin({ path: '/api/v1/namespaces/default/configmaps/kube-root-ca.crt' });

export const components: readonly Check[] = [
  scored('1.3.2', 'The controller manager has no profiling', noPortOfItsOwn),
  scored('1.3.3', 'Each controller has a service account of its own', ownAccounts),
  scored('1.3.4', 'Service account tokens are signed with a configured key', ownSigningKey),
  scored('1.3.5', 'Pods get the authority of the API server', async (cluster) => {
    const { body, status } = await rootCa(cluster);
    return body?.data?.['ca.crt'] === cluster.ca
      ? pass('kube-root-ca.crt is ca.crt')
      : fail(`status ${status}`);
  }),
  scored('1.3.6', 'Kubelets’ serving certificates are renewed', (cluster) => renewed(cluster, 'kubelet')),
  scored('1.3.7', 'The controller manager listens on loopback only', noPortOfItsOwn),
  scored('1.4.1', 'The scheduler has no profiling', noPortOfItsOwn),
  scored('1.4.2', 'The scheduler listens on loopback only', noPortOfItsOwn),
  ...etcd.map((title, i) => scored(`2.${i + 1}`, title, noEtcd)),
];

const DAY_MS = 86_400_000;

/** Each node's certificate of this name is renewed in good time: it is always valid for some days more. */
export function renewed(cluster: Cluster, name: string): Verdict {
  if (cluster.record.nodes.length === 0) return notApplicable('the cluster has no nodes');
  const problems = cluster.record.nodes.flatMap((node) => {
    const left = cluster.validity(`kubelets/${node}/${name}.crt`) / DAY_MS;
    return left > 1 ? [] : [`${node}: ends in ${Math.round(left * 24)} hours`];
  });
  return unless(problems, 'the cluster renews certificates while it runs (tiphys certs check-expiration)');
}
