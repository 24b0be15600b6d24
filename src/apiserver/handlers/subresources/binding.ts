// POST pods/NAME/binding: the scheduler's decision. A pod is bound once, and never while it is being deleted.
import { Binding } from '../../../api/kinds/core/v1/binding.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { conflict, invalid, type StatusError } from '../../../api/status/status-error.ts';
import type { AnyObject } from '../../registry/strategy.ts';
import { update } from '../../registry/update.ts';
import type { Answer } from '../../request.ts';
import { jsonAnswer } from '../answers/answers.ts';
import { decodeObject } from '../body.ts';
import { type Call, type ResourceCall, writeContext } from '../context.ts';

export const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

export async function bindPod(call: ResourceCall): Promise<Answer> {
  const binding = decodeObject<Binding>(call, Binding, await call.request.body());
  return bindTo(call, call.info.name, binding);
}

/** POST bindings, the older way: the binding itself names the pod. */
export async function bindNamed(call: Call): Promise<Answer> {
  const served = call.shared.served('', 'v1', 'pods')!;
  const binding = decodeObject<Binding>(call, Binding, await call.request.body());
  return bindTo({ ...call, served }, binding.metadata.name ?? '', binding);
}

export async function bindTo(call: ResourceCall, name: string, binding: Binding): Promise<Answer> {
  checkTarget(binding);
  const context = { ...writeContext(call), subresource: 'binding' };
  const transform = (current: (() => AnyObject) | undefined) => bound(current!(), binding, context.now);
  await update(call.shared, call.served, name, transform, context);
  return jsonAnswer(201, SUCCESS);
}

function checkTarget({ target, metadata }: Binding): void {
  const { kind, name } = target ?? {};
  const complain = (type: 'FieldValueRequired' | 'FieldValueNotSupported', field: string, message: string) =>
    invalid({ group: '', kind: 'Binding' }, metadata?.name ?? '', [{ type, field, message }]);
  if (kind && kind !== 'Node')
    throw complain(
      'FieldValueNotSupported',
      'target.kind',
      `Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`,
    );
  if (!name) throw complain('FieldValueRequired', 'target.name', 'Required value');
}

function bound(object: AnyObject, { target, metadata }: Binding, now: string): AnyObject {
  const pod = object as unknown as Pod;
  const spec = pod.spec!;
  if (object.metadata.deletionTimestamp)
    throw refuse(object, `pod ${object.metadata.name} is being deleted, cannot be assigned to a host`);
  if (spec.nodeName)
    throw refuse(object, `pod ${object.metadata.name} is already assigned to node "${spec.nodeName}"`);
  if (spec.schedulingGates?.length)
    throw refuse(object, `pod ${object.metadata.name} has non-empty .spec.schedulingGates`);
  spec.nodeName = target.name!;
  if (metadata?.annotations)
    pod.metadata.annotations = { ...pod.metadata.annotations, ...metadata.annotations };
  const others = pod.status?.conditions?.filter(({ type }) => type !== 'PodScheduled') ?? [];
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: now } as const;
  pod.status = { ...pod.status, conditions: [...others, scheduled] };
  return object;
}

const refuse = (object: AnyObject, why: string): StatusError =>
  conflict({ resource: 'pods/binding' }, object.metadata.name!, why);
