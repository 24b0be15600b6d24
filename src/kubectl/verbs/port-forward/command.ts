// `kubectl port-forward`: local ports that lead to ports of a pod.

import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { defineCommand } from '../../command/command.ts';
import { durationFlag, stringSliceFlag } from '../../command/flag.ts';
import { podPath } from '../../pods/first-pod.ts';
import { attachablePod, checkRunningTimeout } from '../../pods/pod-for.ts';
import { findResources } from '../../resources/find-resources.ts';
import type { KubeObject } from '../../resources/object.ts';
import { dialPortTunnel } from '../../streams/port-tunnel.ts';
import { listenAddresses } from './addresses.ts';
import { forwardPorts } from './forward.ts';
import { forwardedPorts, refuseUdp, translatedToPod, withNumbers } from './ports.ts';

export default defineCommand({
  use: 'port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  long: `Forward one or more local ports to a pod.

A TYPE/NAME such as deployment/mydeployment means one of its pods; the type is 'pod' if omitted. Forwarding ends when that pod does.`,
  examples: `
# Local ports 5000 and 6000 to the same ports of the pod
kubectl port-forward pod/mypod 5000 6000

# To a pod of the deployment, and to the target port of the service's port "https"
kubectl port-forward deployment/mydeployment 5000 6000
kubectl port-forward service/myservice 8443:https

# Another local port, or any that is free
kubectl port-forward pod/mypod 8888:5000
kubectl port-forward pod/mypod :5000

# On other addresses than localhost
kubectl port-forward --address 0.0.0.0 pod/mypod 8888:5000
kubectl port-forward --address localhost,10.19.21.23 pod/mypod 8888:5000`,
  flags: {
    'pod-running-timeout': durationFlag(
      60_000,
      '1m0s',
      'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running',
    ),
    address: stringSliceFlag(
      'Addresses to listen on (comma separated). Only accepts IP addresses or localhost as a value. When localhost is supplied, kubectl will try to bind on both 127.0.0.1 and ::1 and will fail if neither of these addresses are available to bind.',
      { initial: ['localhost'] },
    ),
  },
  complete: async ({ session, args }, toComplete) =>
    (await import('../../pods/complete-pods.ts')).completePod(session, args, toComplete),
  async run({ args, flags, changed, io, session, usageError }) {
    const [word, ...ports] = args;
    if (!word || ports.length === 0)
      throw usageError('TYPE/NAME and list of ports are required for port-forward');
    const { namespace } = await session.namespace();
    const timeoutMs = flags['pod-running-timeout'];
    try {
      checkRunningTimeout(timeoutMs);
    } catch (error) {
      throw usageError((error as Error).message);
    }
    const found = await findResources(session, io, {
      namespace,
      named: { type: 'pods', names: [word] },
      continueOnError: true,
    });
    const object = await found.object();
    const chosen = await attachablePod(session, io, object, timeoutMs);
    const numbers = podPorts(ports, object, chosen);
    const pod = await session.json<Pod>({ path: podPath(namespace, chosen.metadata.name ?? '') });
    if (pod.status?.phase !== 'Running')
      throw new Error(
        `unable to forward port because pod is not running. Current status=${pod.status?.phase ?? ''}`,
      );
    const target = await session.streamTarget();
    const path = podPath(namespace, pod.metadata.name ?? '', 'portforward');
    const addresses = listenAddresses(changed('address') ? flags.address : ['localhost']);
    const forwarded = forwardedPorts(numbers);
    const webSockets = io.env.KUBECTL_PORT_FORWARD_WEBSOCKETS !== 'false';
    const connection = await dialPortTunnel(target, path, { webSockets }).catch((cause: Error) => {
      throw new Error(`error upgrading connection: ${cause.message}`, { cause });
    });
    await forwardPorts({
      connection,
      ports: forwarded,
      addresses,
      out: io.out,
      err: io.err,
      signal: io.signal,
    });
  },
});

/** The words with numbers of the pod's ports. */
function podPorts(words: readonly string[], object: KubeObject, pod: Readonly<Pod>): string[] {
  if (object.kind === 'Service' && object.apiVersion === 'v1') {
    const service = object as KubeObject & Service;
    refuseUdp(words, service);
    return translatedToPod(words, service, pod);
  }
  refuseUdp(words, { ...pod, kind: 'Pod' });
  return withNumbers(words, pod);
}
