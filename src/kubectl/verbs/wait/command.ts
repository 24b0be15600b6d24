// kubectl wait: until objects are created, deleted, or as a condition says.
import { StatusError } from '../../../api/status/status-error.ts';
import { printerFor } from '../../changes/printing.ts';
import { eventsOf } from '../../changes/watch-object.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import { allNamespacesFlag, fieldSelectorFlag } from '../../command/common-flags.ts';
import {
  boolFlag,
  durationFlag,
  type FlagValues,
  stringArrayFlag,
  stringFlag,
  stringSliceFlag,
} from '../../command/flag.ts';
import { printFlags } from '../../printers/print-flags.ts';
import { findResources, type Resources } from '../../resources/find-resources.ts';
import { type Info, isNotFound } from '../../resources/info.ts';
import type { KubeObject } from '../../resources/object.ts';
import { type Condition, conditionsOf } from '../../waiting/conditions.ts';
import { untilDeleted } from '../../waiting/deleted.ts';
import { saying, timedOut, withDeadline } from '../../waiting/waiting.ts';

const flags = {
  ...printFlags,
  filename: stringSliceFlag('identifying the resource.', { short: 'f' }),
  recursive: boolFlag(
    true,
    'Process the directory used in -f, --filename recursively. Useful when you want to manage related manifests organized within the same directory.',
    { short: 'R' },
  ),
  selector: stringFlag(
    '',
    "Selector (label query) to filter on, supports '=', '==', and '!='.(e.g. -l key1=value1,key2=value2)",
    { short: 'l' },
  ),
  'field-selector': fieldSelectorFlag(),
  all: boolFlag(false, 'Select all resources in the namespace of the specified resource types'),
  'all-namespaces': allNamespacesFlag(),
  local: boolFlag(false, 'If true, annotation will NOT contact api-server but run locally.'),
  timeout: durationFlag(
    30_000,
    '30s',
    "The length of time to wait before giving up. Zero means check once and don't wait, negative means wait for a week.",
  ),
  for: stringArrayFlag(
    "The condition to wait on: [create|delete|condition=condition-name[=condition-value]|jsonpath='{JSONPath expression}'=[JSONPath value]]. The default condition-value is true. Condition values are compared after Unicode simple case folding, which is a more general form of case-insensitivity. Multiple conditions are supported and AND'ed to each other in a sequential order. If --for=create is passed, it is always waited first.",
  ),
};

type WaitContext = Context & { readonly flags: FlagValues<typeof flags> };

const WEEK_MS = 168 * 3_600_000;
const POLL_MS = 500;

export default defineCommand({
  use: "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  long: `Wait for a specific condition on one or many resources.

The command waits until the condition is seen in the status of every given resource. With "create" or "delete" as the value of --for it waits until the resources are there, or are gone.

A message is printed for each resource whose condition is met; -o changes its form.`,
  examples: `# Wait for the pod "busybox1" to contain the status condition of type "Ready"
kubectl wait --for=condition=Ready pod/busybox1

# The default value of status condition is true; you can wait for other targets after an equal delimiter
kubectl wait --for=condition=Ready=false pod/busybox1

# Wait for the pod "busybox1" to contain the status phase to be "Running"
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/busybox1

# Wait for the service "loadbalancer" to have ingress
kubectl wait --for=jsonpath='{.status.loadBalancer.ingress}' service/loadbalancer

# Wait for the pod "busybox1" to be deleted, with a timeout of 60s, after having issued the "delete" command
kubectl delete pod/busybox1
kubectl wait --for=delete pod/busybox1 --timeout=60s`,
  flags,
  async run(context) {
    const { flags, io } = context;
    const print = await printerFor(context, 'condition met');
    const conditions = conditionsOf(flags.for);
    const timeoutMs = flags.timeout < 0 ? WEEK_MS : flags.timeout;
    const isForDelete = conditions.some(({ is }) => is === 'delete');
    let seen = 0;
    await withDeadline({ io, timeoutMs: timeoutMs || WEEK_MS }, async (signal) => {
      if (conditions.some(({ is }) => is === 'create')) await untilCreated(context, signal, timeoutMs);
      const found = await find(context);
      await found.visit(
        async (info) => {
          seen++;
          for (const condition of conditions)
            print(await met(info, condition, { context, signal, once: timeoutMs === 0 }));
        },
        isForDelete ? isNotFound : undefined,
      );
    });
    if (seen === 0 && !isForDelete) throw new Error('no matching resources found');
  },
});

async function find({ args, flags, io, session }: WaitContext): Promise<Resources> {
  const { namespace, explicit } = await session.namespace();
  return findResources(session, io, {
    ...{ namespace, enforceNamespace: explicit, allNamespaces: flags['all-namespaces'] },
    ...{ args, filename: flags.filename, recursive: flags.recursive, local: flags.local },
    ...{ labelSelector: flags.selector, fieldSelector: flags['field-selector'], typeMeansAll: flags.all },
    ...{ latest: !flags.local, flatten: true, continueOnError: true },
  });
}

/** Looks again and again: what does not exist yet cannot be watched by its name alone. */
async function untilCreated(context: WaitContext, signal: AbortSignal, timeoutMs: number): Promise<void> {
  const { io } = context;
  for (;;) {
    if (await isThere(context)) return;
    if (signal.aborted || timeoutMs === 0) throw timedOut();
    await io.clock.sleep(POLL_MS, signal).catch(() => {
      throw timedOut();
    });
  }
}

async function isThere(context: WaitContext): Promise<boolean> {
  try {
    return (await (await find(context)).infos()).length > 0;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

interface Meeting {
  readonly context: WaitContext;
  readonly signal: AbortSignal;
  /** Looks once and does not wait. */
  readonly once: boolean;
}

async function met(
  info: Info,
  condition: Condition,
  { context, signal, once }: Meeting,
): Promise<KubeObject> {
  const { session, io } = context;
  if (info.name === '') throw new Error('resource name must be provided');
  if (condition.is === 'create') return info.object;
  if (once) return metNow(info, condition);
  if (condition.is !== 'met') return untilDeleted(info, session, signal);
  return saying(info, signal, async () => {
    for await (const { type, object } of eventsOf(session, info.collectionPath(), info.name, signal)) {
      if (type === 'MISSING') throw await missing(info);
      if (type !== 'DELETED' && condition.check(object)) return object;
    }
    io.signal.throwIfAborted();
    throw timedOut(info);
  });
}

/** The server's own words for an object that is not there. */
async function missing(info: Info): Promise<unknown> {
  try {
    await info.get();
  } catch (error) {
    return error;
  }
  return new Error(`${info.objectName} has been created again`);
}

async function metNow(info: Info, condition: Condition): Promise<KubeObject> {
  const unmet = new Error(`condition not met for ${info.objectName}`);
  let object: KubeObject;
  try {
    object = await info.get();
  } catch (error) {
    const isGone = condition.is === 'delete' && error instanceof StatusError && error.code === 404;
    if (isGone) return info.object;
    throw error;
  }
  if (condition.is !== 'met' || !condition.check(object)) throw unmet;
  return object;
}
