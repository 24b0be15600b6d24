// `kubectl attach`: the standard streams of a container that already runs.
import { defineCommand } from '../../command/command.ts';
import { stringFlag } from '../../command/flag.ts';
import { attachablePod, checkRunningTimeout } from '../../pods/pod-for.ts';
import { findResources } from '../../resources/find-resources.ts';
import { DEFAULT_DETACH_KEYS } from '../../streams/detach-keys.ts';
import { sessionFlags } from '../exec/flags.ts';
import { attachTo } from './attach.ts';

export default defineCommand({
  use: 'attach (POD | TYPE/NAME) -c CONTAINER',
  long: 'Attach to a process that is already running inside an existing container.',
  examples: `
# Output of pod mypod: of the container in its annotation kubectl.kubernetes.io/default-container, else of the first
kubectl attach mypod

# Container ruby of pod mypod in the terminal
kubectl attach mypod -c ruby -i -t

# The first pod of replica set nginx
kubectl attach rs/nginx`,
  flags: {
    ...sessionFlags,
    'detach-keys': stringFlag(DEFAULT_DETACH_KEYS, 'Override the key sequence for detaching a container'),
  },
  complete: async ({ session, args }, toComplete) =>
    (await import('../../pods/complete-pods.ts')).completePod(session, args, toComplete),
  async run({ args, flags, io, session, path }) {
    if (args.length === 0) throw new Error('at least 1 argument is required for attach');
    if (args.length > 2)
      throw new Error(
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
      );
    const timeoutMs = flags['pod-running-timeout'];
    checkRunningTimeout(timeoutMs);
    const [first = '', second] = args;
    const { namespace } = await session.namespace();
    const named = second === undefined ? { type: 'pods', names: [first] } : { type: first, names: [second] };
    const found = await findResources(session, io, { namespace, named });
    const pod = await attachablePod(session, io, await found.object(), timeoutMs);
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed')
      throw new Error(`cannot attach a container in a completed pod; current phase is ${phase}`);
    await attachTo({
      session,
      io,
      pod,
      container: flags.container,
      stdin: flags.stdin,
      tty: flags.tty,
      quiet: flags.quiet,
      detachKeys: flags['detach-keys'],
      commandName: path,
    });
  },
});
