// kubectl create job.
import type { CronJob } from '../../../../api/kinds/batch/v1/cron-job.ts';
import { targetsOf } from '../../../changes/targets.ts';
import { defineCommand } from '../../../command/command.ts';
import { stringFlag } from '../../../command/flag.ts';
import { goTypeOf } from '../../../text/go-type.ts';
import { type CreateContext, create, createFlags, placeOf } from '../create-verb.ts';
import { checkJobFlags, jobOf, jobOfCronJob } from '../objects/workloads.ts';

export default defineCommand({
  use: 'job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  long: 'Create a job with the specified name.',
  examples: `# Create a job
kubectl create job my-job --image=busybox

# Create a job with a command
kubectl create job my-job --image=busybox -- date

# Create a job from a cron job named "a-cronjob"
kubectl create job test-job --from=cronjob/a-cronjob`,
  flags: {
    ...createFlags(),
    image: stringFlag('', 'Image name to run.'),
    from: stringFlag('', 'The name of the resource to create a Job from (only CronJob is supported).'),
  },
  async run(context) {
    const { image, from } = context.flags;
    const place = await placeOf(context);
    const command = context.args.slice(1);
    checkJobFlags({ image, from, command });
    const made =
      image === '' ? jobOfCronJob(place, await cronJobNamed(context, from)) : jobOf(place, image, command);
    await create(context, made, 'failed to create job: ');
  },
});

async function cronJobNamed(context: CreateContext, from: string): Promise<CronJob> {
  const infos = await (await targetsOf(context, { args: [from], continueOnError: false })).infos();
  if (infos.length !== 1) throw new Error('from must be an existing cronjob');
  const object = infos[0]!.object;
  if (object.kind !== 'CronJob') throw new Error(`unknown object type ${goTypeOf(object)}`);
  return object as CronJob;
}
