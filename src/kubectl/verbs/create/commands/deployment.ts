// kubectl create deployment.
import { defineCommand } from '../../../command/command.ts';
import { intFlag, stringSliceFlag } from '../../../command/flag.ts';
import { create, createFlags, placeOf } from '../create-verb.ts';
import { deploymentOf } from '../objects/workloads.ts';

export default defineCommand({
  use: 'deployment NAME --image=image -- [COMMAND] [args...]',
  long: 'Create a deployment with the specified name.',
  examples: `# Create a deployment named my-dep that runs the busybox image
kubectl create deployment my-dep --image=busybox

# Create a deployment with a command
kubectl create deployment my-dep --image=busybox -- date

# Create a deployment with three replicas
kubectl create deployment my-dep --image=nginx --replicas=3

# Create a deployment that exposes port 5701
kubectl create deployment my-dep --image=busybox --port=5701

# Create a deployment with several containers
kubectl create deployment my-dep --image=busybox:latest --image=ubuntu:latest --image=nginx`,
  flags: {
    ...createFlags(),
    image: stringSliceFlag(
      'Image names to run. A deployment can have multiple images set for multi-container pod.',
      { required: true },
    ),
    port: intFlag(-1, 'The containerPort that this deployment exposes.', { bits: 32 }),
    replicas: intFlag(1, 'Number of replicas to create. Default is 1.', { bits: 32, short: 'r' }),
  },
  async run(context) {
    const { image: images, port, replicas } = context.flags;
    const place = await placeOf(context);
    const command = context.args.slice(1);
    const made = deploymentOf(place, { images, command, port, replicas }, context.io.random);
    await create(context, made, 'failed to create deployment: ');
  },
});
