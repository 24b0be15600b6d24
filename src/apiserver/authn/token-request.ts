// The token subresource of service accounts: validates the request and the object that the token is to be bound to, then
// signs a token. Called by handlers/subresources/token.ts. Upstream: pkg/registry/core/serviceaccount/storage/token.go.
import type { BoundObjectReference, TokenRequest } from '../../api/kinds/authentication/v1/token-request.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { badRequest, conflict, internalError, invalid, notFound } from '../../api/status/status-error.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { andThen, type Eventual } from '../registry/eventual.ts';
import { makeToken, type Named, type TokenAuthority, type TokenSubject } from './service-account-tokens.ts';

const DEFAULT_SECONDS = 3600;
export const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
/** The lifetime in volumes that admission adds. Such a token is valid for longer, since older clients read it only once. */
export const KUBELET_SECONDS = 3607;
export const YEAR = 365 * 24 * 3600;

const BINDABLE = { Pod: 'pods', Node: 'nodes', Secret: 'secrets' } as const;
type Kind = keyof typeof BINDABLE;

/** Fills in what the client left out, and throws if the request is not for this account or not valid. `audiences` are this
 *  server's; they are the default. Called between the two steps of admission. */
export function completeRequest(
  account: KubeObject,
  request: TokenRequest,
  audiences: readonly string[],
  now: string,
): void {
  checkSubject(account, request);
  const { name, namespace, uid } = account.metadata;
  request.kind = 'TokenRequest';
  request.apiVersion = 'authentication.k8s.io/v1';
  request.metadata = { ...request.metadata, name, namespace, uid, creationTimestamp: now };
  const { spec } = request;
  const seconds = secondsOf(request);
  request.spec = {
    ...spec,
    audiences: spec?.audiences?.length ? spec.audiences : [...audiences],
    expirationSeconds: seconds,
  };
  delete request.status;
}

/** The completed request with its status. */
export function issueToken(
  authority: TokenAuthority,
  audiences: readonly string[],
  { metadata: { namespace = '', name = '', uid = '' } }: KubeObject,
  request: TokenRequest,
  warn: (text: string) => void,
): Eventual<TokenRequest> {
  const { lifetimes } = authority;
  const { audiences: wanted = [], expirationSeconds, boundObjectRef: ref } = request.spec ?? {};
  const asked = Number(expirationSeconds);
  const subject: TokenSubject = {
    namespace,
    account: { name, uid },
    ...(ref && boundTo(authority, namespace, name, ref)),
  };
  const seconds = Math.min(asked, lifetimes.max ?? asked);
  if (seconds < asked) warn(`requested expiration of ${asked} seconds shortened to ${seconds} seconds`);
  const isVolume =
    subject.pod && seconds === KUBELET_SECONDS && wanted.every((one) => audiences.includes(one));
  const extended = isVolume ? lifetimes.extended : undefined;
  const validity = {
    ...{ audiences: wanted, seconds: extended ?? seconds },
    ...(extended !== undefined && { warnAfter: seconds }),
  };
  const expirationTimestamp = rfc3339(authority.clock.now() + seconds * 1000);
  const spec = { ...request.spec, expirationSeconds: seconds };
  return andThen(signed(authority, subject, validity), (token) => ({
    ...request,
    spec,
    status: { token, expirationTimestamp },
  }));
}

function signed(...[authority, subject, validity]: Parameters<typeof makeToken>): Eventual<string> {
  const token = makeToken(authority, subject, validity);
  if (typeof token === 'string') return token;
  return token.catch((error) => {
    throw internalError(new Error(`failed to generate token: ${messageOf(error)}`, { cause: error }));
  });
}

const KIND = { group: 'authentication.k8s.io', kind: 'TokenRequest' };

function checkSubject({ metadata: account }: KubeObject, { metadata: requested }: TokenRequest): void {
  for (const field of ['name', 'namespace'] as const)
    if (requested?.[field] && requested[field] !== account[field])
      throw invalid(KIND, account.name!, [
        {
          type: 'FieldValueInvalid',
          field: `metadata.${field}`,
          message: `Invalid value: ${JSON.stringify(requested[field])}: must match the service account ${field} if specified`,
        },
      ]);
  if (requested?.uid && requested.uid !== account.uid)
    throw conflict(
      { group: KIND.group, resource: KIND.kind },
      account.name!,
      `the UID in the token request (${requested.uid}) does not match the UID of the service account (${account.uid})`,
    );
}

function secondsOf({ spec }: TokenRequest): number {
  const seconds = Number(spec?.expirationSeconds ?? DEFAULT_SECONDS);
  const why =
    seconds < MIN_SECONDS
      ? 'may not specify a duration less than 10 minutes'
      : seconds > MAX_SECONDS
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined;
  if (!why) return seconds;
  throw invalid(KIND, '', [
    {
      type: 'FieldValueInvalid',
      field: 'spec.expirationSeconds',
      message: `Invalid value: ${seconds}: ${why}`,
    },
  ]);
}

function boundTo(
  { lookup }: TokenAuthority,
  namespace: string,
  account: string,
  ref: BoundObjectReference,
): Partial<TokenSubject> {
  if (ref.apiVersion !== 'v1' || !Object.hasOwn(BINDABLE, ref.kind ?? ''))
    throw badRequest(`cannot bind token to object of type ${typeText(ref)}`);
  const resource = BINDABLE[ref.kind as Kind];
  const pod = resource === 'pods' ? lookup('pods', namespace, ref.name ?? '')?.object : undefined;
  const found = pod ?? lookup(resource, resource === 'nodes' ? '' : namespace, ref.name ?? '')?.object;
  if (!found) throw notFound({ resource }, ref.name ?? '');
  if (ref.uid && ref.uid !== found.metadata.uid)
    throw conflict(
      { resource },
      ref.name!,
      `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  if (resource === 'nodes') return { node: named(found) };
  if (resource === 'secrets') return { secret: named(found) };
  return { pod: named(found), ...nodeOf(lookup, pod!, account) };
}

function nodeOf(lookup: TokenAuthority['lookup'], { spec }: Pod, account: string): Partial<TokenSubject> {
  if (spec?.serviceAccountName !== account)
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    );
  if (!spec.nodeName) return {};
  const uid = lookup('nodes', '', spec.nodeName)?.object.metadata.uid ?? '';
  return { node: { name: spec.nodeName, uid } };
}

const named = ({ metadata }: KubeObject): Named => ({ name: metadata.name!, uid: metadata.uid! });

/** As Go prints a GroupVersionKind. */
function typeText({ apiVersion = '', kind = '' }: BoundObjectReference): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return `${group}/${version}, Kind=${kind}`;
}
