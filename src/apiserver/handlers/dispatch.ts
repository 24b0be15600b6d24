// From a resource request to its handler; 404 and 405 in upstream's words.

import { allVerbs } from '../../api/meta/v1/resource.ts';
import { failure, methodNotAllowed, pageNotFound } from '../../api/status/status-error.ts';
import { type Served, targetOf } from '../registry/served.ts';
import type { Reply } from '../request.ts';
import type { Call, ResourceCall } from './context.ts';
import { warnOfOldKind } from './deprecations.ts';
import { passing } from './passing.ts';
import { patch } from './patch.ts';
import { get, listObjects, watch } from './read.ts';
import { subresource } from './subresources/subresources.ts';
import { del, deleteCollection, post, put } from './write.ts';

type Handler = (call: ResourceCall) => Reply | Promise<Reply>;

const HANDLERS: Readonly<Record<string, Handler>> = {
  get,
  list: listObjects,
  watch,
  create: post,
  update: put,
  patch,
  delete: del,
  deletecollection: deleteCollection,
};

export function dispatch(call: Call): Reply | Promise<Reply> {
  const { info, shared } = call;
  warnOfOldKind(call);
  const served = shared.served(info.group, info.version, info.resource);
  if (!served) return passing(call);
  const resourceCall = { ...call, served };
  if (info.subresource) return subresource(resourceCall);
  checkScope(resourceCall);
  const handler = HANDLERS[info.verb];
  const verbs: readonly string[] = served.kind.resource.verbs ?? allVerbs;
  if (!handler || !verbs.includes(info.verb)) throw verbMissing(served, info.verb);
  return handler(resourceCall);
}

/** Objects of a namespace are created, and reached by name, in that namespace only. */
function checkScope({ served, info }: ResourceCall): void {
  const { namespaced } = served.kind.resource;
  const inNamespace = info.namespace !== '';
  if (info.verb === 'create' && info.name) throw verbMissing(served, info.verb);
  if (namespaced && !inNamespace && (info.name || info.verb === 'create' || info.verb === 'deletecollection'))
    throw info.name ? pageNotFound() : verbMissing(served, info.verb);
  if (!namespaced && inNamespace) throw pageNotFound();
}

/** Only custom kinds say which verb of which kind is missing. */
const verbMissing = (served: Served, verb: string) =>
  served.custom
    ? methodNotAllowed(targetOf(served), verb)
    : failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
