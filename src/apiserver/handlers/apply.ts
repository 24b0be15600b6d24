// Server-side apply: the fields in the patch become owned by its manager; conflicts with other managers are a 409 unless
// `force` is set. Called by patch.ts. Upstream: applyPatcher in apiserver/pkg/endpoints/handlers/patch.go.
import { decodeBody, inspect } from '../../api/codec/decode.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { applyPatch as applyFields } from '../../api/patch/apply/field-manager.ts';
import { badRequest, conflict, invalid } from '../../api/status/status-error.ts';
import { type Transform, targetOf } from '../registry/resource.ts';
import type { Answer } from '../request.ts';
import { isTrue } from '../request-info.ts';
import { itemAnswer } from './answers/answers.ts';
import { fieldValidation } from './body.ts';
import { type Call, writeContext } from './call.ts';

export async function applyPatch(call: Call, bytes: Buffer): Promise<Answer> {
  const { request, resource, info, clock } = call;
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
      kind: resource.kind,
      live,
      patch: structuredClone(configuration),
      manager,
      force: isTrue(request.query.get('force')),
      subresource: info.subresource,
      now: clock.now(),
    });
    // As decoding into Go types would: structs that are not pointers are always present, and so get their defaults.
    return inspect(resource.kind, structuredClone(applied)).object as KubeObject & Record<string, unknown>;
  };
  const { item, created } = await resource.update(info.name, transform, context, 'apply');
  return itemAnswer(call, created ? 201 : 200, item);
}

function decode(call: Call, bytes: Buffer): KubeObject {
  const { object, warnings } = decodeBody<KubeObject>(call.resource.kind, bytes, {
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

const missingUid = ({ resource, info }: Call, uid: string) =>
  conflict(
    targetOf(resource),
    info.name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
