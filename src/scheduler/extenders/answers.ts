// What an extender answers, decoded as Go's decoder would: the case of names of fields does not matter, and fields that are
// missing or null have their zero values. Anything else is an error. Upstream: staging/src/k8s.io/kube-scheduler/extender/v1.

export interface FilterAnswer {
  /** The nodes that the pod may go to; undefined when the extender names none in this form. */
  readonly nodeNames?: readonly string[];
  readonly nodes?: readonly string[];
  /** Node → message. */
  readonly failed: ReadonlyMap<string, string>;
  /** Those where removing pods would not help. */
  readonly unresolvable: ReadonlyMap<string, string>;
  readonly error: string;
}

export interface HostPriority {
  readonly host: string;
  readonly score: number;
}

export interface MetaVictims {
  readonly uids: readonly string[];
  readonly violations: number;
}

/** Characters of a message about a node; the rest is cut off. */
const MAX_MESSAGE = 1_024;

export function filterAnswer(answer: unknown): FilterAnswer {
  const fields = fieldsOf(answer, 'ExtenderFilterResult');
  const nodes = fields.get('nodes');
  const nodeNames = fields.get('nodenames');
  return {
    ...(nodes !== undefined && { nodes: nodesOf(nodes) }),
    ...(nodeNames !== undefined && { nodeNames: listOf(nodeNames, 'NodeNames').map(text('NodeNames')) }),
    failed: messagesOf(fields.get('failednodes'), 'FailedNodes'),
    unresolvable: messagesOf(fields.get('failedandunresolvablenodes'), 'FailedAndUnresolvableNodes'),
    error: text('Error')(fields.get('error') ?? ''),
  };
}

export const priorityAnswer = (answer: unknown): readonly HostPriority[] =>
  listOf(answer ?? [], 'HostPriorityList').map((item) => {
    const fields = fieldsOf(item, 'HostPriority');
    return {
      host: text('Host')(fields.get('host') ?? ''),
      score: whole(fields.get('score') ?? 0, 'Score'),
    };
  });

export function preemptionAnswer(answer: unknown): ReadonlyMap<string, MetaVictims> {
  const fields = fieldsOf(answer, 'ExtenderPreemptionResult');
  const victims = objectOf(fields.get('nodenametometavictims') ?? {}, 'NodeNameToMetaVictims');
  return new Map(Object.entries(victims).map(([node, value]) => [node, metaVictims(value)]));
}

/** The extender's error; empty for none. */
export const bindingAnswer = (answer: unknown): string =>
  text('Error')(fieldsOf(answer, 'ExtenderBindingResult').get('error') ?? '');

function metaVictims(value: unknown): MetaVictims {
  const fields = fieldsOf(value, 'MetaVictims');
  return {
    uids: listOf(fields.get('pods') ?? [], 'Pods').map((pod) =>
      text('UID')(fieldsOf(pod, 'MetaPod').get('uid') ?? ''),
    ),
    violations: whole(fields.get('numpdbviolations') ?? 0, 'NumPDBViolations'),
  };
}

const nodesOf = (list: unknown): readonly string[] =>
  listOf(fieldsOf(list, 'NodeList').get('items') ?? [], 'items').map((node) =>
    text('name')(fieldsOf(fieldsOf(node, 'Node').get('metadata'), 'metadata').get('name') ?? ''),
  );

const messagesOf = (value: unknown, what: string): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(objectOf(value ?? {}, what)).map(([node, message]) => [
      node,
      text(what)(message ?? '').slice(0, MAX_MESSAGE),
    ]),
  );

/** Fields that are set, by their names in lower case. */
function fieldsOf(value: unknown, what: string): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, field] of Object.entries(objectOf(value ?? {}, what)))
    if (field !== null) fields.set(name.toLowerCase(), field);
  return fields;
}

function objectOf(value: unknown, what: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new Error(`the extender's answer is not valid: ${what} must be an object`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`the extender's answer is not valid: ${what} must be a list`);
}

const text =
  (what: string) =>
  (value: unknown): string => {
    if (typeof value === 'string') return value;
    throw new Error(`the extender's answer is not valid: ${what} must be a string`);
  };

function whole(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new Error(`the extender's answer is not valid: ${what} must be an integer`);
}
