// kubectl autoscale.
import { completesObjects } from '../../changes/complete.ts';
import { recorded, recordFlag } from '../../changes/record.ts';
import { filesOf, targetsOf } from '../../changes/targets.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import {
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  filenameFlags,
  saveConfigFlag,
} from '../../command/common-flags.ts';
import { type FlagValues, intFlag, stringFlag } from '../../command/flag.ts';
import { apiVersionOf } from '../../discovery/served.ts';
import { plainText } from '../../errors/text.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';
import type { Made } from '../create/objects/made.ts';
import { sendMade } from '../create/send-made.ts';
import { autoscalerOf, autoscalerV1Of, checkAutoscale } from './autoscaler.ts';
import { checkScalable } from './scalable.ts';

const flags = {
  ...recordFlag,
  ...printFlags,
  min: intFlag(
    -1,
    "The lower limit for the number of pods that can be set by the autoscaler. If it's not specified or negative, the server will apply a default value.",
    { bits: 32 },
  ),
  max: intFlag(-1, 'The upper limit for the number of pods that can be set by the autoscaler. Required.', {
    bits: 32,
    required: true,
  }),
  'cpu-percent': intFlag(
    -1,
    "The target average CPU utilization (represented as a percent of requested CPU) over all the pods. If it's not specified or negative, a default autoscaling policy will be used.",
    {
      bits: 32,
      hidden: true,
      deprecated:
        "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
    },
  ),
  cpu: stringFlag(
    '',
    'Target CPU utilization over all the pods. When specified as a percentage (e.g."70%" for 70% of requested CPU) it will target average utilization. When specified as quantity (e.g."500m" for 500 milliCPU) it will target average value. Value without units is treated as a quantity with miliCPU being the unit (e.g."500" is "500m").',
  ),
  memory: stringFlag(
    '',
    'Target memory utilization over all the pods. When specified  as a percentage (e.g."60%" for 60% of requested memory) it will target average utilization. When specified as quantity (e.g."200Mi" for 200 MiB, "1Gi" for 1 GiB) it will target average value. Value without units is treated as a quantity with mebibytes being the unit (e.g."200" is "200Mi").',
  ),
  name: stringFlag(
    '',
    'The name for the newly created object. If not specified, the name of the input resource will be used.',
  ),
  'dry-run': dryRunFlag(),
  ...filenameFlags('Filename, directory, or URL to files identifying the resource to autoscale.'),
  'save-config': saveConfigFlag(),
  'field-manager': fieldManagerFlag('kubectl-autoscale'),
};

type AutoscaleContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  long: `Creates an autoscaler that automatically chooses and sets the number of pods that run in a Kubernetes cluster.

Looks up a deployment, replica set, stateful set, or replication controller by name and creates an autoscaler that uses the given resource as a reference. An autoscaler can automatically increase or decrease number of pods deployed within the system as needed.`,
  examples: `# Auto scale a deployment "foo", with the number of pods between 2 and 10, no target CPU utilization specified so a default autoscaling policy will be used
kubectl autoscale deployment foo --min=2 --max=10

# Auto scale a replication controller "foo", with the number of pods between 1 and 5, target CPU utilization at 80%
kubectl autoscale rc foo --max=5 --cpu=80%

# Auto scale a deployment "bar", with the number of pods between 3 and 6, target average CPU of 500m and memory of 200Mi
kubectl autoscale deployment bar --min=3 --max=6 --cpu=500m --memory=200Mi`,
  flags,
  complete: completesObjects(['deployment', 'replicaset', 'replicationcontroller', 'statefulset']),
  async run(context) {
    const { flags: given, io, args } = context;
    const dryRun = dryRunOf(given['dry-run'], io);
    checkAutoscale({ ...given, cpuPercent: given['cpu-percent'] });
    const found = await targetsOf(context, { ...filesOf(given), args });
    let count = 0;
    await found.visit(async (info) => {
      await autoscale(context, info, dryRun);
      count++;
    });
    if (count === 0) throw new Error('no objects passed to autoscale');
  },
});

async function autoscale(context: AutoscaleContext, info: Info, dryRun: DryRun): Promise<void> {
  const { flags: given, session } = context;
  const { mapping } = info;
  await checkScalable(session, mapping);
  const { namespace, explicit } = await session.namespace();
  const place = { name: given.name || info.name, namespace: explicit ? namespace : undefined };
  const target = { apiVersion: apiVersionOf(mapping), kind: mapping.kind, name: info.name };
  const wanted = { ...given, cpuPercent: given['cpu-percent'] };
  try {
    await send(context, autoscalerOf(place, target, wanted), dryRun);
  } catch (error) {
    const older = autoscalerV1Of(place, target, wanted);
    if (!older)
      throw new Error(
        `failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${given.cpu === '' ? 'empty input' : plainText(error)}`,
        { cause: error },
      );
    await send(context, older, dryRun);
  }
}

async function send(context: AutoscaleContext, made: Made, dryRun: DryRun): Promise<void> {
  const marked = { kind: made.kind, object: recorded(context, made.object) };
  await sendMade(context, marked, dryRun === 'client' ? 'created' : 'autoscaled', dryRun);
}
