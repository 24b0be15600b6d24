// Whether all operations fit into one order that agrees with real time: an operation that began after another one had ended
// comes after it. Revisions are that order, so nothing has to be searched: a write stands at its revision, a read at the
// first revision at which its answer was true and that is not before what had been answered when it began.
import type { Delete, Event, Get, History, List, Operation, Version, Write } from '../history.ts';
import { describeEvent, type Model, type State } from './model.ts';

export function checkLinearizable(history: History, model: Model): string[] {
  const caused = attribute(history, model);
  return [...caused.violations, ...checkOrder(history, model, caused.revisions)];
}

interface Attribution {
  /** The revision of each write and deletion that took effect. */
  readonly revisions: ReadonlyMap<Operation, number>;
  readonly violations: string[];
}

/** Finds the operation behind each event: a write by its unique value, a deletion by the uid it answered. */
function attribute({ operations, expiring }: History, model: Model): Attribution {
  const violations: string[] = [];
  const revisions = new Map<Operation, number>();
  const byValue = new Map(
    operations.filter((o): o is Write => o.kind === 'write').map((write) => [write.value, write]),
  );
  const deletes = operations.filter((o): o is Delete => o.kind === 'delete');
  const byUid = new Map(
    deletes.flatMap((o) => (o.outcome.is === 'ok' ? [[o.outcome.answer.uid, o] as const] : [])),
  );
  const unsure = deletes.filter((o) => o.outcome.is === 'unknown').sort((a, b) => a.start - b.start);
  const take = (operation: Operation | undefined, event: Event) => {
    if (!operation) {
      if (event.type !== 'DELETED' || !expiring.some((kind) => event.version.key.startsWith(`${kind}/`)))
        violations.push(`nobody asked for this: ${describeEvent(event)}`);
    } else if (revisions.has(operation))
      violations.push(`took effect twice: ${describeOperation(operation)}`);
    else {
      revisions.set(operation, event.version.revision);
      const problem = effectProblem(operation, event, model);
      if (problem) violations.push(`${problem}: ${describeOperation(operation)}; ${describeEvent(event)}`);
    }
  };
  /** Of those that may have deleted it, the one that fits this event alone, or else the one that began first. */
  const possibleCause = ({ version: { key, revision } }: Event) => {
    const open = unsure.filter((o) => o.key === key && !revisions.has(o));
    const before = model.at(key, revision - 1).version?.revision;
    return (
      open.find((o) => o.expected !== undefined && o.expected === before) ??
      open.find((o) => o.expected === undefined)
    );
  };
  for (const event of model.events) {
    const { uid, value } = event.version;
    if (event.type !== 'DELETED') take(byValue.get(value), event);
    else take(byUid.get(uid) ?? possibleCause(event), event);
  }
  for (const operation of operations)
    if (isChange(operation) && operation.outcome.is === 'ok' && !revisions.has(operation))
      violations.push(`acknowledged, but it never took effect: ${describeOperation(operation)}`);
  return { revisions, violations };
}

const isChange = (operation: Operation): operation is Write | Delete =>
  operation.kind === 'write' || operation.kind === 'delete';

/** What is wrong with the effect that an operation had. */
function effectProblem(operation: Operation, event: Event, model: Model): string | undefined {
  if (!isChange(operation)) return undefined;
  const { revision, uid } = event.version;
  const { outcome } = operation;
  if (outcome.is === 'refused') return `was refused with ${outcome.reason}, but took effect`;
  const before = model.at(event.version.key, revision - 1).version;
  if (operation.expected !== undefined && before?.revision !== operation.expected)
    return `replaced revision ${before?.revision}`;
  if (operation.kind === 'delete') return undefined;
  if (operation.verb === 'create' && event.type !== 'ADDED') return 'a creation changed an object';
  if ((operation.verb === 'update' || operation.verb === 'patch') && event.type !== 'MODIFIED')
    return 'an update created an object';
  const answer = operation.outcome.is === 'ok' ? operation.outcome.answer : undefined;
  return answer && (answer.revision !== revision || answer.uid !== uid)
    ? `answered revision ${answer.revision}, uid ${answer.uid}`
    : undefined;
}

