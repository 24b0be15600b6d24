// How a machine gets its first certificate: the cluster is found, no node of that name may be ready in it, and a request for a
// client certificate is signed. Called by join.ts at the first start, and when a certificate has expired for which there is a token.
// Upstream: cmd/kubeadm/app/cmd/phases/join/kubelet.go, pkg/kubelet/certificate/bootstrap.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { isForbidden, isNotFound, StatusError } from '../../api/status/status-error.ts';
import { type Connection, connectionOf } from '../../client/kubeconfig/connection.ts';
import { type Kubeconfig, readKubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { HttpsTransport } from '../../client/transport/https-transport.ts';
import { pemOf } from '../../client/transport/material.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { writeAtomically } from '../pki/credential-files.ts';
import { UserError } from '../progress.ts';
import { pinsOf } from './ca-hash.ts';
import { writeCertificateFile } from './certificate-file.ts';
import { discover } from './discovery.ts';
import type { JoinFlags } from './join-flags.ts';
import { serverUrl } from './join-flags.ts';
import type { NodeFiles } from './node-files.ts';
import { RefusedError, readClusterInfo } from './read-cluster-info.ts';
import { type IssuedCertificate, requestCertificate } from './request-certificate.ts';
import { textOf, tokenOf } from './tokens.ts';

export interface BootstrapTools {
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal?: AbortSignal;
}

/** How to reach a cluster before one is a node of it. */
export type BootstrapConnection = Connection & { readonly ca: string };

/** The token of the flags, from its file where it is in one; undefined without. */
export function tokenText({ token, tokenFile }: Pick<JoinFlags, 'token' | 'tokenFile'>): string | undefined {
  if (token && tokenFile) throw new UserError('give --token or --token-file, not both');
  if (!tokenFile) return token;
  try {
    return readFileSync(tokenFile, 'utf8').trim();
  } catch (error) {
    throw new UserError(`--token-file ${tokenFile}: ${messageOf(error)}`);
  }
}

/** Finds the cluster. Throws a UserError when it is not the one that the user means. */
export async function findCluster(flags: JoinFlags, tools: BootstrapTools): Promise<BootstrapConnection> {
  const { servers, caHash, unsafeSkipCaVerification, discoveryFile } = flags;
  const text = tokenText(flags);
  if (discoveryFile) return fromFile(discoveryFile, text, tools);
  if (!text) throw new UserError('give --token or --token-file to join a cluster');
  if (servers.length === 0) throw new UserError('name a server: tiphys join HOST:PORT --token … --ca-hash …');
  if (caHash.length === 0 && !unsafeSkipCaVerification)
    throw new UserError(
      'using token-based discovery without --ca-hash can be unsafe: whoever has the token can pose as the API server. Pass --unsafe-skip-ca-verification to continue',
    );
  const token = tokenOf(text);
  const found = await discover({ servers: servers.map(serverUrl), token, pins: pinsOf(caHash), ...tools });
  return { server: found.server, ca: found.ca, token: textOf(token) };
}

/** A kubeconfig with the cluster's authority, and perhaps with credentials. */
async function fromFile(
  path: string,
  token: string | undefined,
  { clock }: BootstrapTools,
): Promise<BootstrapConnection> {
  const config = kubeconfigOf(path);
  const [first] = config.clusters;
  if (!first) throw new UserError('the provided kubeconfig file must have at least one Cluster defined');
  const context = { name: '', context: { cluster: first.name, user: '' } };
  const complete = config['current-context']
    ? config
    : { ...config, contexts: [context], 'current-context': '' };
  const connection = connectionOf(complete, { directory: dirname(resolve(path)) });
  if (!connection.ca) throw new UserError(`--discovery-file ${path}: it is without the cluster's authority`);
  const ca = String(pemOf(connection.ca));
  const known = token ? { token: textOf(tokenOf(token)) } : connection;
  if (!known.token && !connection.cert)
    throw new UserError(
      'could not find authentication credentials for the TLS bootstrap process. Either use a discovery file with embedded credentials or specify --token',
    );
  const server = serverUrl(connection.server);
  await readClusterInfo(server, clock, ca).catch((error: unknown) => {
    // Who may not read it has seen at least that the authority vouches for the server.
    if (!(error instanceof RefusedError)) throw new UserError(`${server}: ${messageOf(error)}`);
  });
  return { ...connection, ...known, server, ca };
}

function kubeconfigOf(path: string): Kubeconfig {
  try {
    return readKubeconfig(path);
  } catch (error) {
    throw new UserError(`--discovery-file ${path}: ${messageOf(error)}`);
  }
}

/** Throws when a node of that name is ready: it would be another machine. */
export async function firstCertificate(
  name: string,
  connection: BootstrapConnection,
  tools: BootstrapTools & { readonly replaces: boolean },
): Promise<IssuedCertificate> {
  const transport = new HttpsTransport({ ...connection, clock: tools.clock });
  try {
    const client = new RestClient({ transport, clock: tools.clock }).as('kubelet');
    if (!tools.replaces) await checkName(client, name);
    return await requestCertificate(client, clientTerms(name), tools);
  } catch (error) {
    throw error instanceof StatusError ? new UserError(error.message) : error;
  } finally {
    transport.close();
  }
}

export const clientTerms = (name: string) => ({
  subject: { commonName: `system:node:${name}`, organizations: ['system:nodes'] },
  signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
  usages: ['digital signature', 'client auth'],
});

async function checkName(client: Pick<RestClient, 'get'>, name: string): Promise<void> {
  const node = await client.get(Node, name).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    // Not every cluster lets tokens read nodes.
    if (isForbidden(error)) return undefined;
    throw error;
  });
  if (isNodeReady(node))
    throw new UserError(
      `a Node with name "${name}" and status "Ready" already exists in the cluster. You must delete the existing Node or change the name of this new joining Node`,
    );
}

/** The authority first: a certificate without it would count as joined. */
export function keepCertificate(files: NodeFiles, ca: string, issued: IssuedCertificate): void {
  writeAtomically(files.ca, ca, { durable: true });
  writeCertificateFile(files.client, issued);
}
