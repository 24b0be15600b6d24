// How a machine that knows nothing but an address, a token and a hash finds out whether a server is of the cluster that it is to
// join, as kubeadm does: cluster-info from whoever answers, its signature by the token, the authority's key by its hash, then cluster-info
// once more over a connection that this authority vouches for. Called by join.ts and by servers that join others.
// Upstream: cmd/kubeadm/app/discovery/token.
import { timingSafeEqual } from 'node:crypto';
import type { TokenText } from '../../api/tokens/bootstrap-token.ts';
import { type Kubeconfig, parseKubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import { SIGNATURE_PREFIX, signatureOf } from '../../controllers/bootstrap-tokens/signed-info.ts';
import { type Clock, rfc3339 } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';
import { certificatesIn, checkPins } from './ca-hash.ts';
import { RefusedError, readClusterInfo } from './read-cluster-info.ts';

export interface DiscoveryOptions {
  /** https://HOST:PORT; whichever answers first in turn is asked. */
  readonly servers: readonly string[];
  readonly token: TokenText;
  /** Hashes of the authority's key; empty where the user waives that check. */
  readonly pins: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface DiscoveredCluster {
  /** The server that answered, as it was given. */
  readonly server: string;
  /** Where cluster-info says that the API server is. */
  readonly published: string;
  /** PEM. */
  readonly ca: string;
}

/** As kubeadm's timeout of discovery. */
const ANSWER_MS = 300_000;
/** A token that was just made is signed with within a second. */
const SIGNATURE_MS = 10_000;
const RETRY_MS = 500;
const MAX_RETRY_MS = 5_000;

/** Retries while no server answers, and gives up after five minutes. */
export async function discover(options: DiscoveryOptions): Promise<DiscoveredCluster> {
  const { servers, clock, log } = options;
  const end = clock.monotonic() + ANSWER_MS;
  for (let wait = RETRY_MS; ; wait = Math.min(wait * 2, MAX_RETRY_MS)) {
    let failure: unknown;
    for (const server of servers)
      try {
        return await discoverAt(server, options);
      } catch (error) {
        // Somebody else's answer is no reason to wait for another one.
        if (error instanceof UserError) throw error;
        failure = error;
      }
    if (clock.monotonic() > end)
      throw new UserError(`couldn't validate the identity of the API Server: ${messageOf(failure)}`);
    log.info('waiting for the API server', { servers: servers.join(), error: messageOf(failure) });
    await clock.sleep(wait);
  }
}

async function discoverAt(server: string, options: DiscoveryOptions): Promise<DiscoveredCluster> {
  const { pins, clock } = options;
  const { kubeconfig } = await signedInfo(server, options);
  const first = clusterOf(kubeconfig);
  const ca = first.ca;
  if (pins.size === 0) return { server, published: first.server, ca };
  // Whoever has the token may have added an authority of their own to the cluster's: only what is pinned vouches for the server.
  const pinned = checkPins(readCertificates(ca), pins).map(String).join('');
  const second = await readClusterInfo(server, clock, pinned).catch((error: unknown) => {
    if (isTls(error))
      throw new UserError(
        `the API server at ${server} is not vouched for by the cluster's authority: ${messageOf(error)}${byTime(error) ? `; the clock of this machine says ${rfc3339(clock.now())}` : ''}`,
      );
    throw error;
  });
  if (second.kubeconfig !== kubeconfig)
    throw new UserError(
      'the second kubeconfig from the cluster-info ConfigMap (using validated TLS) was different from the first',
    );
  return { server, published: first.server, ca };
}

/** Waits a little for a signature by the token. */
async function signedInfo(
  server: string,
  { token, clock }: DiscoveryOptions,
): Promise<{ readonly kubeconfig: string }> {
  const end = clock.monotonic() + SIGNATURE_MS;
  for (;;) {
    const info = await readClusterInfo(server, clock).catch((error: unknown) => {
      if (error instanceof RefusedError && error.status === 404) return undefined;
      if (error instanceof RefusedError && error.status < 500) throw new UserError(error.message);
      throw error;
    });
    if (info?.[SIGNATURE_PREFIX + token.id] || clock.monotonic() > end)
      return { kubeconfig: verify(info ?? {}, token) };
    await clock.sleep(RETRY_MS);
  }
}

/** The signed kubeconfig. Throws in upstream's words. */
export function verify(info: Readonly<Record<string, string>>, token: TokenText): string {
  const { kubeconfig } = info;
  if (!kubeconfig)
    throw new UserError(
      "there is no kubeconfig key in the cluster-info ConfigMap. This API Server isn't set up for token bootstrapping, can't connect",
    );
  const signature = info[SIGNATURE_PREFIX + token.id];
  if (!signature)
    throw new UserError(
      `token id "${token.id}" is invalid for this cluster or it has expired. Use "tiphys token create" on a server to create a new valid token`,
    );
  const [given, wanted] = [Buffer.from(signature), Buffer.from(signatureOf(kubeconfig, token))];
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new UserError(
      "failed to verify JWS signature of received cluster info object, can't trust this API Server",
    );
  return kubeconfig;
}

/** Server and authority of cluster-info's kubeconfig, or of another one with a single cluster. */
export function clusterOf(text: string): { readonly server: string; readonly ca: string } {
  let config: Kubeconfig | undefined;
  try {
    config = parseKubeconfig(text);
  } catch (error) {
    throw new UserError(
      `couldn't parse the kubeconfig file in the cluster-info ConfigMap: ${messageOf(error)}`,
    );
  }
  const cluster = config?.clusters[0]?.cluster;
  const { server, 'certificate-authority-data': data } = cluster ?? {};
  if (typeof server !== 'string' || typeof data !== 'string')
    throw new UserError('malformed kubeconfig in the cluster-info ConfigMap');
  return { server, ca: Buffer.from(data, 'base64').toString() };
}

function readCertificates(ca: string) {
  try {
    return certificatesIn(ca);
  } catch (error) {
    throw new UserError(`failed to parse cluster CA from the cluster-info ConfigMap: ${messageOf(error)}`);
  }
}

/** A verdict that rests on this machine's clock. */
const byTime = (error: unknown): boolean =>
  /^CERT_(NOT_YET_VALID|HAS_EXPIRED)$/.test(String((error as { code?: unknown } | undefined)?.code ?? ''));

/** OpenSSL's verdict on a certificate, as opposed to a connection that failed. */
const isTls = (error: unknown): boolean =>
  /^(UNABLE_TO|CERT_|DEPTH_|SELF_SIGNED|ERR_TLS_CERT|HOSTNAME_|INVALID_)/.test(
    String((error as { code?: unknown } | undefined)?.code ?? ''),
  );
