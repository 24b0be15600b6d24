// kubectl set serviceaccount.
import { recorded, recordFlag } from '../../changes/record.ts';
import { filesOf, LOCAL_AND_SERVER, targetsOf } from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunOf } from '../../command/common-flags.ts';
import { withPodSpec } from './pod-spec.ts';
import { setFlags, setOn } from './set-verb.ts';

export default defineCommand({
  use: 'serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
  long: `Update the service account of pod template resources.

Possible resources (case insensitive) can be: replicationcontroller (rc), deployment (deploy), daemonset (ds), job, replicaset (rs), statefulset`,
  examples: `# Set deployment nginx-deployment's service account to serviceaccount1
kubectl set serviceaccount deployment nginx-deployment serviceaccount1

# Print the result (in YAML format) of updated nginx deployment with the service account from local file, without hitting the API server
kubectl set sa -f nginx-deployment.yaml serviceaccount1 --local --dry-run=client -o yaml`,
  flags: { ...setFlags('set serviceaccount'), ...recordFlag },
  async run(context) {
    const { flags, io, args } = context;
    const dryRun = dryRunOf(flags['dry-run'], io);
    if (flags.local && dryRun === 'server') throw new Error(LOCAL_AND_SERVER);
    const account = args.at(-1);
    if (account === undefined) throw new Error('serviceaccount is required');
    const query = flags.local ? { local: true } : { args: args.slice(0, -1), all: flags.all, latest: true };
    const infos = await (await targetsOf(context, { ...filesOf(flags), ...query })).infos();
    const words = {
      operation: 'serviceaccount updated',
      failed: 'failed to patch ServiceAccountName ',
      evenUnchanged: true,
    };
    await setOn(context, infos, words, dryRun, async (object) =>
      recorded(context, await withPodSpec(object, (spec) => ({ ...spec, serviceAccountName: account }))),
    );
  },
});
