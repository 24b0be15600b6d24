// `kubectl describe`: objects in words, each with what belongs to it and its events. The texts are made in src/kubectl/describe.
import { defineCommand } from '../../command/command.ts';
import {
  allNamespacesFlag,
  chunkSizeFlag,
  filenameFlags,
  labelSelectorFlag,
} from '../../command/common-flags.ts';
import { boolFlag } from '../../command/flag.ts';
import { describeObject } from '../../describe/describe.ts';
import { combined } from '../../errors/errors.ts';
import { messageOf } from '../../errors/text.ts';
import { findResources } from '../../resources/find-resources.ts';
import { type Info, isNotFound } from '../../resources/info.ts';
import type { ResourceQuery } from '../../resources/query.ts';
import type { Session } from '../../session/session.ts';

export default defineCommand({
  use: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  long: `Show details of a specific resource or group of resources, with related resources such as events or controllers. Select them by name, by all names that begin with a prefix, or by label.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `# Describe a node
kubectl describe nodes kubernetes-node-emt8.c.myproject.internal

# Describe a pod
kubectl describe pods/nginx

# Describe a pod identified by type and name in "pod.json"
kubectl describe -f pod.json

# Describe all pods
kubectl describe pods

# Describe pods by label name=myLabel
kubectl describe pods -l name=myLabel

# Describe all pods whose names begin with 'frontend'
kubectl describe pods frontend`,
  flags: {
    ...filenameFlags('Filename, directory, or URL to files containing the resource to describe'),
    selector: labelSelectorFlag(),
    'all-namespaces': allNamespacesFlag(),
    'show-events': boolFlag(
      true,
      'If true, display events related to the described object. Defaults to true for a single object, false for multiple objects and prefix matching.',
    ),
    'chunk-size': chunkSizeFlag(),
  },
  async run({ args, flags, changed, io, session }) {
    if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === '')
      throw new Error(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
    const { namespace, explicit } = await session.namespace();
    const allNamespaces = flags['all-namespaces'];
    const query: ResourceQuery = {
      args,
      filename: flags.filename,
      kustomize: flags.kustomize,
      recursive: flags.recursive,
      labelSelector: flags.selector,
      namespace,
      enforceNamespace: explicit && !allNamespaces,
      allNamespaces,
      chunkSize: flags['chunk-size'],
      typeMeansAll: true,
      flatten: true,
      continueOnError: true,
    };
    const found = await findResources(session, io, query);
    const infos: Info[] = [];
    let failure: unknown;
    await found
      .visit((info) => {
        infos.push(info);
      })
      .catch((error: unknown) => {
        failure = error;
      });
    const mayBeSeveral = failure !== undefined || infos.length > 1;
    const describe = describer(session, {
      showEvents: flags['show-events'] && (changed('show-events') || !mayBeSeveral),
      chunkSize: flags['chunk-size'],
      now: io.clock.now(),
    });
    if (isNotFound(failure) && args.length === 2) {
      const bulk = await findResources(session, io, { ...query, args: [args[0]!], singleType: true });
      const matching = (await bulk.infos()).filter(({ name }) => name.startsWith(args[1]!));
      if (matching.length === 0) throw failure;
      for (const info of matching) io.out(`${await describe(info)}\n`);
      return;
    }
    const errors: unknown[] = failure === undefined ? [] : [failure];
    let isFirst = true;
    for (const info of infos) {
      try {
        io.out(`${isFirst ? '' : '\n\n'}${await describe(info)}`);
        isFirst = false;
      } catch (error) {
        if (!errors.some((known) => messageOf(known) === messageOf(error))) errors.push(error);
      }
    }
    if (infos.length === 0 && errors.length === 0)
      io.err(allNamespaces ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`);
    if (errors.length > 0) throw combined(errors);
  },
});

const describer =
  (session: Session, settings: { showEvents: boolean; chunkSize: number; now: number }) =>
  (info: Info): Promise<string> => {
    const { mapping, namespace, name } = info;
    return describeObject(mapping, { requests: session, namespace, name, ...settings }, info.path());
  };
