// `tiphys apiserver`: store and API server alone; controllers, scheduler and nodes are other programs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createApiServer } from '../../apiserver/api-server.ts';
import { writeKubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import type { Level } from '../../kit/log.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { choosePort } from '../control-plane/choose-port.ts';
import { type ClusterCertificates, ensureCertificates } from '../pki/ensure-certificates.ts';
import { kubeconfigFor } from '../pki/kubeconfig.ts';
import { makePrivate } from '../state/paths.ts';
import { processTools } from './connection.ts';
import { aborted, endSignal } from './run.ts';

/** Flags of kube-apiserver, and --data-dir in place of --etcd-servers. */
export interface ApiServerFlags {
  readonly dataDir: string;
  readonly certDir: string;
  readonly bindAddress: string;
  readonly securePort: number;
  readonly advertiseAddress: string;
  readonly serviceClusterIpRange: string;
  readonly kubeletCertificateAuthority?: string;
  readonly logLevel: Level;
}

export async function runApiServer(flags: ApiServerFlags): Promise<void> {
  const { clock, random, log, metrics } = processTools(flags.logLevel);
  const signal = endSignal();
  makePrivate(flags.dataDir);
  const { bindAddress, advertiseAddress } = flags;
  const certificates = ensureCertificates({
    directory: flags.certDir,
    clock,
    random,
    nodes: [],
    addresses: [...new Set([bindAddress, advertiseAddress])].filter((address) => address !== '0.0.0.0'),
    serviceAddress: firstAddress(flags.serviceClusterIpRange),
  });
  const port = await choosePort(bindAddress, flags.securePort);
  const onFailure = (error: Error) => {
    log.error('the store cannot write any more', { error });
    process.exit(1);
  };
  const store = await openSqliteStore({ directory: join(flags.dataDir, 'store'), clock, onFailure });
  const api = createApiServer({
    store,
    clock,
    random,
    log: log.child('apiserver'),
    certificates,
    serviceCidr: flags.serviceClusterIpRange,
    listen: [{ host: bindAddress, port }],
    advertise: { address: advertiseAddress, port },
    ...(flags.kubeletCertificateAuthority && {
      kubeletAuthority: readFileSync(flags.kubeletCertificateAuthority, 'utf8'),
    }),
    moreMetrics: () => metrics.render(),
  });
  await api.start();
  writeKubeconfigs(flags.certDir, `https://${advertiseAddress}:${port}`, certificates);
  log.info('the API server answers', {
    url: `https://${advertiseAddress}:${port}`,
    kubeconfigs: flags.certDir,
  });
  await aborted(signal);
  await api.stop();
  await store.close();
  process.exit(0);
}

/** With kubeadm's file names, for clients of the API server. */
function writeKubeconfigs(directory: string, server: string, certificates: ClusterCertificates): void {
  const { ca, admin, superAdmin, controllerManager, scheduler } = certificates;
  const users = {
    admin,
    'super-admin': superAdmin,
    'controller-manager': controllerManager,
    scheduler,
  };
  for (const [name, user] of Object.entries(users))
    writeKubeconfig(join(directory, `${name}.conf`), kubeconfigFor('tiphys', server, ca, user));
}

/** The Service `kubernetes` has the first address of the range. */
const firstAddress = (range: string): string =>
  range.replace(/(\d+)\/\d+$/, (_, last: string) => String(Number(last) + 1));
