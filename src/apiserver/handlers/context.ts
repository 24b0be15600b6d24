// One request on its way through the server: who asks, what for, and what all handlers of this server share.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { Scheme } from '../../api/scheme/scheme.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { Accepted } from '../http/negotiate.ts';
import type { Machinery } from '../registry/machinery.ts';
import type { Served } from '../registry/served.ts';
import type { WriteContext } from '../registry/write-context.ts';
import { type ApiRequest, header, type Reply, type User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

export interface Shared extends Machinery {
  readonly scheme: Scheme;
  served(group: string, version: string, resource: string): Served | undefined;
  /** Subresources that need more than the registry: tokens, logs, exec and the like; by name, then verb. */
  readonly subresources: Readonly<Record<string, Readonly<Record<string, Handler>>>>;
  /** Kinds that are not kept: what happens when one is created. */
  readonly passing: PassingHandlers;
}

export type Handler = (call: ResourceCall) => Reply | Promise<Reply>;

export type PassingHandler = (call: Call, kind: AnyResource) => Reply | Promise<Reply>;
/** By `group/resource`. */
export type PassingHandlers = Readonly<Record<string, PassingHandler>>;

export interface Call {
  readonly shared: Shared;
  readonly request: ApiRequest;
  readonly info: RequestInfo;
  readonly user: User;
  /** The form of answer that the client wants. */
  readonly accepted: Accepted;
  /** Texts for Warning headers, in order. */
  readonly warnings: string[];
}

export interface ResourceCall extends Call {
  readonly served: Served;
}

/** The manager of a write that names none: the part of the user agent before the slash. */
export const managerOf = (request: ApiRequest): string =>
  request.query.get('fieldManager') ||
  (header(request.headers, 'user-agent') ?? '').split('/')[0]!.slice(0, 128) ||
  'unknown';

export function writeContext(
  call: Call,
  dryRun = call.request.query.getAll('dryRun').includes('All'),
): WriteContext {
  const { info, user, request, warnings, shared } = call;
  return {
    user,
    namespace: info.namespace,
    subresource: info.subresource,
    dryRun,
    fieldManager: managerOf(request),
    warn: (text) => {
      if (!warnings.includes(text)) warnings.push(text);
    },
    now: rfc3339(shared.clock.now()),
  };
}
