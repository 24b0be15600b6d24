// What flags and kubeconfig together say: which server, how it is trusted, as whom. Pure: files are named here and read by target.ts.
// Rules and messages are clientcmd's.
import type {
  Kubeconfig,
  KubeconfigCluster,
  KubeconfigContext,
  KubeconfigUser,
} from '../../client/kubeconfig/kubeconfig.ts';
import { addAll } from '../../kit/lists.ts';
import type { GlobalFlags } from '../command/global-flags.ts';
import { ConfigurationError } from '../errors/errors.ts';

export interface Effective {
  /** What flags name and no file has. */
  readonly missing: readonly string[];
  readonly contextMissing: boolean;
  readonly contextName: string;
  readonly clusterName: string;
  readonly userName: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
  readonly context: KubeconfigContext;
}

type ConfigFlags = Pick<
  GlobalFlags,
  | 'as'
  | 'as-group'
  | 'as-uid'
  | 'as-user-extra'
  | 'certificate-authority'
  | 'client-certificate'
  | 'client-key'
  | 'cluster'
  | 'context'
  | 'disable-compression'
  | 'insecure-skip-tls-verify'
  | 'namespace'
  | 'password'
  | 'server'
  | 'tls-server-name'
  | 'token'
  | 'user'
  | 'username'
>;

const NO_CONFIGURATION =
  'no configuration has been provided, try setting KUBERNETES_MASTER environment variable';

/** `defaultServer` is used where neither names one; undefined makes that an error. What is wrong is thrown by `usable`. */
export function effectiveConfig(
  config: Kubeconfig,
  flags: ConfigFlags,
  defaultServer: string | undefined,
): Effective {
  const contextName = flags.context || config['current-context'] || '';
  const found = config.contexts.find(({ name }) => name === contextName)?.context;
  const missing: string[] = [];
  if (!found && flags.context) missing.push(`context "${flags.context}" does not exist`);
  const context: KubeconfigContext = {
    ...(found ?? { cluster: '', user: '' }),
    ...(flags.cluster && { cluster: flags.cluster }),
    ...(flags.user && { user: flags.user }),
    ...(flags.namespace && { namespace: flags.namespace }),
  };
  const clusterName = context.cluster ?? '';
  const userName = context.user ?? '';
  const user = config.users.find(({ name }) => name === userName)?.user;
  if (!user && flags.user) missing.push(`auth info "${flags.user}" does not exist`);
  const cluster = config.clusters.find(({ name }) => name === clusterName)?.cluster;
  if (!cluster && flags.cluster) missing.push(`cluster "${flags.cluster}" does not exist`);
  // A cluster that a flag names wrongly has no defaults, either.
  const server = !cluster && flags.cluster ? undefined : defaultServer;
  return {
    missing,
    contextMissing: !found && contextName !== '',
    contextName,
    clusterName,
    userName,
    context,
    cluster: clusterWith(cluster, flags, server),
    user: userWith(user, flags),
  };
}

/** The configuration for requests: throws what flags name and files do not have, then what is wrong with the rest. */
export function usable(effective: Effective): Effective {
  const [first] = effective.missing;
  if (first !== undefined) throw new Error(first);
  return confirmed(effective);
}

function clusterWith(
  cluster: KubeconfigCluster | undefined,
  flags: ConfigFlags,
  defaultServer: string | undefined,
): KubeconfigCluster {
  const out: KubeconfigCluster = {
    ...(defaultServer && { server: defaultServer }),
    ...(cluster as KubeconfigCluster),
  };
  if (flags['certificate-authority'] || flags['insecure-skip-tls-verify']) {
    delete out['certificate-authority-data'];
    delete out['certificate-authority'];
    delete out['insecure-skip-tls-verify'];
    if (flags['certificate-authority']) out['certificate-authority'] = flags['certificate-authority'];
    if (flags['insecure-skip-tls-verify']) out['insecure-skip-tls-verify'] = true;
  }
  if (flags['tls-server-name'] || flags.server) {
    delete out['tls-server-name'];
    if (flags['tls-server-name']) out['tls-server-name'] = flags['tls-server-name'];
  }
  if (flags.server) out.server = flags.server;
  if (flags['disable-compression']) out['disable-compression'] = true;
  return out;
}

