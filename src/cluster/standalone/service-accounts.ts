// Clients of service accounts in kube-system, for controllers that each act as one of their own
// (--use-service-account-credentials). All share one connection; each request carries its account's token.
import type { TokenRequest } from '../../api/kinds/authentication/v1/token-request.ts';
import { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { HttpsTransport } from '../../client/transport/https-transport.ts';
import type { Transport, TransportRequest } from '../../client/transport/transport.ts';
import type { Clock } from '../../kit/clock.ts';
import type { ComponentAccess } from './connection.ts';

const NAMESPACE = 'kube-system';
const LIFE_SECONDS = 3600;
/** A token is replaced when this share of its life has passed. */
const RENEW_AT = 0.8;

/** A client for each service account; accounts that are missing are created, as upstream's controller manager does. */
export function serviceAccountClients({ server, client, clock }: ComponentAccess): (name: string) => Client {
  const transport = new HttpsTransport({ ...server, clock });
  return (name) =>
    new RestClient({ transport: withToken(transport, tokenSource(client, name, clock)), clock });
}

function withToken(transport: Transport, token: () => Promise<string>): Transport {
  const signed = async (request: TransportRequest): Promise<TransportRequest> => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${await token()}` },
  });
  return {
    request: async (request) => transport.request(await signed(request)),
    watch: async (request) => transport.watch(await signed(request)),
  };
}

/** Gives the current token; callers at the same time wait for one request. */
function tokenSource(client: Client, name: string, clock: Clock): () => Promise<string> {
  let current: Promise<string> | undefined;
  let renewAt = 0;
  return () => {
    if (!current || clock.monotonic() >= renewAt) {
      renewAt = clock.monotonic() + LIFE_SECONDS * 1000 * RENEW_AT;
      current = requestToken(client, name);
      current.catch(() => {
        current = undefined;
      });
    }
    return current;
  };
}

async function requestToken(client: Client, name: string): Promise<string> {
  const ask = () =>
    client.post(ServiceAccount, name, NAMESPACE, 'token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: LIFE_SECONDS },
    });
  let answer: unknown;
  try {
    answer = await ask();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await createAccount(client, name);
    answer = await ask();
  }
  return (answer as TokenRequest).status!.token!;
}

async function createAccount(client: Client, name: string): Promise<void> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: NAMESPACE } };
  try {
    await client.create(ServiceAccount, account);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}
