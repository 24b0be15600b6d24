// kubectl run.

import { messageOf } from '../../../kit/message-of.ts';
import { inGoOrder } from '../../changes/go-order.ts';
import { overridden, overrideFlags } from '../../changes/overrides.ts';
import { printerFor } from '../../changes/printing.ts';
import { recorded, recordFlag } from '../../changes/record.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import {
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  filenameFlags,
  saveConfigFlag,
} from '../../command/common-flags.ts';
import { boolFlag, durationFlag, type FlagValues, stringArrayFlag, stringFlag } from '../../command/flag.ts';
import { howFlags } from '../../deletion/flags.ts';
import { pathOf } from '../../discovery/served.ts';
import { checkRunningTimeout } from '../../pods/pod-for.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { ApiObject } from '../../printers/printer.ts';
import { DEFAULT_DETACH_KEYS } from '../../streams/detach-keys.ts';
import { labelsOf } from '../../text/pairs.ts';
import { goQuote } from '../../text/quote.ts';
import type { Made } from '../create/objects/made.ts';
import { sent } from '../create/send-made.ts';
import { isImageName } from '../debug/image-name.ts';
import { exposingService, noExposeFlags } from '../expose/service.ts';
import { isPullPolicy, podOf, restartPolicyOf } from './pod.ts';

const flags = {
  ...filenameFlags('to use to replace the resource.'),
  ...howFlags(false),
  ...printFlags,
  ...recordFlag,
  'dry-run': dryRunFlag(),
  annotations: stringArrayFlag('Annotations to apply to the pod.'),
  image: stringFlag('', 'The image for the container to run.', { required: true }),
  'image-pull-policy': stringFlag(
    '',
    'The image pull policy for the container.  If left empty, this value will not be specified by the client and defaulted by the server.',
  ),
  rm: boolFlag(
    false,
    "If true, delete the pod after it exits.  Only valid when attaching to the container, e.g. with '--attach' or with '-i/--stdin'.",
  ),
  env: stringArrayFlag('Environment variables to set in the container.'),
  port: stringFlag('', 'The port that this container exposes.'),
  labels: stringFlag('', 'Comma separated labels to apply to the pod. Will override previous values.', {
    short: 'l',
  }),
  stdin: boolFlag(false, 'Keep stdin open on the container in the pod, even if nothing is attached.', {
    short: 'i',
  }),
  tty: boolFlag(false, 'Allocate a TTY for the container in the pod.', { short: 't' }),
  attach: boolFlag(
    false,
    "If true, wait for the Pod to start running, and then attach to the Pod as if 'kubectl attach ...' were called.  Default false, unless '-i/--stdin' is set, in which case the default is true. With '--restart=Never' the exit code of the container process is returned.",
  ),
  'leave-stdin-open': boolFlag(
    false,
    'If the pod is started in interactive mode or with stdin, leave stdin open after the first attach completes. By default, stdin will be closed after the first attach completes.',
  ),
  restart: stringFlag('Always', 'The restart policy for this Pod.  Legal values [Always, OnFailure, Never].'),
  command: boolFlag(
    false,
    "If true and extra arguments are present, use them as the 'command' field in the container, rather than the 'args' field which is the default.",
  ),
  expose: boolFlag(false, 'If true, create a ClusterIP service associated with the pod.  Requires `--port`.'),
  quiet: boolFlag(false, 'If true, suppress prompt messages.', { short: 'q' }),
  privileged: boolFlag(false, 'If true, run the container in privileged mode.'),
  'detach-keys': stringFlag(DEFAULT_DETACH_KEYS, 'Override the key sequence for detaching a container.'),
  'field-manager': fieldManagerFlag('kubectl-run'),
  ...overrideFlags,
  'save-config': saveConfigFlag(),
  'pod-running-timeout': durationFlag(
    60_000,
    '1m0s',
    'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running',
  ),
};

type RunContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  long: 'Create and run a particular image in a pod.',
  examples: `# Start a nginx pod
kubectl run nginx --image=nginx

# Start a hazelcast pod and let the container expose port 5701
kubectl run hazelcast --image=hazelcast/hazelcast --port=5701

# Start a hazelcast pod and set environment variables "DNS_DOMAIN=cluster" and "POD_NAMESPACE=default" in the container
kubectl run hazelcast --image=hazelcast/hazelcast --env="DNS_DOMAIN=cluster" --env="POD_NAMESPACE=default"

# Dry run; print the corresponding API objects without creating them
kubectl run nginx --image=nginx --dry-run=client

# Start a nginx pod, but overload the spec with a partial set of values parsed from JSON
kubectl run nginx --image=nginx --overrides='{ "apiVersion": "v1", "spec": { ... } }'

# Start a busybox pod and keep it in the foreground, don't restart it if it exits
kubectl run -i -t busybox --image=busybox --restart=Never

# Start the nginx pod using a different command and custom arguments
kubectl run nginx --image=nginx --command -- <cmd> <arg1> ... <argN>`,
  flags,
  async run(context) {
    const { flags: given, args, argsBeforeDash, io, session, usageError } = context;
    const attaches = given.attach || (given.stdin && !context.changed('attach'));
    const dryRun = dryRunOf(given['dry-run'], io);
    const name = args[0];
    if (name === undefined || argsBeforeDash === 0) throw usageError('NAME is required for run');
    try {
      checkRunningTimeout(given['pod-running-timeout']);
    } catch (error) {
      throw usageError(messageOf(error));
    }
    const restart = checked(context, attaches, dryRun);
    const made = podOf(name, {
      ...given,
      restart,
      imagePullPolicy: given['image-pull-policy'],
      leaveStdinOpen: given['leave-stdin-open'],
      words: args.slice(1),
    });
    const pod = overridden(made, given);
    const printer = await printerFor(context, 'created', dryRun, true);
    const print = ({ made: { kind }, object }: Created) => printer(inGoOrder(kind, object));
    const created = [{ made: pod, object: await send(context, pod, dryRun) }];
    if (given.expose) {
      const service = await exposed(context, name, dryRun);
      created.push(service);
      print(service);
      // As upstream, whose printer writes such a line, too.
      if (given.output === 'yaml') io.out('---\n');
    }
    if (!attaches) {
      print(created[0]!);
      return 0;
    }
    const { namespace } = await session.namespace();
    const { attachWhenReady, exitOf, remove } = await import('./follow.ts');
    const following = {
      around: context,
      namespace,
      name: nameOf(created[0]!.object),
      timeoutMs: given['pod-running-timeout'],
      stdin: given.stdin,
      tty: given.tty,
      quiet: given.quiet,
      detachKeys: given['detach-keys'],
      commandName: 'kubectl attach',
    };
    try {
      await attachWhenReady(following);
      if (!given['leave-stdin-open'] && restart !== 'Always') await exitOf(following, restart);
    } finally {
      if (given.rm)
        await remove(
          context,
          created.map(({ made: one, object }) => placeOf(one, object, namespace)),
          given.quiet,
        );
    }
    return 0;
  },
});

const nameOf = (object: ApiObject): string => (object.metadata as { name?: string } | undefined)?.name ?? '';

function placeOf({ kind }: Made, object: ApiObject, namespace: string) {
  const { group, version, plural: resource, namespaced, singular } = kind.resource;
  const name = nameOf(object);
  const path = pathOf({ group, version, resource, namespaced }, namespace, name);
  return { kind: singular, path, name, namespace };
}

const send = (context: RunContext, { kind, object }: Made, dryRun: DryRun): Promise<ApiObject> =>
  sent(context, { kind, object: recorded(context, object) }, dryRun);

/** Gives the restart policy. */
function checked({ flags: given, usageError }: RunContext, attaches: boolean, dryRun: DryRun): string {
  if (given.image === '') throw new Error('--image is required');
  if (!isImageName(given.image))
    throw new Error(`Invalid image name ${goQuote(given.image)}: invalid reference format`);
  if (given.tty && !given.stdin) throw usageError('-i/--stdin is required for containers with -t/--tty=true');
  if (given.expose && given.port === '') throw usageError('--port must be set when exposing a service');
  const restart = restartPolicyOf(given.restart, given.stdin);
  if (restart === undefined) throw usageError(`invalid restart policy: ${given.restart}`);
  if (!attaches && given.rm) throw usageError('--rm should only be used for attached containers');
  if (attaches && dryRun !== 'none')
    throw usageError(
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  if (!isPullPolicy(given['image-pull-policy']))
    throw usageError(`invalid image pull policy: ${given['image-pull-policy']}`);
  return restart;
}

interface Created {
  readonly made: Made;
  readonly object: ApiObject;
}

/** The Service of --expose. */
async function exposed(context: RunContext, name: string, dryRun: DryRun): Promise<Created> {
  const { flags: given } = context;
  const labels = given.labels === '' ? undefined : labelsOf(given.labels);
  const made = exposingService({
    ...noExposeFlags,
    name,
    selector: labels ?? { run: name },
    labels,
    ports: given.port.split(','),
  });
  return { made, object: await send(context, made, dryRun) };
}
