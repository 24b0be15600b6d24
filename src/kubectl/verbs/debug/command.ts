// `kubectl debug`: a debugging container in a pod, in a copy of it, or on a node.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { StatusError } from '../../../api/status/status-error.ts';
import { defineCommand } from '../../command/command.ts';
import { boolFlag, stringFlag, stringSliceFlag } from '../../command/flag.ts';
import type { Io } from '../../io/io.ts';
import { podPath, podsPath } from '../../pods/first-pod.ts';
import { asPod, isPod } from '../../pods/pod-for.ts';
import { findResources } from '../../resources/find-resources.ts';
import type { Info } from '../../resources/info.ts';
import type { Session } from '../../session/session.ts';
import { attachWhenRunning } from './attach-when-running.ts';
import { checkWishes, customProfile, pullPolicyOf } from './check.ts';
import { pairsFlag } from './pairs-flag.ts';
import { copyOf, type DebugWishes, grantsInVain, nodePod, withEphemeralContainer } from './plan.ts';
import { profileOf } from './profiles.ts';

const COPY_ONLY = "(This flag only works when used with '--copy-to')";

export default defineCommand({
  use: 'debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]',
  long: `Debug cluster resources using interactive debugging containers.

What is done depends on the resource; it is a pod if no type is given.

A pod gets an ephemeral container, without being restarted; with --copy-to a copy of it is made that has another image, another command or one more container. On a node a pod is started that has the node's namespaces, and its file system at /host.

What the profile grants may have no effect where a user other than root is set for the whole pod.`,
  examples: `
# A session in pod mypod, and one in the pod of a file
kubectl debug mypod -it --image=busybox
kubectl debug -f pod.yaml -it --image=busybox

# A copy of mypod with one more container
kubectl debug mypod -it --image=busybox --copy-to=my-debugger

# A copy of mypod in which mycontainer runs a shell
kubectl debug mypod -it --copy-to=my-debugger --container=mycontainer -- sh

# A copy of mypod with other images
kubectl debug mypod --copy-to=my-debugger --set-image=*=busybox
kubectl debug mypod -it --copy-to=my-debugger --image=debian --set-image=app=app:debug,sidecar=sidecar:debug

# A session on a node, with its file system at /host
kubectl debug node/mynode -it --image=busybox`,
  flags: {
    filename: stringSliceFlag('identifying the resource to debug', { short: 'f' }),
    'arguments-only': boolFlag(
      false,
      'If specified, everything after -- will be passed to the new container as Args instead of Command.',
    ),
    attach: boolFlag(
      false,
      "If true, wait for the container to start running, and then attach as if 'kubectl attach ...' were called.  Default false, unless '-i/--stdin' is set, in which case the default is true.",
    ),
    container: stringFlag('', 'Container name to use for debug container.', { short: 'c' }),
    'copy-to': stringFlag('', 'Create a copy of the target Pod with this name.'),
    replace: boolFlag(false, "When used with '--copy-to', delete the original Pod."),
    env: pairsFlag('Environment variables to set in the container.'),
    image: stringFlag('', 'Container image to use for debug container.'),
    'keep-labels': boolFlag(false, `If true, keep the original pod labels.${COPY_ONLY}`),
    'keep-annotations': boolFlag(false, `If true, keep the original pod annotations.${COPY_ONLY}`),
    'keep-liveness': boolFlag(false, `If true, keep the original pod liveness probes.${COPY_ONLY}`),
    'keep-readiness': boolFlag(false, `If true, keep the original pod readiness probes.${COPY_ONLY}`),
    'keep-startup': boolFlag(false, `If true, keep the original startup probes.${COPY_ONLY}`),
    'keep-init-containers': boolFlag(
      true,
      `Run the init containers for the pod. Defaults to true.${COPY_ONLY}`,
    ),
    'set-image': pairsFlag(
      "When used with '--copy-to', a list of name=image pairs for changing container images, similar to how 'kubectl set image' works.",
    ),
    'image-pull-policy': stringFlag(
      '',
      'The image pull policy for the container. If left empty, this value will not be specified by the client and defaulted by the server.',
    ),
    stdin: boolFlag(false, 'Keep stdin open on the container(s) in the pod, even if nothing is attached.', {
      short: 'i',
    }),
    quiet: boolFlag(false, 'If true, suppress informational messages.', { short: 'q' }),
    'same-node': boolFlag(
      false,
      "When used with '--copy-to', schedule the copy of target Pod on the same node.",
    ),
    'share-processes': boolFlag(
      true,
      "When used with '--copy-to', enable process namespace sharing in the copy.",
    ),
    target: stringFlag('', 'When using an ephemeral container, target processes in this container name.'),
    tty: boolFlag(false, 'Allocate a TTY for the debugging container.', { short: 't' }),
    profile: stringFlag(
      'general',
      'Options are "general", "baseline", "restricted", "netadmin" or "sysadmin". Defaults to "general"',
    ),
    custom: stringFlag(
      '',
      'Path to a JSON or YAML file containing a partial container spec to customize built-in debug profiles.',
    ),
  },
  complete: async ({ session, args }, toComplete) =>
    (await import('../../pods/complete-pods.ts')).completePod(session, args, toComplete),
  async run({ args, argsBeforeDash, flags, changed, io, session, path }) {
    const dash = argsBeforeDash >= 0 && args.length > argsBeforeDash ? argsBeforeDash : args.length;
    const targets = args.slice(0, dash);
    const { namespace, explicit } = await session.namespace();
    const wishes: DebugWishes = {
      args: args.slice(dash),
      argumentsOnly: flags['arguments-only'],
      container: flags.container,
      copyTo: flags['copy-to'],
      env: flags.env ?? [],
      image: flags.image,
      pullPolicy: pullPolicyOf(flags['image-pull-policy']),
      sameNode: flags['same-node'],
      setImages: flags['set-image'] ?? [],
      shareProcesses: changed('share-processes') ? flags['share-processes'] : undefined,
      stdin: flags.stdin,
      tty: flags.tty,
      target: flags.target,
      profile: profileOf(flags.profile),
      kept: {
        labels: flags['keep-labels'],
        annotations: flags['keep-annotations'],
        liveness: flags['keep-liveness'],
        readiness: flags['keep-readiness'],
        startup: flags['keep-startup'],
        initContainers: flags['keep-init-containers'],
      },
      custom: flags.custom ? readCustom(flags.custom, io) : undefined,
    };
    checkWishes(wishes, {
      targets: targets.length,
      filenames: flags.filename.length,
      attach: changed('attach') ? flags.attach : undefined,
      replace: flags.replace,
    });
    const tell = flags.quiet ? () => {} : io.out;
    if (wishes.target)
      tell(
        `Targeting container "${wishes.target}". If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    if (flags.profile === 'legacy')
      io.err(
        '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".\n',
      );
    const attaches = flags.attach || (flags.stdin && !changed('attach'));
    const found = await findResources(session, io, {
      namespace,
      enforceNamespace: explicit,
      filename: flags.filename,
      flatten: true,
      ...(targets.length > 0 && { named: { type: 'pods', names: targets } }),
    });
    const debugging: Debugging = { session, io, wishes, namespace, replace: flags.replace, tell };
    await found.visit(async (info) => {
      const { pod, container } = await debug(info, debugging);
      if (!attaches || !container) return;
      const commandName = `${path.split(' ')[0]} attach`;
      const { stdin, tty, quiet } = flags;
      await attachWhenRunning({ session, io, pod, container, stdin, tty, quiet, commandName });
    });
  },
});

function readCustom(file: string, io: Io) {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (cause) {
    throw new Error(
      `must pass a container spec json file for custom profile: open ${file}: no such file or directory`,
      { cause },
    );
  }
  return customProfile(text, file);
}

interface Debugging {
  readonly session: Session;
  readonly io: Io;
  readonly wishes: DebugWishes;
  readonly namespace: string;
  readonly replace: boolean;
  readonly tell: (text: string) => void;
}

interface Debugged {
  readonly pod: Pod;
  /** To attach to; empty for none. */
  readonly container: string;
}

async function debug(info: Info, debugging: Debugging): Promise<Debugged> {
  const { object } = info;
  if (isPod(object)) {
    const pod = asPod(object);
    return debugging.wishes.copyTo ? await byCopy(pod, debugging) : await byEphemeral(pod, debugging);
  }
  if (object.kind === 'Node' && object.apiVersion === 'v1') return await onNode(info.name, debugging);
  throw new Error(`"${object.apiVersion}, Kind=${object.kind}" not supported by debug`);
}

const namingOf = ({ io, tell }: Debugging) => ({ random: io.random, tell });

async function onNode(node: string, debugging: Debugging): Promise<Debugged> {
  const { session, namespace, wishes } = debugging;
  const body = nodePod(node, wishes, namingOf(debugging));
  const pod = await session.json<Pod>({ method: 'POST', path: podsPath(namespace), body });
  return { pod, container: pod.spec?.containers[0]?.name ?? '' };
}

async function byCopy(original: Pod, debugging: Debugging): Promise<Debugged> {
  const { session, wishes, replace } = debugging;
  const { pod: body, container } = copyOf(original, wishes, namingOf(debugging));
  const debugger_ = body.spec?.containers.find(({ name }) => name === container);
  if (debugger_ && grantsInVain(body, debugger_)) warnInVain(debugging);
  const namespace = original.metadata.namespace ?? '';
  const pod = await session.json<Pod>({ method: 'POST', path: podsPath(namespace), body });
  if (replace)
    await session.request({
      method: 'DELETE',
      path: podPath(namespace, original.metadata.name ?? ''),
      body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 },
    });
  return { pod, container };
}

async function byEphemeral(original: Pod, debugging: Debugging): Promise<Debugged> {
  const { session, wishes } = debugging;
  const { pod: changed, container } = withEphemeralContainer(original, wishes, namingOf(debugging));
  const containers = changed.spec?.ephemeralContainers ?? [];
  if (grantsInVain(original, container)) warnInVain(debugging);
  const { namespace = '', name = '' } = original.metadata;
  try {
    const pod = await session.json<Pod>({
      method: 'PATCH',
      path: podPath(namespace, name, 'ephemeralcontainers'),
      contentType: 'application/strategic-merge-patch+json',
      // Without the order some servers put the new container first.
      body: {
        spec: {
          '$setElementOrder/ephemeralContainers': containers.map((one) => ({ name: one.name })),
          ephemeralContainers: [container],
        },
      },
    });
    return { pod, container: container.name };
  } catch (error) {
    // A server without ephemeral containers has no such subresource: its answer names no pod.
    if (error instanceof StatusError && error.reason === 'NotFound' && !error.status.details?.name)
      throw new Error(
        `ephemeral containers are disabled for this cluster (error from server: ${JSON.stringify(error.message)})`,
        { cause: error },
      );
    throw error;
  }
}

const warnInVain = ({ io }: Debugging): void =>
  io.err(
    'Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n',
  );
