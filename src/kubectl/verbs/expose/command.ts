// kubectl expose.
import { completesObjects } from '../../changes/complete.ts';
import { overridden, overrideFlags } from '../../changes/overrides.ts';
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
import { type FlagValues, stringFlag } from '../../command/flag.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';
import { labelsOf } from '../../text/pairs.ts';
import type { Made } from '../create/objects/made.ts';
import { sendMade } from '../create/send-made.ts';
import { checkExposable, type Exposable, portsOf, selectorOf } from './exposed.ts';
import { exposingService } from './service.ts';

const flags = {
  ...printFlags,
  ...recordFlag,
  protocol: stringFlag('', "The network protocol for the service to be created. Default is 'TCP'."),
  port: stringFlag(
    '',
    'The port that the service should serve on. Copied from the resource being exposed, if unspecified',
  ),
  type: stringFlag(
    '',
    "Type for this service: ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'.",
  ),
  'load-balancer-ip': stringFlag(
    '',
    'IP to assign to the LoadBalancer. If empty, an ephemeral IP will be created and used (cloud-provider specific).',
  ),
  selector: stringFlag(
    '',
    'A label selector to use for this service. Only equality-based selector requirements are supported. If empty (the default) infer the selector from the resource being exposed.',
  ),
  labels: stringFlag('', 'Labels to apply to the service created by this call.', { short: 'l' }),
  'target-port': stringFlag(
    '',
    'Name or number for the port on the container that the service should direct traffic to. Optional.',
  ),
  'external-ip': stringFlag(
    '',
    'Additional external IP address (not managed by Kubernetes) to accept for the service. If this IP is routed to a node, the service can be accessed by this IP in addition to its generated service IP.',
  ),
  name: stringFlag('', 'The name for the newly created object.'),
  'session-affinity': stringFlag(
    '',
    "If non-empty, set the session affinity for the service to this; legal values: 'None', 'ClientIP'",
  ),
  'cluster-ip': stringFlag(
    '',
    "ClusterIP to be assigned to the service. Leave empty to auto-allocate, or set to 'None' to create a headless service.",
  ),
  'field-manager': fieldManagerFlag('kubectl-expose'),
  ...overrideFlags,
  'dry-run': dryRunFlag(),
  'save-config': saveConfigFlag(),
  ...filenameFlags('Filename, directory, or URL to files identifying the resource to expose a service'),
};

type ExposeContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
  long: `Expose a resource as a new Kubernetes service.

Looks up a deployment, service, replica set, replication controller or pod by name and uses the selector for that resource as the selector for a new service on the specified port. A deployment or replica set will be exposed as a service only if its selector is convertible to a selector that service supports, i.e. when the selector contains only the matchLabels component. Note that if no port is specified via --port and the exposed resource has multiple ports, all will be re-used by the new service. Also if no labels are specified, the new service will re-use the labels from the resource it exposes.

Possible resources include (case insensitive): pod (po), service (svc), replicationcontroller (rc), deployment (deploy), replicaset (rs)`,
  examples: `# Create a service for a replicated nginx, which serves on port 80 and connects to the containers on port 8000
kubectl expose rc nginx --port=80 --target-port=8000

# Create a service for a replication controller identified by type and name specified in "nginx-controller.yaml"
kubectl expose -f nginx-controller.yaml --port=80 --target-port=8000

# Create a service for a pod valid-pod, which serves on port 444 with the name "frontend"
kubectl expose pod valid-pod --port=444 --name=frontend

# Create a second service based on the above service, exposing the container port 8443 as port 443 with the name "nginx-https"
kubectl expose service nginx --port=443 --target-port=8443 --name=nginx-https

# Create a service for a replicated streaming application on port 4100 balancing UDP traffic and named 'video-stream'.
kubectl expose rc streamer --port=4100 --protocol=UDP --name=video-stream

# Create a service for an nginx deployment, which serves on port 80 and connects to the containers on port 8000
kubectl expose deployment nginx --port=80 --target-port=8000`,
  flags,
  complete: completesObjects(['pod', 'service', 'replicationcontroller', 'deployment', 'replicaset']),
  async run(context) {
    const { flags: given, io, args } = context;
    const dryRun = dryRunOf(given['dry-run'], io);
    const found = await targetsOf(context, { ...filesOf(given), args });
    await found.visit((info) => expose(context, info, dryRun));
  },
});

async function expose(context: ExposeContext, info: Info, dryRun: DryRun): Promise<void> {
  const { flags: given } = context;
  checkExposable(info.mapping.group, info.mapping.kind);
  const made = overridden(serviceOf(context, info), given);
  const marked = { kind: made.kind, object: recorded(context, made.object) };
  await sendMade(context, marked, 'exposed', dryRun);
}

/** The longest name of a Service. */
const LONGEST_NAME = 63;

function serviceOf({ flags: given }: ExposeContext, info: Info): Made {
  const object = info.object as Exposable;
  const selector = given.selector === '' ? inferredSelector(object) : labelsOf(given.selector);
  const protocols = portsOf(object);
  const ports = given.port === '' ? [...protocols.keys()].map(String) : given.port.split(',');
  if (ports.length === 0 && given['cluster-ip'] !== 'None')
    throw new Error("couldn't find port via --port flag or introspection");
  const { labels = {} } = object.metadata ?? {};
  if (Object.keys(selector).length === 0) throw new Error('selector must be specified');
  return exposingService({
    name: given.name || info.name.slice(0, LONGEST_NAME),
    selector,
    labels:
      given.labels === '' ? (Object.keys(labels).length > 0 ? labels : undefined) : labelsOf(given.labels),
    ports,
    protocols,
    protocol: given.protocol,
    targetPort: given['target-port'],
    type: given.type,
    externalIP: given['external-ip'],
    loadBalancerIP: given['load-balancer-ip'],
    sessionAffinity: given['session-affinity'],
    clusterIP: given['cluster-ip'],
  });
}

function inferredSelector(object: Exposable): Readonly<Record<string, string>> {
  try {
    return selectorOf(object);
  } catch (error) {
    throw new Error(
      `couldn't retrieve selectors via --selector flag or introspection: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