/** Gives every operation its place, in the order of their beginnings, and reports those that have none. */
function checkOrder(
  { operations, from }: History,
  model: Model,
  revisions: ReadonlyMap<Operation, number>,
): string[] {
  const violations: string[] = [];
  const places = new Map<Operation, number>();
  const byStart = [...operations].sort((a, b) => a.start - b.start);
  // One without an answer is never over: nothing has to come after it.
  const byEnd = operations.filter((o) => o.outcome.is !== 'unknown').sort((a, b) => a.end - b.end);
  let ended = 0;
  let least = from;
  let cause: Operation | undefined;
  for (const operation of byStart) {
    for (; byEnd[ended] && byEnd[ended]!.end < operation.start; ended++) {
      const place = places.get(byEnd[ended]!) ?? from;
      if (place > least) {
        least = place;
        cause = byEnd[ended];
      }
    }
    const found = place(operation, least, model, revisions.get(operation));
    if (typeof found === 'number') places.set(operation, found);
    else if (found)
      violations.push(
        `${found}: ${describeOperation(operation)}; earlier, at ${least}: ${cause ? describeOperation(cause) : 'the beginning'}`,
      );
  }
  return violations;
}

/** The first revision at or after `least` at which the operation can stand, or what is wrong; undefined when it says nothing. */
function place(
  operation: Operation,
  least: number,
  model: Model,
  revision: number | undefined,
): number | string | undefined {
  if (isChange(operation) && revision !== undefined)
    return revision > least ? revision : `took effect at ${revision}, before an operation that had ended`;
  if (operation.outcome.is === 'unknown') return undefined;
  if (operation.kind === 'list') return placeOfList(operation, least);
  const holds = conditionOf(operation);
  if (!holds) return undefined;
  const { key } = operation;
  let state: State | undefined = model.at(key, least);
  while (state && !holds(state.version)) state = model.next(key, state.revision);
  return state ? Math.max(least, state.revision) : 'its answer was not true at any time after it began';
}

function placeOfList({ outcome, consistent }: List, least: number): number | string | undefined {
  if (outcome.is !== 'ok') return undefined;
  const { revision } = outcome.answer;
  return !consistent || revision >= least
    ? revision
    : 'a consistent list is older than what had been answered';
}

/** What must have held of the key for this answer; undefined when any state may give it. */
function conditionOf(
  operation: Write | Delete | Get,
): ((before: Version | undefined) => boolean) | undefined {
  const { outcome } = operation;
  if (outcome.is === 'ok') {
    if (operation.kind !== 'get') return undefined;
    const answer = outcome.answer as Version;
    return (version) =>
      version?.revision === answer.revision && version.value === answer.value && version.uid === answer.uid;
  }
  if (outcome.is === 'unknown') return undefined;
  if (outcome.reason === 'NotFound') return (version) => version === undefined;
  if (outcome.reason === 'AlreadyExists') return (version) => version !== undefined;
  if (outcome.reason === 'Conflict' && operation.kind !== 'get' && operation.expected !== undefined) {
    const { expected } = operation;
    return (version) => version?.revision !== expected;
  }
  return undefined;
}

export function describeOperation(operation: Operation): string {
  const { client, start, end, outcome } = operation;
  const what = operation.kind === 'write' ? operation.verb : operation.kind;
  const on = operation.kind === 'list' ? operation.resource : operation.key;
  const { outcome: _, kind, client: __, start: ___, end: ____, ...request } = operation;
  const answer = JSON.stringify(outcome);
  return `${client} ${what} ${on} ${JSON.stringify(request)} from ${start.toFixed(2)} to ${end.toFixed(2)}: ${answer.slice(0, 400)}`;
}
