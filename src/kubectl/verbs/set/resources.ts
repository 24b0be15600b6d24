// kubectl set resources.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import { recorded, recordFlag } from '../../changes/record.ts';
import { ALL_AND_SELECTOR, filesOf, LOCAL_AND_SERVER, targetsOf } from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunOf, labelSelectorFlag } from '../../command/common-flags.ts';
import { stringFlag } from '../../command/flag.ts';
import { resourceList } from '../../text/resource-list.ts';
import { matchesPattern } from './containers.ts';
import { withPodSpec } from './pod-spec.ts';
import { LOCAL_RESOURCES, setFlags, setOn } from './set-verb.ts';

const AMOUNTS =
  "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'.  Note that server side components may assign requests depending on the server configuration, such as limit ranges.";

export default defineCommand({
  use: 'resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  long: `Specify compute resource requirements (CPU, memory) for any resource that defines a pod template. If a pod is successfully scheduled, it is guaranteed the amount of resource requested, but may burst up to its specified limits.

For each compute resource, if a limit is specified and a request is omitted, the request will default to the limit.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `# Set a deployment's nginx container CPU limits to "200m" and memory to "512Mi"
kubectl set resources deployment nginx -c=nginx --limits=cpu=200m,memory=512Mi

# Set the resource request and limits for all containers in nginx
kubectl set resources deployment nginx --limits=cpu=200m,memory=512Mi --requests=cpu=100m,memory=256Mi

# Remove the resource requests for resources on containers in nginx
kubectl set resources deployment nginx --limits=cpu=0,memory=0 --requests=cpu=0,memory=0

# Print the result (in yaml format) of updating nginx container limits from a local, without hitting the server
kubectl set resources -f path/to/file.yaml --limits=cpu=200m,memory=512Mi --local -o yaml`,
  flags: {
    ...setFlags('set resources'),
    ...recordFlag,
    selector: labelSelectorFlag(),
    containers: stringFlag(
      '*',
      'The names of containers in the selected pod templates to change, all containers are selected by default - may use wildcards',
      { short: 'c' },
    ),
    limits: stringFlag('', AMOUNTS),
    requests: stringFlag('', AMOUNTS),
  },
  async run(context) {
    const { flags, io, args } = context;
    const dryRun = dryRunOf(flags['dry-run'], io);
    if (flags.local && args.length > 0) throw new Error(LOCAL_RESOURCES);
    const query = flags.local
      ? { local: true }
      : { args, all: flags.all, labelSelector: flags.selector, latest: true };
    const infos = await (await targetsOf(context, { ...filesOf(flags), ...query })).infos();
    if (flags.local && dryRun === 'server') throw new Error(LOCAL_AND_SERVER);
    if (flags.all && flags.selector !== '') throw new Error(ALL_AND_SELECTOR);
    if (flags.limits === '' && flags.requests === '')
      throw new Error(
        'you must specify an update to requests or limits (in the form of --requests/--limits)',
      );
    const limits = resourceList(flags.limits);
    const requests = resourceList(flags.requests);
    const missing: Error[] = [];
    const isChosen = ({ name }: Container) => matchesPattern(name, flags.containers);
    const changed = (container: Container): Container => {
      if (!isChosen(container)) return container;
      const { resources } = container;
      return {
        ...container,
        resources: {
          ...resources,
          ...(limits && { limits: { ...resources?.limits, ...limits } }),
          ...(requests && { requests: { ...resources?.requests, ...requests } }),
        },
      };
    };
    await setOn(
      context,
      infos,
      {
        operation: 'resource requirements updated',
        failed: 'failed to patch resources update to pod template ',
      },
      dryRun,
      async (object) => {
        let found = false;
        const after = await withPodSpec(object, (spec) => {
          found = [...spec.containers, ...(spec.initContainers ?? [])].some(isChosen);
          return {
            ...spec,
            containers: spec.containers.map(changed),
            ...(spec.initContainers && { initContainers: spec.initContainers.map(changed) }),
          };
        });
        if (found) return recorded(context, after);
        missing.push(new Error(`error: unable to find container named ${flags.containers}`));
        return undefined;
      },
      () => missing,
    );
  },
});
