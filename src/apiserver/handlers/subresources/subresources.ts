// Requests below an object, such as /status and /scale. Which a kind has stands in its definition; what each does, here.
import { methodNotAllowed, pageNotFound } from '../../../api/status/status-error.ts';
import { targetOf } from '../../registry/served.ts';
import type { Reply } from '../../request.ts';
import type { ResourceCall } from '../context.ts';
import { patch } from '../patch.ts';
import { get } from '../read.ts';
import { put } from '../write.ts';
import { bindPod } from './binding.ts';
import { evict } from './eviction.ts';
import { getScale, patchScale, putScale } from './scale.ts';

type Handler = (call: ResourceCall) => Reply | Promise<Reply>;
type Handlers = Readonly<Record<string, Handler>>;

/** The same kind, of which the strategy lets through only what the subresource is about. */
const WHOLE: Handlers = { get, update: put, patch };

const HANDLERS: Readonly<Record<string, Handlers>> = {
  status: WHOLE,
  approval: WHOLE,
  finalize: WHOLE,
  ephemeralcontainers: WHOLE,
  resize: WHOLE,
  scale: { get: getScale, update: putScale, patch: patchScale },
  binding: { create: bindPod },
  eviction: { create: evict },
};

export function subresource(call: ResourceCall): Reply | Promise<Reply> {
  const { info, served } = call;
  const known = own(served.kind.resource.subresources ?? {}, info.subresource);
  if (!known || (served.kind.resource.namespaced && !info.namespace)) throw pageNotFound();
  const extra = own(call.shared.subresources, info.subresource);
  const handler = (extra ?? own(HANDLERS, info.subresource))?.[info.verb];
  if (!handler || !known.verbs.includes(info.verb)) throw methodNotAllowed(targetOf(served), info.verb);
  return handler(call);
}

/** Names come from paths: what every object inherits is nobody's subresource. */
const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
