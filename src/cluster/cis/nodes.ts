// Section 4: files of nodes, kubelets, and the service proxy.
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Check, fail, manual, notApplicable, pass, scored, unless, type Verdict } from './check.ts';
import type { Cluster, KubeletEndpoint } from './cluster.ts';
import { renewed } from './components.ts';
import { modeAtMost, ownedBy } from './probe/files.ts';
import { ask, type Question } from './probe/https.ts';
import { listenersOf } from './probe/processes.ts';
import { weaknesses } from './probe/tls.ts';

const noNodes = notApplicable('the cluster has no nodes');
const noService = () => notApplicable('kubelets are started by the node agent; there is no service file');
const noConfigFile = () =>
  notApplicable('kubelets are configured by the node agent; there is no config file');

/** Asks every kubelet; `problem` says what is wrong with an answer's status. */
async function everyKubelet(
  cluster: Cluster,
  question: Question,
  good: string,
  right: (status: number) => boolean,
): Promise<Verdict> {
  if (cluster.kubelets.length === 0) return noNodes;
  const problems: string[] = [];
  for (const kubelet of cluster.kubelets) {
    const { status } = await ask(kubelet, cluster.ca, question);
    if (!right(status)) problems.push(`${kubelet.node} answers with ${status}`);
  }
  return unless(problems, good);
}

const clientKeys = ({ record, paths }: Cluster): string[] =>
  record.nodes.flatMap((node) => [
    join(paths.pki, 'kubelets', node, 'kubelet-client.key'),
    join(paths.pki, 'kubelets', node, 'kubelet-client.crt'),
  ]);

const READ_ONLY_PORT = 10_255;
const PROXY_METRICS_PORT = 10_249;

export const nodes: readonly Check[] = [
  scored('4.1.1', 'Permissions of the kubelet service file', noService),
  scored('4.1.2', 'Ownership of the kubelet service file', noService),
  scored('4.1.5', 'The kubelet’s credentials are readable by their owner only', (cluster) =>
    cluster.record.nodes.length === 0 ? noNodes : modeAtMost(clientKeys(cluster), 0o600),
  ),
  scored('4.1.6', 'The kubelet’s credentials belong to root', (cluster) =>
    cluster.record.nodes.length === 0 ? noNodes : ownedBy(clientKeys(cluster), 0, 0),
  ),
  manual('4.1.7', 'The authorities’ file has mode 600', ({ paths }) =>
    modeAtMost([join(paths.pki, 'ca.crt')], 0o600),
  ),
  manual('4.1.8', 'The authorities’ file belongs to root', ({ paths }) =>
    ownedBy([join(paths.pki, 'ca.crt')], 0, 0),
  ),
  scored('4.1.9', 'Permissions of the kubelet’s config file', noConfigFile),
  scored('4.1.10', 'Ownership of the kubelet’s config file', noConfigFile),
  scored('4.2.1', 'Kubelets refuse anonymous requests', (cluster) =>
    everyKubelet(cluster, { path: '/pods' }, '401', (status) => status === 401),
  ),
  scored('4.2.2', 'Kubelets do not allow everything to everybody', (cluster) => {
    const question = { path: '/pods', identity: cluster.identity('scheduler') };
    return everyKubelet(cluster, question, 'a user without rights gets 403', (status) => status === 403);
  }),
  scored('4.2.3', 'Kubelets accept certificates of the cluster’s authority only', (cluster) => {
    const question = { path: '/pods', identity: cluster.forged };
    const right = (status: number) => status === 401 || status === 403;
    return everyKubelet(cluster, question, 'a self-signed certificate is refused', right);
  }),
  manual('4.2.4', 'Kubelets have no read-only port', async (cluster) => {
    if (cluster.kubelets.length === 0) return noNodes;
    const open = await Promise.all(cluster.kubelets.map(({ host }) => accepts(host, READ_ONLY_PORT)));
    return open.includes(true)
      ? fail(`port ${READ_ONLY_PORT} is open`)
      : pass(`port ${READ_ONLY_PORT} is closed`);
  }),
  scored('4.2.6', 'Kubelets keep the chains of iptables', () =>
    notApplicable('Services and host ports are nftables maps of the node agent, not chains of iptables'),
  ),
  scored('4.2.10', 'Kubelets’ client certificates are renewed', (cluster) =>
    renewed(cluster, 'kubelet-client'),
  ),
  manual('4.2.12', 'Kubelets agree to strong ciphers only', async ({ kubelets }) => {
    const [kubelet] = kubelets;
    return kubelet
      ? unless(await weakKubelets(kubelets), 'TLS 1.2 and 1.3 with ECDHE and AEAD ciphers only')
      : noNodes;
  }),
  scored('4.3.1', 'The service proxy shows metrics on loopback only', ({ record }) => {
    const open = listenersOf(record.pid).filter(({ port }) => port === PROXY_METRICS_PORT);
    return unless(
      open.map(({ address }) => `listens on ${address}:${PROXY_METRICS_PORT}`),
      'it has no port',
    );
  }),
];

async function weakKubelets(kubelets: readonly KubeletEndpoint[]): Promise<string[]> {
  const found = await Promise.all(kubelets.map(weaknesses));
  return found.flatMap((weak, i) => weak.map((what) => `${kubelets[i]!.node} ${what}`));
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', () => end(true));
    socket.on('error', () => end(false));
    socket.on('timeout', () => end(false));
  });
}
