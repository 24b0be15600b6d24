// `kubectl exec`: runs a command in a container of a pod.
import { defineCommand } from '../../command/command.ts';
import { stringSliceFlag } from '../../command/flag.ts';
import { findContainer, findOrDefaultContainer, notAContainer } from '../../pods/containers.ts';
import { attachablePod, checkRunningTimeout } from '../../pods/pod-for.ts';
import { findResources } from '../../resources/find-resources.ts';
import { isList } from '../../resources/object.ts';
import { streamsOf, terminalFor } from '../../streams/tty.ts';
import { sessionFlags } from './flags.ts';
import { runInContainer } from './in-container.ts';

export default defineCommand({
  use: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  long: 'Execute a command in a container.',
  examples: `
# Output of 'date' in the default container of pod mypod, and in its container ruby
kubectl exec mypod -- date
kubectl exec mypod -c ruby -- date

# A shell in the terminal
kubectl exec mypod -c ruby -i -t -- bash -il

# In the first pod of a deployment or of a service
kubectl exec deploy/mydeployment -- date
kubectl exec svc/myservice -- date`,
  flags: {
    ...sessionFlags,
    filename: stringSliceFlag('to use to exec into the resource', { short: 'f' }),
  },
  complete: async ({ session, args }, toComplete) =>
    (await import('../../pods/complete-pods.ts')).completePod(session, args, toComplete),
  async run({ args, argsBeforeDash, flags, io, session, usageError }) {
    const word = argsBeforeDash === 0 ? undefined : args[0];
    const command = argsBeforeDash >= 0 ? args.slice(argsBeforeDash) : [];
    if (argsBeforeDash < 0 && (args.length > 1 || (args.length > 0 && flags.filename.length > 0)))
      throw usageError('exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
    const timeoutMs = flags['pod-running-timeout'];
    try {
      checkRunningTimeout(timeoutMs);
    } catch (error) {
      throw usageError((error as Error).message);
    }
    if (!word && flags.filename.length === 0)
      throw new Error('pod, type/name or --filename must be specified');
    if (command.length === 0) throw new Error('you must specify at least one command for the container');
    const { namespace, explicit } = await session.namespace();
    const found = await findResources(session, io, {
      namespace,
      enforceNamespace: explicit,
      filename: flags.filename,
      ...(word && { named: { type: 'pods', names: [word] } }),
    });
    const object = await found.object();
    if (isList(object)) throw new Error('cannot exec into multiple objects at a time');
    const pod = await attachablePod(session, io, object, timeoutMs);
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed')
      throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`);
    if (flags.container && !findContainer(pod, flags.container)) throw notAContainer(pod, flags.container);
    const warn = flags.quiet ? () => {} : io.err;
    const container = findOrDefaultContainer(pod, flags.container, warn);
    const terminal = terminalFor(io, flags);
    await runInContainer({
      session,
      io,
      subresource: 'exec',
      namespace: pod.metadata.namespace ?? '',
      pod: pod.metadata.name ?? '',
      container: container.name,
      command,
      streams: streamsOf(io, flags.stdin, terminal),
      terminal,
    });
  },
});