function userWith(user: KubeconfigUser | undefined, flags: ConfigFlags): KubeconfigUser {
  const out: KubeconfigUser = { ...user };
  if (flags['client-certificate']) {
    delete out['client-certificate-data'];
    out['client-certificate'] = flags['client-certificate'];
  }
  if (flags['client-key']) {
    delete out['client-key-data'];
    out['client-key'] = flags['client-key'];
  }
  if (flags.token) {
    out.token = flags.token;
    delete out.tokenFile;
  }
  if (flags.username) out.username = flags.username;
  if (flags.password) out.password = flags.password;
  if (flags.as) out.as = flags.as;
  if (flags['as-uid']) out['as-uid'] = flags['as-uid'];
  if (flags['as-group'].length > 0) out['as-groups'] = [...flags['as-group']];
  if (flags['as-user-extra'].length > 0) out['as-user-extra'] = extrasOf(flags['as-user-extra']);
  return out;
}

function extrasOf(pairs: readonly string[]): Record<string, string[]> {
  const out: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 0) continue;
    const key = pair.slice(0, at);
    out[key] = [...(out[key] ?? []), pair.slice(at + 1)];
  }
  return out;
}

/** Throws everything that is wrong. */
export function confirmed(effective: Effective): Effective {
  const { cluster, user, clusterName, userName, contextName, contextMissing } = effective;
  const problems: string[] = [];
  if (contextMissing) problems.push(`context was not found for specified context: ${contextName}`);
  const clusterFound = clusterProblems(cluster, clusterName);
  addAll(problems, userProblems(user, userName));
  addAll(problems, clusterFound);
  if (problems.length === 1 && Object.keys(cluster).length === 0 && clusterFound.length === 1)
    throw new ConfigurationError([
      clusterName ? `no server found for cluster "${clusterName}"` : NO_CONFIGURATION,
    ]);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return effective;
}

function userProblems(user: KubeconfigUser, name: string): string[] {
  const problems: string[] = [];
  const methods = [
    user.token || user.tokenFile ? 'token' : '',
    user.username || user.password ? 'basicAuth' : '',
  ].filter(Boolean);
  const cert = user['client-certificate'] || user['client-certificate-data'];
  if (user['client-certificate'] && user['client-certificate-data'])
    problems.push(
      `client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`,
    );
  if (cert) {
    if (user['client-key'] && user['client-key-data'])
      problems.push(
        `client-key-data and client-key are both specified for ${name}; client-key-data will override`,
      );
    if (!user['client-key'] && !user['client-key-data'])
      problems.push(
        `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
      );
  }
  const { exec } = user;
  if (exec) {
    if (user['auth-provider'])
      problems.push(`authProvider cannot be provided in combination with an exec plugin for ${name}`);
    if (!exec.command)
      problems.push(`command must be specified for ${name} to use exec authentication plugin`);
    if (!exec.apiVersion)
      problems.push(`apiVersion must be specified for ${name} to use exec authentication plugin`);
    if (!exec.interactiveMode && !exec.apiVersion?.endsWith('/v1beta1'))
      problems.push(`interactiveMode must be specified for ${name} to use exec authentication plugin`);
  }
  if (methods.length > 1 && user.username && user.token)
    problems.push(
      `more than one authentication method found for ${name}; found [${methods.join(' ')}], only one is allowed`,
    );
  if ((user['as-uid'] || user['as-groups']?.length || user['as-user-extra']) && !user.as)
    problems.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  return problems;
}

function clusterProblems(cluster: KubeconfigCluster, name: string): string[] {
  if (Object.keys(cluster).length === 0) return ['cluster has no server defined'];
  const problems: string[] = [];
  if (!cluster.server)
    problems.push(name ? `no server found for cluster "${name}"` : 'default cluster has no server defined');
  if (cluster['certificate-authority'] && cluster['certificate-authority-data'])
    problems.push(
      `certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`,
    );
  return problems;
}
