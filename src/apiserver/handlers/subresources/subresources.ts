// Chooses the handler of a subresource request, such as /status and /scale. The kind's definition lists its subresources and
// their verbs; all others are a 404 or 405. Called by dispatch.ts.
import { methodNotAllowed, pageNotFound } from '../../../api/status/status-error.ts';
import { own } from '../../../kit/own.ts';
import { targetOf } from '../../registry/resource.ts';
import type { Reply } from '../../request.ts';
import type { Call, Handler } from '../call.ts';
import { patch } from '../patch.ts';
import { get } from '../read.ts';
import { put } from '../write.ts';
import { getScale, patchScale, putScale } from './scale.ts';

/** By subresource, then by verb. */
export type SubresourceHandlers = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

/** Subresources that take and return the object's own kind; the strategy restores all fields that they may not change. */
const WHOLE = { get, update: put, patch };

const GENERIC: SubresourceHandlers = {
  status: WHOLE,
  approval: WHOLE,
  finalize: WHOLE,
  ephemeralcontainers: WHOLE,
  resize: WHOLE,
  scale: { get: getScale, update: putScale, patch: patchScale },
};

/** `special`: handlers that need other resources or servers (token, exec, binding, eviction). */
export function subresource(call: Call, special: SubresourceHandlers): Reply | Promise<Reply> {
  const { info, request, resource } = call;
  const { subresources = {}, namespaced } = resource.kind.resource;
  const known = own(subresources, info.subresource);
  // The request was authorized for the namespace in the path: nobody may reach cluster-scoped objects through one.
  if (!known || namespaced !== (info.namespace !== '')) throw pageNotFound();
  const handlers = own(special, info.subresource) ?? own(GENERIC, info.subresource);
  const handler = handlers && own(handlers, info.verb);
  const served = info.verb ? known.verbs.includes(info.verb) : request.method === 'OPTIONS';
  if (!handler || !served) throw methodNotAllowed(targetOf(resource), info.verb);
  return handler(call);
}
