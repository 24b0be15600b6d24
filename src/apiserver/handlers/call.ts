// The parameters of a handler: one authorized request for a resource, its user, and the requested form of the response.
// Made by request-pipeline.ts.
import { type Clock, Pace, rfc3339 } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import type { Attributes, Authorizer } from '../authz/attributes.ts';
import { notAllowed, refusal } from '../authz/authorizer.ts';
import type { Accepted } from '../http/negotiate.ts';
import { MOST_WARNINGS } from '../http/warnings.ts';
import { andThen, type Eventual } from '../registry/eventual.ts';
import type { Resource } from '../registry/resource.ts';
import type { WriteContext } from '../registry/write-context.ts';
import { type ApiRequest, header, type Reply, type User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

export interface Call {
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  /** What the request was authorized for. */
  readonly attributes: Attributes;
  readonly user: User;
  readonly resource: Resource;
  readonly accepted: Accepted;
  /** Texts for Warning headers, in order. */
  readonly warnings: string[];
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  readonly random: Random;
}

export type Handler = (call: Call) => Reply | Promise<Reply>;

/** The field manager: the fieldManager option or, by default, the user agent up to the first slash (managerOrUserAgent). */
const managerOf = (request: ApiRequest): string =>
  request.query.get('fieldManager') ||
  (header(request.headers, 'user-agent') ?? '').split('/')[0]!.slice(0, 128) ||
  'unknown';

/** Made before the body is decoded: its pace counts from now. */
export function writeContext(
  call: Call,
  dryRun = call.request.query.getAll('dryRun').includes('All'),
): WriteContext {
  const { info, user, request, warnings, clock } = call;
  return {
    user,
    ...(request.peer && { peerAddress: request.peer.address }),
    verb: info.verb,
    namespace: info.namespace,
    subresource: info.subresource,
    dryRun,
    fieldManager: managerOf(request),
    warn(text) {
      if (warnings.length < MOST_WARNINGS && !warnings.includes(text)) warnings.push(text);
    },
    ...(request.audit && { annotate: request.audit.annotate.bind(request.audit) }),
    now: rfc3339(clock.now()),
    pace: new Pace(clock),
    authorizeCreate: () => authorizeCreate(call),
    refusalOf: (changed) => refusalOf(call, changed),
  };
}

/** An update or apply that creates also needs `create`. */
function authorizeCreate({ authorizer, user, attributes }: Call): Eventual<void> {
  const create = { ...attributes, verb: 'create' };
  return andThen(authorizer.authorize(user, create), (decision) => {
    if (!decision.allowed) throw notAllowed(user, create, decision);
  });
}

function refusalOf(
  { authorizer, user, attributes }: Call,
  changed: Partial<Attributes>,
): Eventual<string | undefined> {
  const asked = { ...attributes, ...changed };
  return andThen(authorizer.authorize(user, asked), ({ allowed, error, reason }) => {
    if (allowed) return undefined;
    const why = [error, reason].filter(Boolean).join(': ');
    return refusal(user, asked, why).message;
  });
}
