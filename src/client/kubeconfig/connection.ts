// How a client reaches and convinces an API server: from a context of a kubeconfig file, or from what a pod is given.
// Called by every command and component that is started on its own; HttpsTransport takes the result.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Clock, systemClock } from '../../kit/clock.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import type { Material } from '../transport/material.ts';
import { type Kubeconfig, type KubeconfigUser, readKubeconfig } from './kubeconfig.ts';
import { tokenFromFile } from './token-file.ts';

export interface Connection {
  readonly server: string;
  readonly ca?: Material;
  readonly cert?: Material;
  readonly key?: Material;
  readonly token?: string | (() => string);
  readonly serverName?: string;
  readonly insecureSkipVerify?: boolean;
  /** The namespace of requests that name none. */
  readonly namespace?: string;
}

export interface ConnectionOptions {
  /** The current context when left out. */
  readonly context?: string;
  /** What relative paths in the kubeconfig start from: the folder that the file is in. */
  readonly directory?: string;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

/** A component's connection: from the kubeconfig file if one is named, otherwise as a pod of the cluster. */
export function connectionFrom(
  kubeconfig: string | undefined,
  options: { context?: string; env: Readonly<Record<string, string | undefined>> },
): Connection {
  if (!kubeconfig) return inClusterConnection(options.env);
  const context = options.context === undefined ? {} : { context: options.context };
  return connectionOf(readKubeconfig(kubeconfig), { ...context, directory: dirname(resolve(kubeconfig)) });
}

/** What a context says. Throws for ways of authenticating that are not supported, rather than trying without. */
export function connectionOf(config: Kubeconfig, options: ConnectionOptions = {}): Connection {
  const { context = config['current-context'], directory = '.', clock = systemClock } = options;
  const chosen = named(config.contexts, context)?.context;
  if (!chosen) throw new Error(`context "${context ?? ''}" does not exist`);
  const cluster = named(config.clusters, chosen.cluster)?.cluster;
  if (!cluster) throw new Error(`cluster "${chosen.cluster}" does not exist`);
  if (cluster['proxy-url']) throw new Error(`cluster "${chosen.cluster}": proxy-url is not supported`);
  const user = named(config.users, chosen.user)?.user ?? {};
  refuseUnsupported(user, chosen.user);
  const at = (path: string | undefined) => path && resolve(directory, path);
  const tokenFile = at(user.tokenFile);
  return defined({
    server: cluster.server,
    ca: material(cluster['certificate-authority-data'], at(cluster['certificate-authority'])),
    cert: material(user['client-certificate-data'], at(user['client-certificate'])),
    key: material(user['client-key-data'], at(user['client-key'])),
    // A token file takes precedence over a token.
    token: tokenFile ? tokenFromFile(tokenFile, clock) : user.token,
    serverName: cluster['tls-server-name'],
    insecureSkipVerify: cluster['insecure-skip-tls-verify'],
    namespace: chosen.namespace,
  });
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What every container of a pod is given: the address in its environment, the service account's token in a volume. */
export function inClusterConnection(
  env: Readonly<Record<string, string | undefined>>,
  directory = SERVICE_ACCOUNT,
  clock: Pick<Clock, 'monotonic'> = systemClock,
): Connection {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port)
    throw new Error(
      'unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined',
    );
  const token = tokenFromFile(`${directory}/token`, clock);
  token();
  return {
    server: `https://${hostPort(host, port)}`,
    ca: () => readFileSync(`${directory}/ca.crt`),
    token,
    namespace: readFileSync(`${directory}/namespace`, 'utf8').trim(),
  };
}

const named = <T extends { name: string }>(entries: readonly T[], name: string | undefined): T | undefined =>
  entries.find((entry) => entry.name === name);

const UNSUPPORTED = ['exec', 'auth-provider', 'username', 'password', 'as', 'as-uid', 'as-groups'] as const;

function refuseUnsupported(user: KubeconfigUser, name: string): void {
  const found = UNSUPPORTED.find((field) => user[field] !== undefined);
  if (found)
    throw new Error(`user "${name}": ${found} is not supported; use a certificate, token or tokenFile`);
}

/** Data wins over a path. Files are read at each dial, for they may be renewed. */
function material(data: string | undefined, path: string | undefined): Material | undefined {
  if (data) return Buffer.from(data, 'base64');
  return path ? () => readFileSync(path) : undefined;
}

function defined<T extends object>(object: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
