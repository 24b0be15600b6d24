// `tiphys apiserver`: store and API server alone; controllers, scheduler and nodes are other programs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstAddress } from '../../api/addresses/prefix.ts';
import { createApiServer } from '../../apiserver/api-server.ts';
import type { AuthenticationFlags } from '../../apiserver/authn/configured/flags.ts';
import type { AuthorizationFlags } from '../../apiserver/authz/configured/flags.ts';
import { writeKubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import type { Level } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import { authenticationOf, issuerProblem, type TokenFlags } from '../access/authentication.ts';
import { authorizationOf } from '../access/authorization.ts';
import { signerProblem, tokensOf } from '../access/service-account-tokens.ts';
import { type AuditFlags, auditorOf } from '../auditor.ts';
import type { StoreService } from '../backup/store-service.ts';
import { choosePort } from '../control-plane/choose-port.ts';
import { openControlPlaneStore } from '../control-plane/opening/open-store.ts';
import type { EtcdSettings } from '../control-plane/settings.ts';
import { startLeaseElection } from '../control-plane/start-lease-election.ts';
import { featureGates, warnOfGates } from '../feature-gates.ts';
import { watchCertificates } from '../pki/certificate-watch.ts';
import { type ClusterCertificates, ensureCertificates } from '../pki/ensure-certificates.ts';
import { kubeconfigFor } from '../pki/kubeconfig.ts';
import { UserError } from '../progress.ts';
import { servedApis } from '../runtime-config.ts';
import { makePrivate } from '../state/paths.ts';
import { processTools } from './connection.ts';
import { aborted, endSignal } from './run.ts';
import { serviceRanges } from './service-ranges.ts';
import { shownFlags } from './shown-flags.ts';

/** Flags of kube-apiserver, and --data-dir, where the store is if there is no --etcd-servers. */
export interface ApiServerFlags extends AuditFlags, AuthenticationFlags, AuthorizationFlags, TokenFlags {
  readonly dataDir: string;
  readonly etcdServers?: readonly string[];
  readonly etcdCafile?: string;
  readonly etcdCertfile?: string;
  readonly etcdKeyfile?: string;
  readonly etcdPrefix: string;
  /** etcd's: bytes of data beyond which writes that add are refused. */
  readonly quotaBackendBytes?: number;
  readonly certDir: string;
  readonly bindAddress: string;
  readonly securePort: number;
  readonly advertiseAddress: string;
  readonly serviceClusterIpRange: string;
  readonly kubeletCertificateAuthority?: string;
  /** Further keys whose tokens are accepted. */
  readonly serviceAccountKeyFile?: readonly string[];
  readonly serviceAccountSigningKeyFile?: string;
  readonly serviceAccountSigningEndpoint?: string;
  readonly encryptionProviderConfig?: string;
  readonly encryptionProviderConfigAutomaticReload: boolean;
  readonly featureGates?: string;
  readonly runtimeConfig?: string;
  readonly logLevel: Level;
}

/** Addresses to listen on that lead nowhere. */
const ANY = ['0.0.0.0', '::'];

export async function runApiServer(flags: ApiServerFlags): Promise<void> {
  const features = featureGates(flags.featureGates);
  const apis = await servedApis(flags.runtimeConfig, features);
  const { clock, random, log, metrics } = processTools(flags.logLevel);
  warnOfGates(features, log);
  const signal = endSignal();
  const problem = issuerProblem(flags) ?? signerProblem(flags);
  if (problem) throw new UserError(problem);
  // Before the store is opened: an open store would keep the process from ending when the signer is not there.
  const tokens = await tokensOf(flags, { clock, log: log.child('service-account-tokens') });
  makePrivate(flags.dataDir);
  const { bindAddress, advertiseAddress } = flags;
  const serviceCidrs = serviceRanges(flags.serviceClusterIpRange, advertiseAddress);
  const files = {
    directory: flags.certDir,
    clock,
    random,
    nodes: [],
    addresses: [...new Set([bindAddress, advertiseAddress])].filter((address) => !ANY.includes(address)),
    serviceAddress: firstAddress(serviceCidrs[0]!),
  };
  const certificates = withKeyFiles(ensureCertificates(files), flags);
  const port = await choosePort(bindAddress, flags.securePort);
  const onFailure = (error: Error) => {
    log.error('the store cannot write any more', { error });
    process.exit(1);
  };
  const {
    store,
    layout,
    metrics: storeMetrics,
  } = await openControlPlaneStore({
    settings: {
      store: join(flags.dataDir, 'store'),
      storage: { ...(flags.quotaBackendBytes && { quotaBytes: flags.quotaBackendBytes }) },
      ...etcdOf(flags),
    },
    ...(apis && { apis }),
    clock,
    random,
    log,
    onFailure,
  });
  const { encryptionProviderConfig: file, encryptionProviderConfigAutomaticReload: reload } = flags;
  const encryption =
    file &&
    (await (
      await import('../../apiserver/encryption/encryption.ts')
    )
      .openEncryption({
        file,
        reload,
        store,
        layout: layout ?? (await embedded()),
        clock,
        random,
        log: log.child('encryption'),
      })
      .catch((error) => {
        throw new UserError(`--encryption-provider-config ${file}: ${messageOf(error)}`);
      }));
  const auditor = await auditorOf(flags, { clock, log });
  const authentication = await authenticationOf(flags, { clock, random, log });
  const authorization = await authorizationOf(flags, { clock, random, log });
  let service: StoreService | undefined;
  const api = createApiServer({
    ...(auditor && { auditor }),
    ...(authorization && { authorization }),
    ...tokens.options,
    store: encryption ? encryption.store : store,
    ...(encryption && { healthChecks: encryption.healthChecks }),
    clock,
    random,
    log: log.child('apiserver'),
    features,
    ...(apis && { apis }),
    flags: shownFlags(flags),
    certificates,
    ...(flags.serviceAccountIssuer && { serviceAccountIssuers: flags.serviceAccountIssuer }),
    ...(flags.serviceAccountJwksUri && { serviceAccountJwksUri: flags.serviceAccountJwksUri }),
    ...(flags.apiAudiences && { apiAudiences: flags.apiAudiences }),
    ...(authentication && { authentication }),
    serviceCidrs,
    listen: [{ host: bindAddress, port }],
    advertise: { address: advertiseAddress, port },
    ...(flags.kubeletCertificateAuthority && {
      kubeletAuthority: readFileSync(flags.kubeletCertificateAuthority, 'utf8'),
    }),
    moreMetrics: () =>
      metrics.render() +
      (encryption ? encryption.metrics() : '') +
      tokens.metrics() +
      (storeMetrics?.() ?? '') +
      (service?.metrics() ?? ''),
  });
  await api.start();
  const endElection = await startLeaseElection({ api, features, apis, clock, random, log });
  const url = `https://${hostPort(advertiseAddress, port)}`;
  const use = (renewed: ClusterCertificates) => {
    writeKubeconfigs(flags.certDir, url, renewed);
    api.setCertificates(withKeyFiles(renewed, flags));
  };
  writeKubeconfigs(flags.certDir, url, certificates);
  const renewals = log.child('certificates');
  watchCertificates({ files, current: certificates, renews: true, log: renewals, onChange: use });
  log.info('the API server answers', {
    url,
    kubeconfigs: flags.certDir,
  });
  const { startStoreService } = await import('../backup/store-service.ts');
  service = await startStoreService({ store, dataDir: flags.dataDir, clock, log, snapshots: {} });
  await aborted(signal);
  await service.stop();
  await endElection?.();
  await api.stop();
  if (encryption) encryption.close();
  await auditor?.close();
  authentication?.close();
  authorization?.close();
  tokens.close();
  await store.close();
  process.exit(0);
}

function etcdOf(flags: ApiServerFlags): { etcd?: EtcdSettings } {
  const {
    etcdServers: endpoints,
    etcdCafile: ca,
    etcdCertfile: cert,
    etcdKeyfile: key,
    etcdPrefix: prefix,
  } = flags;
  if (!endpoints) return {};
  const tls = ca || cert ? { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } } : {};
  return { etcd: { endpoints, ...tls, prefix } };
}

const embedded = async () => (await import('../../apiserver/etcd-layout/embedded-layout.ts')).embeddedLayout;

/** Keys of service account tokens from the flags, where they are given, in place of those in the directory. */
function withKeyFiles(certificates: ClusterCertificates, flags: ApiServerFlags): ClusterCertificates {
  const { serviceAccountSigningKeyFile: signing, serviceAccountKeyFile = [] } = flags;
  if (!signing && serviceAccountKeyFile.length === 0) return certificates;
  const own = certificates.serviceAccount;
  const others = serviceAccountKeyFile.map((file) => readFileSync(file, 'utf8')).join('\n');
  const privateKey = signing ? readFileSync(signing, 'utf8') : own.privateKey;
  return { ...certificates, serviceAccount: { ...own, privateKey, others: `${others}\n${own.others}` } };
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
