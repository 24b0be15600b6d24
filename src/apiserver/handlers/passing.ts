// Kinds that are not kept: reviews, which are answered at once, and bindings, which change a pod, can only be created;
// componentstatuses can only be read.
import { allVerbs } from '../../api/meta/v1/resource.ts';
import { methodNotAllowed, pageNotFound } from '../../api/status/status-error.ts';
import type { Reply } from '../request.ts';
import type { Call } from './context.ts';

export function passing(call: Call): Reply | Promise<Reply> {
  const { info, shared } = call;
  const { group, version, resource, namespace, name, subresource } = info;
  const kind = shared.scheme.resource(group, version, resource);
  const handler = shared.passing[`${group}/${resource}`];
  if (!kind || !handler || subresource) throw pageNotFound();
  const verbs: readonly string[] = kind.resource.verbs ?? allVerbs;
  if (name && !verbs.includes('get')) throw pageNotFound();
  if (!verbs.includes(info.verb)) throw methodNotAllowed({ group, resource }, info.verb);
  if (kind.resource.namespaced !== (namespace !== '')) throw pageNotFound();
  return handler(call, kind);
}
