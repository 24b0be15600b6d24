// `kubectl logs`: the logs of a pod, of a workload's pods, or of all that a selector matches.
import type { Readable } from 'node:stream';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { defineCommand } from '../../command/command.ts';
import { labelSelectorFlag } from '../../command/common-flags.ts';
import { boolFlag, durationFlag, intFlag, stringFlag } from '../../command/flag.ts';
import type { Io } from '../../io/io.ts';
import { podPath, podsOf } from '../../pods/first-pod.ts';
import { byLogging } from '../../pods/order.ts';
import { asPod, asSelecting, isPod } from '../../pods/pod-for.ts';
import { selectorOf } from '../../pods/selector-of.ts';
import { findResources } from '../../resources/find-resources.ts';
import type { KubeList, KubeObject } from '../../resources/object.ts';
import type { Session } from '../../session/session.ts';
import { goTypeOf } from '../../text/go-type.ts';
import type { LogOutput } from './lines.ts';
import { checkLogFlags, logQuery } from './options.ts';
import { readLogs } from './read-logs.ts';
import { type LogRequest, logRequests } from './requests.ts';

const USE = 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]';
const MISSING = `expected '${USE}'.\nPOD or TYPE/NAME is a required argument for the logs command`;

export const logFlags = {
  'all-pods': boolFlag(false, 'Get logs from all pod(s). Sets prefix to true.'),
  'all-containers': boolFlag(false, "Get all containers' logs in the pod(s)."),
  follow: boolFlag(false, 'Specify if the logs should be streamed.', { short: 'f' }),
  timestamps: boolFlag(false, 'Include timestamps on each line in the log output'),
  'limit-bytes': intFlag(0, 'Maximum bytes of logs to return. Defaults to no limit.'),
  previous: boolFlag(
    false,
    'If true, print the logs for the previous instance of the container in a pod if it exists.',
    { short: 'p' },
  ),
  tail: intFlag(
    -1,
    'Lines of recent log file to display. Defaults to -1 with no selector, showing all log lines otherwise 10, if a selector is provided.',
  ),
  'ignore-errors': boolFlag(
    false,
    'If watching / following pod logs, allow for any errors that occur to be non-fatal',
  ),
  'since-time': stringFlag(
    '',
    'Only return logs after a specific date (RFC3339). Defaults to all logs. Only one of since-time / since may be used.',
  ),
  since: durationFlag(
    0,
    '0s',
    'Only return logs newer than a relative duration like 5s, 2m, or 3h. Defaults to all logs. Only one of since-time / since may be used.',
  ),
  container: stringFlag('', 'Print the logs of this container', { short: 'c' }),
  'insecure-skip-tls-verify-backend': boolFlag(
    false,
    'Skip verifying the identity of the kubelet that logs are requested from.  In theory, an attacker could provide invalid log content back. You might want to use this if your kubelet serving certificates have expired.',
  ),
  'pod-running-timeout': durationFlag(
    20_000,
    '20s',
    'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running',
  ),
  selector: labelSelectorFlag(),
  'max-log-requests': intFlag(
    5,
    'Specify maximum number of concurrent logs to follow when using by a selector. Defaults to 5.',
    { type: 'int' },
  ),
  prefix: boolFlag(false, 'Prefix each log line with the log source (pod name and container name)'),
};

