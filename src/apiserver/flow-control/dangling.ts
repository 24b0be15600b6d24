// The condition Dangling of a FlowSchema: whether the priority level that it refers to is missing. Pure functions, called by
// stored-configuration.ts. Upstream: presyncFlowSchemaStatus in apf_controller.go (staging/src/k8s.io/apiserver/pkg/util/flowcontrol).
import type { FlowSchema, FlowSchemaCondition } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';

export type Condition = Required<Pick<FlowSchemaCondition, 'type' | 'status' | 'reason' | 'message'>>;

/** The condition to write; undefined if the stored one is right. `levels` are the names of all priority levels. */
export function danglingCondition(
  { spec, status }: FlowSchema,
  levels: ReadonlySet<string>,
): Condition | undefined {
  const level = spec?.priorityLevelConfiguration.name ?? '';
  const refers = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`;
  const wanted = levels.has(level)
    ? { status: 'False', reason: 'Found', message: `${refers} and it exists` }
    : { status: 'True', reason: 'NotFound', message: `${refers} but there is no such object` };
  const known = status?.conditions?.find(({ type }) => type === 'Dangling');
  const isRight =
    known?.status === wanted.status && known.reason === wanted.reason && known.message === wanted.message;
  return isRight ? undefined : { type: 'Dangling', ...wanted };
}

export function withCondition(schema: FlowSchema, condition: FlowSchemaCondition): FlowSchema {
  const others = (schema.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  return { ...schema, status: { ...schema.status, conditions: [...others, condition] } };
}
