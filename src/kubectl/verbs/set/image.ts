// kubectl set image.

import type { Container } from '../../../api/kinds/core/v1/container.ts';
import { completesObjects } from '../../changes/complete.ts';
import { recorded, recordFlag } from '../../changes/record.ts';
import {
  ALL_AND_SELECTOR,
  filesOf,
  hasFiles,
  LOCAL_AND_SERVER,
  NO_RESOURCES,
  targetsOf,
} from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunOf, labelSelectorFlag } from '../../command/common-flags.ts';
import { combined } from '../../errors/errors.ts';
import { parsePairs, resourcesAndPairs } from '../../text/pairs.ts';
import { goQuote } from '../../text/quote.ts';
import { withPodSpec } from './pod-spec.ts';
import { LOCAL_RESOURCES, setFlags, setOn } from './set-verb.ts';

export default defineCommand({
  use: 'image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  long: `Update existing container image(s) of resources.

Possible resources include (case insensitive): pod (po), replicationcontroller (rc), deployment (deploy), daemonset (ds), statefulset (sts), cronjob (cj), replicaset (rs)`,
  examples: `# Set a deployment's nginx container image to 'nginx:1.9.1', and its busybox container image to 'busybox'
kubectl set image deployment/nginx busybox=busybox nginx=nginx:1.9.1

# Update all deployments' and rc's nginx container's image to 'nginx:1.9.1'
kubectl set image deployments,rc nginx=nginx:1.9.1 --all

# Update image of all containers of daemonset abc to 'nginx:1.9.1'
kubectl set image daemonset abc *=nginx:1.9.1

# Print result (in yaml format) of updating nginx container image from local file, without hitting the server
kubectl set image -f path/to/file.yaml nginx=nginx:1.9.1 --local -o yaml`,
  flags: { ...setFlags('set image'), ...recordFlag, selector: labelSelectorFlag() },
  complete: completesObjects([
    'daemonsets',
    'deployments',
    'pods',
    'cronjobs',
    'replicasets',
    'replicationcontrollers',
    'statefulsets',
  ]),
  async run(context) {
    const { flags, io } = context;
    const dryRun = dryRunOf(flags['dry-run'], io);
    const { resources, pairs } = resourcesAndPairs(context.args, 'image');
    const { set: images } = parsePairs(pairs, 'image', false);
    if (flags.local && resources.length > 0) throw new Error(LOCAL_RESOURCES);
    const query = flags.local
      ? { local: true }
      : { args: resources, all: flags.all, labelSelector: flags.selector, latest: true };
    const infos = await (await targetsOf(context, { ...filesOf(flags), ...query })).infos();
    const problems = [
      flags.all && flags.selector !== '' && ALL_AND_SELECTOR,
      resources.length === 0 && !hasFiles(flags) && NO_RESOURCES,
      images.size === 0 && 'at least one image update is required',
      images.size > 1 &&
        images.has('*') &&
        'all containers are already specified by *, but saw more than one container_name=container_image pairs',
      flags.local && dryRun === 'server' && LOCAL_AND_SERVER,
    ].filter((problem) => problem !== false);
    if (problems.length > 0) throw combined(problems.map((problem) => new Error(problem)));
    const missing: Error[] = [];
    const words = { operation: 'image updated', failed: 'failed to patch image update to pod template: ' };
    await setOn(
      context,
      infos,
      words,
      dryRun,
      async (object) => {
        const changed = await withPodSpec(object, (spec) => {
          for (const name of images.keys())
            if (
              ![...spec.containers, ...(spec.initContainers ?? [])].some(
                (one) => name === '*' || one.name === name,
              )
            )
              missing.push(new Error(`error: unable to find container named ${goQuote(name)}`));
          return {
            ...spec,
            containers: spec.containers.map((one) => withImage(one, images)),
            ...(spec.initContainers && {
              initContainers: spec.initContainers.map((one) => withImage(one, images)),
            }),
          };
        });
        return recorded(context, changed);
      },
      () => missing,
    );
  },
});

const withImage = (container: Container, images: ReadonlyMap<string, string>): Container => {
  const image = images.get(container.name) ?? images.get('*');
  return image === undefined ? container : { ...container, image };
};
