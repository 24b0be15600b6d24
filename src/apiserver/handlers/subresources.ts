// Requests below an object: /status and its like.
import { methodNotAllowed, pageNotFound } from '../../api/status/status-error.ts';
import { targetOf } from '../registry/served.ts';
import type { Reply } from '../request.ts';
import type { ResourceCall } from './context.ts';
import { patch } from './patch.ts';
import { get } from './read.ts';
import { put } from './write.ts';

const VERBS: Readonly<Record<string, (call: ResourceCall) => Reply | Promise<Reply>>> = {
  get,
  update: put,
  patch,
};

export function subresource(call: ResourceCall): Reply | Promise<Reply> {
  const { info, served } = call;
  const known = served.kind.resource.subresources?.[info.subresource];
  if (!known) throw pageNotFound();
  const handler = info.subresource === 'status' ? VERBS[info.verb] : undefined;
  if (!handler || !known.verbs.includes(info.verb)) throw methodNotAllowed(targetOf(served), info.verb);
  return handler(call);
}
