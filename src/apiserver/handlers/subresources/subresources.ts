// Requests for subresources, such as /status and /scale. Which ones a kind has is part of its definition; what each does
// is looked up here.
import { methodNotAllowed, pageNotFound } from '../../../api/status/status-error.ts';
import { targetOf } from '../../registry/resource.ts';
import type { Reply } from '../../request.ts';
import type { Call, Handler } from '../call.ts';
import { patch } from '../patch.ts';
import { get } from '../read.ts';
import { put } from '../write.ts';
import { getScale, patchScale, putScale } from './scale.ts';

/** By subresource, then by verb. */
export type SubresourceHandlers = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

/** The object's own kind, of which the strategy lets through only what the subresource is for. */
const WHOLE = { get, update: put, patch };

const GENERIC: SubresourceHandlers = {
  status: WHOLE,
  approval: WHOLE,
  finalize: WHOLE,
  ephemeralcontainers: WHOLE,
  resize: WHOLE,
  scale: { get: getScale, update: putScale, patch: patchScale },
};

/** `special` are the handlers that need more than the resource itself (token, exec, binding and the like). */
export function subresource(call: Call, special: SubresourceHandlers): Reply | Promise<Reply> {
  const { info, resource } = call;
  const known = own(resource.kind.resource.subresources ?? {}, info.subresource);
  if (!known || (resource.kind.resource.namespaced && !info.namespace)) throw pageNotFound();
  const handlers = own(special, info.subresource) ?? own(GENERIC, info.subresource);
  const handler = handlers?.[info.verb];
  if (!handler || !known.verbs.includes(info.verb)) throw methodNotAllowed(targetOf(resource), info.verb);
  return handler(call);
}

/** The name comes from a path: inherited properties are no subresources. */
const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
