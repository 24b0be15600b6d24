// `kubectl get`: lists and objects as tables, or in the formats of -o.
import { defineCommand } from '../../command/command.ts';
import {
  allNamespacesFlag,
  chunkSizeFlag,
  fieldSelectorFlag,
  filenameFlags,
  labelSelectorFlag,
  subresourceFlag,
} from '../../command/common-flags.ts';
import { boolFlag, stringFlag, stringSliceFlag } from '../../command/flag.ts';
import { getOutputFormats } from '../../printers/get-printer.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { GetChoices } from './choices.ts';

const formats = getOutputFormats();

const API_RESOURCES = 'Use "kubectl api-resources" for a complete list of supported resources.';

const flags = {
  ...printFlags,
  output: stringFlag(
    '',
    `Output format. One of: (${formats.join(', ')}). See custom columns [https://kubernetes.io/docs/reference/kubectl/#custom-columns], golang template [http://golang.org/pkg/text/template/#pkg-overview] and jsonpath template [https://kubernetes.io/docs/reference/kubectl/jsonpath/].`,
    { short: 'o' },
  ),
  'no-headers': boolFlag(
    false,
    "When using the default or custom-column output format, don't print headers (default print headers).",
  ),
  'show-labels': boolFlag(
    false,
    'When printing, show all labels as the last column (default hide labels column)',
  ),
  'show-kind': boolFlag(false, 'If present, list the resource type for the requested object(s).'),
  'label-columns': stringSliceFlag(
    'Accepts a comma separated list of labels that are going to be presented as columns. Names are case-sensitive. You can also use multiple flag options like -L label1 -L label2...',
    { short: 'L' },
  ),
  'sort-by': stringFlag(
    '',
    "If non-empty, sort list types using this field specification.  The field specification is expressed as a JSONPath expression (e.g. '{.metadata.name}'). The field in the API resource specified by this JSONPath expression must be an integer or a string.",
  ),
  raw: stringFlag(
    '',
    'Raw URI to request from the server.  Uses the transport specified by the kubeconfig file.',
  ),
  watch: boolFlag(false, 'After listing/getting the requested object, watch for changes.', { short: 'w' }),
  'watch-only': boolFlag(
    false,
    'Watch for changes to the requested object(s), without listing/getting first.',
  ),
  'output-watch-events': boolFlag(
    false,
    'Output watch event objects when --watch or --watch-only is used. Existing objects are output as initial ADDED events.',
  ),
  'ignore-not-found': boolFlag(
    false,
    'If set to true, suppresses NotFound error for specific objects that do not exist. Using this flag with commands that query for collections of resources has no effect when no resources are found.',
  ),
  'field-selector': fieldSelectorFlag(),
  'all-namespaces': allNamespacesFlag(),
  'server-print': boolFlag(
    true,
    'If true, have the server return the appropriate table output. Supports extension APIs and CRDs.',
  ),
  ...filenameFlags('Filename, directory, or URL to files identifying the resource to get from a server.'),
  'chunk-size': chunkSizeFlag(),
  selector: labelSelectorFlag(),
  subresource: subresourceFlag('If specified, gets the subresource of the requested object.'),
};

export default defineCommand({
  use: `get [(-o|--output=)${formats.join('|')}] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]`,
  long: `Display one or many resources.

 A table shows what matters most of each object. Only those of the current namespace are listed unless another one, or --all-namespaces, is given; --selector picks by labels.

 With -o the objects are printed in another format: 'template' takes a Go template from --template.

${API_RESOURCES}`,
  examples: `# List all pods
kubectl get pods

# List all pods with more columns, such as the node
kubectl get pods -o wide

# One deployment of version v1 of the group apps, as JSON
kubectl get deployments.v1.apps web -o json

# The object that a file names
kubectl get -f pod.yaml -o json

# One field of one pod
kubectl get -o template pod/web-pod-13je7 --template={{.status.phase}}

# Columns of your own
kubectl get pod test-pod -o custom-columns=CONTAINER:.spec.containers[0].name,IMAGE:.spec.containers[0].image

# Several types, or several objects of different types
kubectl get rc,services
kubectl get rc/web service/frontend pods/web-pod-13je7

# The subresource status of a pod
kubectl get pod web-pod-13je7 --subresource status

# In another namespace, in all of them
kubectl get deployments.apps --namespace backend
kubectl get pods --all-namespaces`,
  flags,
  async run({ args, flags: given, io, session, usageError }) {
    if (given.raw) {
      if (args.length > 0) throw new Error('arguments may not be passed when --raw is specified');
      return (await import('./raw.ts')).getRaw(given, io, session);
    }
    const watching = given.watch || given['watch-only'];
    if (watching) {
      if (given['sort-by'])
        io.err(
          given.watch
            ? 'warning: --watch requested, --sort-by will be ignored for watch events received\n'
            : 'warning: --watch-only requested, --sort-by will be ignored\n',
        );
    } else if (args.length === 0 && given.filename.length === 0 && !given.kustomize) {
      io.err(`You must specify the type of resource to get. ${API_RESOURCES}\n\n`);
      throw usageError(
        'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).',
      );
    }
    const { output } = given;
    if (given['show-labels'] && output !== '' && output !== 'wide')
      throw new Error(`--show-labels option cannot be used with ${output} printer`);
    if (given['output-watch-events'] && !watching)
      throw new Error('--output-watch-events option can only be used with --watch or --watch-only');
    const choices: GetChoices = { ...given, args };
    if (watching) return (await import('./watch.ts')).getWatching(choices, io, session);
    return (await import('./list.ts')).getListed(choices, io, session);
  },
  async complete({ args, flags: given, session }, toComplete) {
    const { completeTypesAndNames } = await import('../../command/complete-resources.ts');
    return completeTypesAndNames(session, args, toComplete, { allNamespaces: given['all-namespaces'] });
  },
});
