// Server-side apply: the patch names what its manager wants to own; conflicts are refused unless forced.
import { decodeBody, inspect } from '../../api/codec/decode.ts';
import { applyPatch as applyFields } from '../../api/patch/apply/field-manager.ts';
import { badRequest, conflict, invalid } from '../../api/status/status-error.ts';
import { targetOf } from '../registry/served.ts';
import type { AnyObject } from '../registry/strategy.ts';
import { type Transform, update } from '../registry/update.ts';
import type { Answer } from '../request.ts';
import { isTrue } from '../request-info.ts';
import { itemAnswer } from './answers/answers.ts';
import { fieldValidation } from './body.ts';
import { type ResourceCall, writeContext } from './context.ts';

export async function applyPatch(call: ResourceCall, bytes: Buffer): Promise<Answer> {
  const { request, served, info, shared } = call;
  const manager = request.query.get('fieldManager');
  if (!manager)
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      {
        type: 'FieldValueRequired',
        field: 'fieldManager',
        message: 'Required value: is required for apply patch',
      },
    ]);
  const configuration = decode(call, bytes);
  const context = { ...writeContext(call), fieldManager: manager };
  const transform: Transform = (current) => {
    const live = current?.();
    if (!live && configuration.metadata.uid) throw missingUid(call, configuration.metadata.uid);
    const applied = applyFields({
      kind: served.kind,
      live,
      patch: structuredClone(configuration),
      manager,
      force: isTrue(request.query.get('force')),
      subresource: info.subresource,
      now: shared.clock.now(),
    });
    // What Go's types would make of it: structs that are always there get theirs, and so their defaults.
    return inspect(served.kind, structuredClone(applied)).object as AnyObject;
  };
  const { item, created } = await update(shared, served, info.name, transform, context, {
    managed: true,
    mayCreate: !info.subresource,
  });
  return itemAnswer(call, created ? 201 : 200, item);
}

function decode(call: ResourceCall, bytes: Buffer): AnyObject {
  const { object, warnings } = decodeBody<AnyObject>(call.served.kind, bytes, {
    mediaType: bytes[0] === 0x7b ? 'application/json' : 'application/yaml',
    fieldValidation: fieldValidation(call.request),
    form: 'partial',
  });
  call.warnings.push(...warnings);
  object.metadata ??= {};
  const { name } = object.metadata;
  if (name && name !== call.info.name)
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${call.info.name})`,
    );
  return object;
}

const missingUid = ({ served, info }: ResourceCall, uid: string) =>
  conflict(
    targetOf(served),
    info.name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
