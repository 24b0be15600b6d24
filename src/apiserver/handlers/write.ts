// POST, PUT and DELETE of objects.
import { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import { badRequest, invalid, isNotFound } from '../../api/status/status-error.ts';
import { create } from '../registry/create.ts';
import { remove } from '../registry/delete.ts';
import { list } from '../registry/list.ts';
import type { AnyObject } from '../registry/strategy.ts';
import { update } from '../registry/update.ts';
import type { Answer } from '../request.ts';
import { itemAnswer, jsonAnswer, listAnswer } from './answers/answers.ts';
import { decodeObject } from './body.ts';
import { type ResourceCall, writeContext } from './context.ts';
import { listOptions, selectionOf, wholeNumber } from './read.ts';
import { checkWriteOptions, dryRunErrors } from './write-options.ts';

export async function post(call: ResourceCall): Promise<Answer> {
  const { served, shared, request } = call;
  checkWriteOptions(request);
  const object = decodeObject<AnyObject>(call, served.kind, await request.body());
  const item = await create(shared, served, object, writeContext(call));
  return itemAnswer(call, 201, item);
}

export async function put(call: ResourceCall): Promise<Answer> {
  const { served, shared, request, info } = call;
  checkWriteOptions(request);
  const bytes = await request.body();
  const object = decodeObject<AnyObject>(call, served.kind, bytes);
  if (object.metadata.name && object.metadata.name !== info.name)
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${info.name})`,
    );
  let first: AnyObject | undefined = object;
  const again = () => decodeObject<AnyObject>({ ...call, warnings: [] }, served.kind, bytes);
  const transform = () => {
    const wanted = first ?? again();
    first = undefined;
    return wanted;
  };
  const mayCreate = served.strategy.createOnUpdate === true && !info.subresource;
  const { item, created } = await update(shared, served, info.name, transform, writeContext(call), {
    mayCreate,
  });
  return itemAnswer(call, created ? 201 : 200, item);
}

/** Options from the body, or from the query of clients that send none. */
export async function deleteOptions(call: ResourceCall): Promise<DeleteOptions> {
  const { query } = call.request;
  const bytes = await call.request.body();
  const options: DeleteOptions =
    bytes.length > 0 ? decodeObject<DeleteOptions>(call, DeleteOptions, bytes) : {};
  const grace = wholeNumber(query, 'gracePeriodSeconds');
  if (grace !== undefined) options.gracePeriodSeconds ??= grace;
  const policy = query.get('propagationPolicy');
  if (policy !== null && options.propagationPolicy === undefined) options.propagationPolicy = policy;
  const orphan = query.get('orphanDependents');
  if (orphan !== null && options.orphanDependents === undefined) options.orphanDependents = orphan === 'true';
  checkOptions(options);
  return options;
}

const POLICIES = ['Background', 'Foreground', 'Orphan'];

function checkOptions(options: DeleteOptions): void {
  const bad = (field: string, message: string) =>
    invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      { type: 'FieldValueInvalid', field, message: `Invalid value: ${message}` },
    ]);
  const { propagationPolicy: policy, orphanDependents } = options;
  if (orphanDependents !== undefined && policy !== undefined)
    throw bad(
      'propagationPolicy',
      `${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`,
    );
  if (policy !== undefined && !POLICIES.includes(policy))
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      {
        type: 'FieldValueNotSupported',
        field: 'propagationPolicy',
        message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
      },
    ]);
  const dryRun = dryRunErrors(options.dryRun ?? []);
  if (dryRun.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', dryRun);
}

const isDry = (call: ResourceCall, options: DeleteOptions) =>
  (options.dryRun ?? []).includes('All') || call.request.query.getAll('dryRun').includes('All');

export async function del(call: ResourceCall): Promise<Answer> {
  const { served, shared, info } = call;
  const options = await deleteOptions(call);
  warnOfOrphans(call, options);
  const { item, gone } = await remove(
    shared,
    served,
    info.name,
    options,
    writeContext(call, isDry(call, options)),
  );
  const waits = !gone && (options.propagationPolicy === 'Foreground' || options.orphanDependents === false);
  if (!gone || served.strategy.returnsDeleted) return itemAnswer(call, waits ? 202 : 200, item);
  const { group, plural } = served.kind.resource;
  return jsonAnswer(200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: info.name, ...(group && { group }), kind: plural, uid: item.object.metadata.uid },
  });
}

const ORPHANS =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

function warnOfOrphans({ served, warnings }: ResourceCall, options: DeleteOptions): void {
  const said = options.propagationPolicy !== undefined || options.orphanDependents !== undefined;
  if (served.kind.resource.kind === 'Job' && served.strategy.orphanByDefault && !said) warnings.push(ORPHANS);
}

export async function deleteCollection(call: ResourceCall): Promise<Answer> {
  const { served, shared } = call;
  const options = await deleteOptions(call);
  const found = list(served.cache, selectionOf(call), listOptions(call.request.query));
  for (const item of found.items) {
    const context = { ...writeContext(call, isDry(call, options)), namespace: item.namespace };
    await remove(shared, served, item.name, options, context).catch(ignoreNotFound);
  }
  return listAnswer(call, found.items, { resourceVersion: String(shared.store.revision) });
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
