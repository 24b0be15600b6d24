// `tiphys why pod/NAME`: why a pod is pending or does not run; for a workload, the same of its pods; why a claim or volume waits.
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { StatusError } from '../../api/status/status-error.ts';
import { UserError } from '../../cluster/progress.ts';
import { systemClock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Format } from '../output/print.ts';
import type { Api } from '../why/ask.ts';
import { targetOf } from '../why/target.ts';
import { knownCluster, nameOption, outputOption } from './options.ts';

interface WhyOptions {
  readonly name: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly output: Format;
}

const LIMIT_MS = 30_000;

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
        const { answerText } = await import('../why/answer.ts');
        process.stdout.write(await answerText(api, options.namespace ?? namespace, target, options.output));
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
