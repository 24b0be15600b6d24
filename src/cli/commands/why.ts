// `tiphys why pod/NAME`: why a pod is pending or does not run; for a workload, the same of its pods; why a claim or volume waits.
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { StatusError } from '../../api/status/status-error.ts';
import { UserError } from '../../cluster/progress.ts';
import { systemClock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Format, render } from '../output/print.ts';
import type { Api, PodAccount } from '../why/ask.ts';
import { isStorage, type PodTarget, type StorageTarget, type Target, targetOf } from '../why/target.ts';
import type { WorkloadAccount } from '../why/workloads.ts';
import { knownCluster, nameOption, outputOption } from './options.ts';

interface WhyOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly output: Format;
}

const LIMIT_MS = 30_000;
/** Of a workload; the others are counted. */
const MOST_PODS = 5;

export const whyCommand = (): Command =>
  new Command('why')
    .description('Say why a pod is pending or does not run, or why a claim or volume waits')
    .argument('<pod/NAME>', 'a pod, a deployment, replicaset, statefulset, daemonset or job, a pvc or pv')
    .option('-n, --namespace <namespace>', 'namespace (default: the one of the kubeconfig)')
    .option('--kubeconfig <file>', "ask with this kubeconfig's rights, not as the cluster's administrator")
    .addOption(nameOption())
    .addOption(outputOption())
    .action(async (text: string, options: WhyOptions) => {
      const target = targetOf(text);
      if (!target)
        throw new UserError(
          `${text}: give pod/NAME, or a deployment, replicaset, statefulset, daemonset, job, pvc or pv, such as deployment/NAME`,
        );
      const { api, namespace, close } = await connect(options);
      try {
        process.stdout.write(await answer(api, options.namespace ?? namespace, target, options.output));
      } catch (error) {
        throw isAnswer(error) ? new UserError(messageOf(error), { cause: error }) : error;
      } finally {
        close();
      }
    });

/** What the server says, or why it cannot be reached. */
const isAnswer = (error: unknown): boolean =>
  error instanceof StatusError || (error as NodeJS.ErrnoException).syscall === 'connect';

async function connect({ name, kubeconfig }: WhyOptions) {
  const file = kubeconfig ?? knownCluster(name).paths.kubeconfig;
  if (!existsSync(file)) throw new UserError(`--kubeconfig ${file}: there is no such file`);
  const [{ connectionFrom }, { RestClient }, { HttpsTransport }] = await Promise.all([
    import('../../client/kubeconfig/connection.ts'),
    import('../../client/rest/rest-client.ts'),
    import('../../client/transport/https-transport.ts'),
  ]);
  const connection = connectionFrom(file, { env: process.env });
  const transport = new HttpsTransport({ ...connection, clock: systemClock });
  const client = new RestClient({ transport, clock: systemClock, timeoutMs: LIMIT_MS });
  const over = new AbortController();
  const late = systemClock.after(LIMIT_MS, () => over.abort(new UserError('the API server does not answer')));
  const api: Api = { client, transport, signal: over.signal };
  const close = () => {
    late.cancel();
    transport.close();
  };
  return { api, namespace: connection.namespace ?? 'default', close };
}

interface Answer {
  readonly workloads: readonly WorkloadAccount[];
  readonly pods: readonly PodAccount[];
  /** Pods of the workload that are ready, and pods that are not and not in the answer. */
  readonly readyPods?: number;
  readonly otherPods?: number;
}

async function answer(api: Api, namespace: string, target: Target, format: Format): Promise<string> {
  if (isStorage(target)) return storageAnswer(api, namespace, target, format);
  const found = await ask(api, namespace, target);
  if (format !== 'table') return render(format, [], [], target.kind === 'Pod' ? found.pods[0] : found);
  const { podReport, workloadReport } = await import('../why/report.ts');
  const counts =
    found.readyPods === undefined
      ? []
      : [`${found.readyPods} pods are ready${found.otherPods ? `, ${found.otherPods} more are not` : ''}\n`];
  return [...found.workloads.map(workloadReport), ...counts, ...found.pods.map(podReport)].join('\n');
}

async function storageAnswer(
  api: Api,
  namespace: string,
  { kind, name }: StorageTarget,
  format: Format,
): Promise<string> {
  const { accountOfClaim, accountOfVolume } = await import('../why/volumes/account.ts');
  const account =
    kind === 'PersistentVolume'
      ? await accountOfVolume(api, await api.client.get(PersistentVolume, name))
      : await accountOfClaim(api, await api.client.get(PersistentVolumeClaim, name, namespace));
  if (format !== 'table') return render(format, [], [], account);
  return (await import('../why/volumes/report.ts')).storageReport(account);
}

async function ask(api: Api, namespace: string, { kind, name }: PodTarget): Promise<Answer> {
  const { accountOf } = await import('../why/ask.ts');
  if (kind === 'Pod')
    return { workloads: [], pods: [await accountOf(api, await api.client.get(Pod, name, namespace))] };
  const { readWorkload } = await import('../why/workloads.ts');
  const { accounts, pods } = await readWorkload(api.client, kind, namespace, name);
  const waiting = pods.filter((pod) => !isPodReady(pod) && pod.status?.phase !== 'Succeeded');
  const chosen: PodAccount[] = [];
  for (const pod of waiting.slice(0, MOST_PODS)) chosen.push(await accountOf(api, pod));
  return {
    workloads: accounts,
    pods: chosen,
    readyPods: pods.length - waiting.length,
    otherPods: waiting.length - chosen.length,
  };
}