export default defineCommand({
  use: USE,
  long: 'Print the logs for a container in a pod or specified resource. If the pod has only one container, the container name is optional.',
  examples: `
# Logs of the only container of pod nginx
kubectl logs nginx

# Logs of all containers of the pods with label app=nginx, each line with the pod and container that wrote it
kubectl logs -l app=nginx --all-containers=true --prefix

# Logs of all pods of deployment nginx
kubectl logs deployment/nginx --all-pods=true

# Logs of container ruby of pod web-1 before it was restarted
kubectl logs -p -c ruby web-1

# Follow container ruby of pod web-1
kubectl logs -f -c ruby web-1

# The most recent 20 lines, and all lines of the last hour
kubectl logs --tail=20 nginx
kubectl logs --since=1h nginx

# Logs of the first container of a job's pod
kubectl logs job/hello`,
  flags: logFlags,
  complete: async ({ session, args }, toComplete) =>
    (await import('../../pods/complete-pods.ts')).completePod(session, args, toComplete),
  async run({ args, flags, changed, io, session, usageError }) {
    const { selector } = flags;
    if (args.length > 2 || (args.length === 0 && !selector)) throw usageError(MISSING);
    if (args.length === 1 && selector) throw usageError('only a selector (-l) or a POD name is allowed');
    const container = args[1] ?? flags.container;
    const query = logQuery(flags, { withSelector: selector !== '', tailGiven: changed('tail') });
    const { namespace } = await session.namespace();
    const object = await logged(session, io, args[0] ?? '', selector, namespace);
    checkLogFlags(flags, { container, byFlag: changed('container'), words: args.length });
    const pods = await podsToLog(session, io, object, flags['all-pods'], flags['pod-running-timeout']);
    const choice = {
      container,
      allContainers: flags['all-containers'],
      allPods: flags['all-pods'],
    };
    await readLogs(logRequests(pods, choice, io.err), {
      open: openLog(session, io, query),
      out: logOutput(io),
      err: io.err,
      follow: flags.follow,
      prefix: flags.prefix || flags['all-pods'],
      ignoreErrors: flags['ignore-errors'],
      mostAtOnce: flags['max-log-requests'],
      startTimeoutMs: flags['pod-running-timeout'],
      clock: io.clock,
      signal: io.signal,
    });
  },
});

/** The object that the words mean; a list of pods for a selector. */
async function logged(
  session: Session,
  io: Io,
  word: string,
  selector: string,
  namespace: string,
): Promise<KubeObject> {
  try {
    const found = await findResources(session, io, {
      namespace,
      singleType: true,
      ...(word && { named: { type: 'pods', names: [word] } }),
      ...(selector && { args: ['pods'], labelSelector: selector }),
    });
    const infos = await found.infos();
    const [info] = infos;
    if (!selector) {
      if (!info || infos.length !== 1) throw new Error('expected a resource');
      return info.object;
    }
    const list = info?.object as KubeList | undefined;
    const items = list?.items ?? [];
    if (items.length === 0) io.err(`No resources found in ${namespace} namespace.\n`);
    return { kind: 'PodList', apiVersion: 'v1', items };
  } catch (error) {
    throw notFoundIn(error, namespace);
  }
}

function notFoundIn(error: unknown, namespace: string): unknown {
  const isNotFound = (error as { reason?: string } | undefined)?.reason === 'NotFound';
  if (!isNotFound || !(error instanceof Error)) return error;
  return new Error(`error from server (NotFound): ${error.message} in namespace "${namespace}"`, {
    cause: error,
  });
}

async function podsToLog(
  session: Session,
  io: Io,
  object: KubeObject,
  allPods: boolean,
  timeoutMs: number,
): Promise<Pod[]> {
  if (object.kind === 'PodList') return (object as KubeList).items.map(asPod);
  if (isPod(object)) return [asPod(object)];
  const selecting = asSelecting(object);
  const pods = await podsOf({
    session,
    namespace: object.metadata?.namespace ?? '',
    selector: orCannot(() => selectorOf(selecting), goTypeOf(selecting)),
    timeoutMs,
    order: byLogging,
    clock: io.clock,
    signal: io.signal,
  });
  if (allPods) return pods;
  if (pods.length > 1) io.err(`Found ${pods.length} pods, using pod/${pods[0].metadata.name}\n`);
  return [pods[0]];
}

function orCannot(select: () => string, type: string): string {
  try {
    return select();
  } catch (cause) {
    throw new Error(`cannot get the logs from ${type}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

export const openLog =
  (session: Session, io: Pick<Io, 'signal'>, query: Readonly<Record<string, string>>) =>
  ({ namespace, pod, container }: LogRequest): Promise<Readable> =>
    session.stream({ path: podPath(namespace, pod, 'log'), query: { container, ...query } }, io.signal);

/** Standard output, waiting while its reader lags. */
export const logOutput = ({ stdout }: Pick<Io, 'stdout'>): LogOutput => ({
  write: (bytes) =>
    stdout.write(bytes)
      ? undefined
      : new Promise((resolve) => {
          stdout.once('drain', resolve);
          stdout.once('close', resolve);
        }),
});
