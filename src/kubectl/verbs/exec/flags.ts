// Flags that exec and attach share.
import { boolFlag, durationFlag, stringFlag } from '../../command/flag.ts';

export const sessionFlags = {
  'pod-running-timeout': durationFlag(
    60_000,
    '1m0s',
    'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running',
  ),
  container: stringFlag(
    '',
    'Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen',
    { short: 'c' },
  ),
  stdin: boolFlag(false, 'Pass stdin to the container', { short: 'i' }),
  tty: boolFlag(false, 'Stdin is a TTY', { short: 't' }),
  quiet: boolFlag(false, 'Only print output from the remote session', { short: 'q' }),
};
