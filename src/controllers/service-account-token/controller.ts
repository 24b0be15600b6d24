// Promise: a Secret of the type kubernetes.io/service-account-token holds a token of the ServiceAccount that it names, and
// is deleted with the account. The token is bound to the Secret: deleting the Secret revokes the token, and the account no longer
// names it. Upstream: pkg/controller/serviceaccount/tokens_controller.go.
import type { TokenRequest } from '../../api/kinds/authentication/v1/token-request.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import { isBeingDeleted, keyOf, nameOf, namespaceOf, splitKey } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';

const TYPE = 'kubernetes.io/service-account-token';
const NAME = 'kubernetes.io/service-account.name';
const UID = 'kubernetes.io/service-account.uid';
/** Begins the key of a Secret that was deleted, and parts it from the name of its account; no name contains it. */
const GONE = '|';
/** Upstream's tokens of this type never expire; ours expire after a hundred years. */
const CENTURY = 100 * 365 * 24 * 3600;

export function createServiceAccountTokenController(context: ControllerContext, rootCa: string): Controller {
  const secrets = context.informers.informer(Secret, { fieldSelector: `type=${TYPE}` });
  const accounts = context.informers.informer(ServiceAccount);
  const of = (account: Readonly<ServiceAccount>) =>
    secrets.lister
      .list()
      .filter(({ metadata: { namespace, annotations } }) => {
        return namespace === namespaceOf(account) && annotations?.[NAME] === nameOf(account);
      })
      .map(keyOf);
  return {
    name: 'serviceaccount-token-controller',
    watches: [
      watch(secrets, {
        onAdd: (secret) => [keyOf(secret)],
        onUpdate: (secret) => [keyOf(secret)],
        onDelete: (secret) => [GONE + keyOf(secret) + GONE + (secret.metadata.annotations?.[NAME] ?? '')],
      }),
      watch(accounts, { onAdd: of, onUpdate: () => [], onDelete: of }),
    ],
    reconcile: async (key) => {
      if (key.startsWith(GONE)) {
        const [secret = '', account = ''] = key.slice(GONE.length).split(GONE);
        if (!secrets.lister.byKey(secret)) await dropReference(context, account, splitKey(secret));
        return undefined;
      }
      const { namespace, name } = splitKey(key);
      const secret = secrets.lister.get(name, namespace);
      const owner = secret?.metadata.annotations?.[NAME];
      if (!secret || !owner || isBeingDeleted(secret)) return undefined;
      const uid = secret.metadata.annotations?.[UID];
      const isOwner = (one: Readonly<ServiceAccount> | undefined) =>
        one !== undefined && (!uid || uid === one.metadata.uid);
      const cached = accounts.lister.get(owner, namespace);
      // Both may have been created just now, and the cache of the accounts may be behind.
      const account = isOwner(cached) ? cached : await read(context, owner, namespace);
      if (!account || !isOwner(account)) await remove(context, secret);
      else if (!isComplete(secret, account, rootCa)) await fill(context, secret, account, rootCa);
      return undefined;
    },
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const isComplete = (
  { data, metadata }: Readonly<Secret>,
  account: Readonly<ServiceAccount>,
  rootCa: string,
): boolean =>
  Boolean(data?.token) &&
  (rootCa === '' || data?.['ca.crt'] === base64(rootCa)) &&
  data?.namespace === base64(metadata.namespace!) &&
  metadata.annotations?.[UID] === account.metadata.uid;

async function fill(
  { client }: ControllerContext,
  secret: Readonly<Secret>,
  account: Readonly<ServiceAccount>,
  rootCa: string,
): Promise<void> {
  const { namespace, name, uid } = secret.metadata;
  const token = secret.data?.token ?? base64(await tokenFor(client, account, { name: name!, uid: uid! }));
  await client.update(Secret, {
    ...secret,
    metadata: {
      ...secret.metadata,
      annotations: { ...secret.metadata.annotations, [UID]: account.metadata.uid! },
    },
    data: {
      ...secret.data,
      token,
      ...(rootCa && { 'ca.crt': base64(rootCa) }),
      namespace: base64(namespace!),
    },
  });
}

async function tokenFor(
  client: ControllerContext['client'],
  { metadata }: Readonly<ServiceAccount>,
  secret: { name: string; uid: string },
): Promise<string> {
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: CENTURY, boundObjectRef: { apiVersion: 'v1', kind: 'Secret', ...secret } },
  };
  const answer = await client.post(ServiceAccount, metadata.name!, metadata.namespace, 'token', request);
  return (answer as TokenRequest).status!.token!;
}

async function remove({ client }: ControllerContext, { metadata }: Readonly<Secret>): Promise<void> {
  const preconditions = { uid: metadata.uid! };
  await client
    .delete(Secret, metadata.name!, metadata.namespace, { preconditions })
    .catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
}

async function read(
  { client }: ControllerContext,
  name: string,
  namespace: string,
): Promise<ServiceAccount | undefined> {
  try {
    return await client.get(ServiceAccount, name, namespace);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Secrets that were written into the account's list, as older versions did. */
async function dropReference(
  context: ControllerContext,
  account: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<void> {
  const found = account ? await read(context, account, namespace) : undefined;
  if (!found?.secrets?.some((one) => one.name === name)) return;
  const secrets = found.secrets.filter((one) => one.name !== name);
  await context.client.update(ServiceAccount, { ...found, secrets });
}
