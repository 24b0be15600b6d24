// Server-side apply: the fields in the patch become owned by its manager; conflicts with other managers are a 409 unless
// `force` is set. Called by patch.ts. Upstream: applyPatcher in apiserver/pkg/endpoints/handlers/patch.go.

import { decodeConfiguration, inspect } from '../../api/codec/decode.ts';
import { JsonSyntaxError, parseJson } from '../../api/codec/json.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { applying, checkPatch } from '../../api/patch/apply/field-manager.ts';
import { run } from '../../api/patch/apply/versions.ts';
import { copyJson } from '../../api/patch/json.ts';
import { badRequest, conflict, invalid, StatusError } from '../../api/status/status-error.ts';
import { addAll } from '../../kit/lists.ts';
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
  const context = { ...writeContext(call), fieldManager: manager };
  const configuration = decode(call, bytes);
  const transform: Transform = async (current) => {
    await context.pace.rest();
    const live = current?.();
    if (!live && configuration.metadata.uid) throw missingUid(call, configuration.metadata.uid);
    const steps = applying({
      kind: resource.kind,
      live,
      patch: configuration,
      manager,
      force: isTrue(request.query.get('force')),
      subresource: info.subresource,
      now: clock.now(),
    });
    const applied = await run(steps, resource.versions, context.pace);
    await context.pace.rest();
    // As decoding into Go types would: structs that are not pointers are always present, and so get their defaults.
    return inspect(resource.kind, copyJson(applied)).object as KubeObject & Record<string, unknown>;
  };
  const { item, created } = await resource.update(info.name, transform, context, 'apply');
  return itemAnswer(call, created ? 201 : 200, item);
}

/** The body is YAML. Most clients send JSON, which is YAML and read faster. */
function decode(call: Call, bytes: Buffer): KubeObject {
  const mediaType = bytes[0] === 0x7b && isJson(bytes) ? 'application/json' : 'application/yaml';
  const { kind } = call.resource;
  const mode = fieldValidation(call.request);
  const { sent, object, repeated } = decodeYaml(() =>
    decodeConfiguration(kind, bytes, { mediaType, fieldValidation: mode }),
  );
  checkPatch(kind, sent);
  if (mode === 'Strict' && repeated.length > 0)
    throw badRequest(`error strict decoding YAML: ${repeated.join(', ')}`);
  addAll(call.warnings, repeated);
  return named(call, object as KubeObject & Record<string, unknown>);
}

function named(call: Call, object: KubeObject): KubeObject {
  object.metadata ??= {};
  const { name } = object.metadata;
  if (name && name !== call.info.name)
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${call.info.name})`,
    );
  return object;
}

function isJson(bytes: Buffer): boolean {
  try {
    parseJson(bytes.toString());
    return true;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return false;
    throw error;
  }
}

/** Upstream reads this body without a kind: its errors do not name one. */
function decodeYaml<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const message = error instanceof StatusError ? error.message : '';
    if (!message.startsWith('error converting YAML to JSON')) throw error;
    throw badRequest(`error decoding YAML: ${message.replace(/ \(must be of type \w+\)$/, '')}`);
  }
}

const missingUid = ({ resource, info }: Call, uid: string) =>
  conflict(
    targetOf(resource),
    info.name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  );
