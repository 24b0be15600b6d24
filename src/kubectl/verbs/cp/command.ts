// `kubectl cp`: files between this machine and a container.
import { defineCommand } from '../../command/command.ts';
import { boolFlag, intFlag } from '../../command/flag.ts';
import { sessionFlags } from '../exec/flags.ts';
import { copyFromPod, copyToPod } from './copy.ts';
import { fileSpec } from './file-spec.ts';

export default defineCommand({
  use: 'cp <file-spec-src> <file-spec-dest>',
  long: `Copy files and directories to and from containers.

The container's image must have 'tar'. Symbolic links are not made on this machine; with 'kubectl exec' and 'tar' they are.`,
  examples: `
# A local directory to /tmp/bar_dir of a pod in the default namespace
kubectl cp /tmp/foo_dir <some-pod>:/tmp/bar_dir

# A local file to one container of a pod
kubectl cp /tmp/foo <some-pod>:/tmp/bar -c <specific-container>

# A local file to a pod of another namespace, and back
kubectl cp /tmp/foo <some-namespace>/<some-pod>:/tmp/bar
kubectl cp <some-namespace>/<some-pod>:/tmp/foo /tmp/bar

# With links and modes, by tar on both sides
kubectl exec -n <some-namespace> <some-pod> -- tar cf - /tmp/foo | tar xf - -C /tmp/bar`,
  flags: {
    container: sessionFlags.container,
    'no-preserve': boolFlag(
      false,
      "The copied file/directory's ownership and permissions will not be preserved in the container",
    ),
    retries: intFlag(
      0,
      'Set number of retries to complete a copy operation from a container. Specify 0 to disable or any negative value for infinite retrying. The default is 0 (no retry).',
      { type: 'int' },
    ),
  },
  async run({ args, flags, io, session, path }) {
    const [from, to] = args.map(fileSpec);
    if (args.length !== 2 || !from || !to) throw new Error('source and destination are required');
    if (from.pod && to.pod) throw new Error('one of src or dest must be a local file specification');
    if (from.file === '' || to.file === '') throw new Error('filepath can not be empty');
    const { namespace } = await session.namespace();
    const copying = {
      session,
      io,
      namespace,
      container: flags.container,
      noPreserve: flags['no-preserve'],
      retries: flags.retries,
    };
    if (to.pod) {
      await copyToPod(copying, from, to);
      return undefined;
    }
    if (!from.pod) throw new Error('one of src or dest must be a remote file specification');
    const [program] = path.split(' ');
    const [ns, pod, file] = [from.namespace, from.pod, from.file].map((text) => JSON.stringify(text));
    const advice = ` (consider using "${program} exec -n ${ns} ${pod} -- tar cf - ${file} | tar xf -")`;
    await copyFromPod(copying, from, to, advice);
    return undefined;
  },
});
