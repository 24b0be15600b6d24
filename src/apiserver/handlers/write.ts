// POST, PUT and DELETE of objects, and deletion of collections.
// Upstream: {create,update,delete}.go in staging/src/k8s.io/apiserver/pkg/endpoints/handlers.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Status } from '../../api/meta/v1/status.ts';
import { badRequest } from '../../api/status/status-error.ts';
import type { Answer } from '../request.ts';
import { itemAnswer, listAnswer, objectAnswer } from './answers/answers.ts';
import { decodeObject } from './body.ts';
import { type Call, writeContext } from './call.ts';
import { deleteOptions, isDryRun } from './delete-options.ts';
import { listOptions, selectionOf } from './read.ts';
import { checkWriteOptions } from './write-options.ts';

export async function create(call: Call): Promise<Answer> {
  const { resource, request } = call;
  checkWriteOptions(request);
  const bytes = await request.body();
  const write = writeContext(call);
  const object = decodeObject<KubeObject>(call, resource.kind, bytes);
  return itemAnswer(call, 201, await resource.create(object, write));
}

export async function put(call: Call): Promise<Answer> {
  const { resource, request, info } = call;
  checkWriteOptions(request);
  const bytes = await request.body();
  const write = writeContext(call);
  const object = decodeObject<KubeObject>(call, resource.kind, bytes);
  if (object.metadata.name && object.metadata.name !== info.name)
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${info.name})`,
    );
  let first: KubeObject | undefined = object;
  // An update changes the object in place, so a retry decodes the body again; its warnings have been reported already.
  const transform = () => {
    const wanted = first ?? decodeObject<KubeObject>({ ...call, warnings: [] }, resource.kind, bytes);
    first = undefined;
    return wanted;
  };
  const { item, created } = await resource.update(info.name, transform, write, 'replace');
  return itemAnswer(call, created ? 201 : 200, item);
}

export async function del(call: Call): Promise<Answer> {
  const { resource, info } = call;
  const options = await deleteOptions(call);
  const write = writeContext(call, isDryRun(call, options));
  const { item, gone, returned } = await resource.delete(info.name, options, write);
  const waits = !gone && (options.propagationPolicy === 'Foreground' || options.orphanDependents === false);
  if (returned) return itemAnswer(call, waits ? 202 : 200, item);
  const { group, plural } = resource.kind.resource;
  return objectAnswer(call, 200, Status, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: info.name, ...(group && { group }), kind: plural, uid: item.object.metadata.uid },
  });
}

export async function deleteCollection(call: Call): Promise<Answer> {
  const options = await deleteOptions(call);
  const write = writeContext(call, isDryRun(call, options));
  const page = listOptions(call.request.query);
  return listAnswer(call, await call.resource.deleteCollection(selectionOf(call), page, options, write));
}
