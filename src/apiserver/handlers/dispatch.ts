// Chooses the handler of a resource request by its verb, or throws upstream's 404 or 405. The request is authorized already.
// Called by the request pipeline.
import { pageNotFound } from '../../api/status/status-error.ts';
import { own } from '../../kit/own.ts';
import { hasVerb, verbMissing } from '../registry/resource.ts';
import type { Reply } from '../request.ts';
import type { Call, Handler } from './call.ts';
import { warnIfDeprecated } from './deprecations.ts';
import { patch } from './patch.ts';
import { get, list, watch } from './read.ts';
import { type SubresourceHandlers, subresource } from './subresources/subresources.ts';
import { create, del, deleteCollection, put } from './write.ts';

const HANDLERS: Readonly<Record<string, Handler>> = {
  get,
  list,
  watch,
  create,
  update: put,
  patch,
  delete: del,
  deletecollection: deleteCollection,
};

export function dispatch(call: Call, subresources: SubresourceHandlers): Reply | Promise<Reply> {
  const { info, resource } = call;
  warnIfDeprecated(call);
  if (info.subresource) return subresource(call, subresources);
  checkScope(call);
  const handler = own(HANDLERS, info.verb);
  if (!handler || !hasVerb(resource, info.verb)) throw verbMissing(resource, info.verb);
  return handler(call);
}

/** Objects of a namespaced kind are created, and addressed by name, within a namespace only. */
function checkScope({ resource, info }: Call): void {
  const { namespaced } = resource.kind.resource;
  const inNamespace = info.namespace !== '';
  if (info.verb === 'create' && info.name) throw verbMissing(resource, info.verb);
  if (namespaced && !inNamespace && (info.name || info.verb === 'create' || info.verb === 'deletecollection'))
    throw info.name ? pageNotFound() : verbMissing(resource, info.verb);
  if (!namespaced && inNamespace) throw pageNotFound();
}
