// kubectl create cronjob.
import { defineCommand } from '../../../command/command.ts';
import { stringFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf } from '../create-verb.ts';
import { cronJobOf } from '../objects/workloads.ts';

export default defineCommand({
  use: "cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  long: 'Create a cron job with the specified name.',
  examples: `# Create a cron job
kubectl create cronjob my-job --image=busybox --schedule="*/1 * * * *"

# Create a cron job with a command
kubectl create cronjob my-job --image=busybox --schedule="*/1 * * * *" -- date`,
  flags: {
    ...createFlags(),
    image: stringFlag('', 'Image name to run.', { required: true }),
    schedule: stringFlag('', 'A schedule in the Cron format the job should be run with.', { required: true }),
    restart: stringFlag('', "job's restart policy. supported values: OnFailure, Never"),
  },
  async run(context) {
    const { image, schedule, restart } = context.flags;
    const place = await placeOf(context);
    const made = cronJobOf(place, { image, schedule, restart, command: context.args.slice(1) });
    await create(context, made, 'failed to create cronjob: ');
  },
});
