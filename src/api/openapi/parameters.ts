// The query parameters of the API, and which requests accept them.

export interface Parameter {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'integer';
  readonly description: string;
}

const parameter = (name: string, type: Parameter['type'], description: string): Parameter => ({
  name,
  type,
  description,
});

const dryRun = parameter(
  'dryRun',
  'string',
  'If set to All, the request is processed in full but nothing is stored.',
);
const fieldManager = parameter(
  'fieldManager',
  'string',
  'Name of the manager that is recorded for the fields that the request sets.',
);
const fieldValidation = parameter(
  'fieldValidation',
  'string',
  'How unknown and duplicate fields are handled: Ignore, Warn or Strict. Defaults to Warn.',
);
const resourceVersion = parameter(
  'resourceVersion',
  'string',
  'Constraint on the resource versions that the request may be served from.',
);
export const pretty = parameter('pretty', 'string', 'If true, the output is indented.');

export const selecting: readonly Parameter[] = [
  parameter('continue', 'string', 'Continue token from the metadata of the previous part of the list.'),
  parameter(
    'fieldSelector',
    'string',
    'Restricts the result to objects whose fields match. By default, all objects are returned.',
  ),
  parameter(
    'labelSelector',
    'string',
    'Restricts the result to objects whose labels match. By default, all objects are returned.',
  ),
  parameter('limit', 'integer', 'Maximum number of objects to return in one response.'),
  resourceVersion,
  parameter('resourceVersionMatch', 'string', 'How resourceVersion is applied: Exact or NotOlderThan.'),
  parameter('sendInitialEvents', 'boolean', 'If true, a watch begins with events for the existing objects.'),
  parameter('timeoutSeconds', 'integer', 'Timeout of the request in seconds.'),
];
export const listing: readonly Parameter[] = [
  parameter(
    'allowWatchBookmarks',
    'boolean',
    'Requests events of type BOOKMARK with the latest resource version.',
  ),
  ...selecting,
  parameter('watch', 'boolean', 'Watch for changes and return them as a stream of events.'),
];
export const deleting: readonly Parameter[] = [
  dryRun,
  parameter(
    'gracePeriodSeconds',
    'integer',
    'Number of seconds before the object is deleted. 0 means immediately.',
  ),
  parameter(
    'ignoreStoreReadErrorWithClusterBreakingPotential',
    'boolean',
    'Whether to delete the object even if it cannot be read from storage. Unsafe.',
  ),
  parameter('orphanDependents', 'boolean', 'Deprecated: use propagationPolicy.'),
  parameter(
    'propagationPolicy',
    'string',
    'What happens to the dependents: Orphan, Background or Foreground.',
  ),
];
export const writing: readonly Parameter[] = [dryRun, fieldManager, fieldValidation];
export const patching: readonly Parameter[] = [
  ...writing,
  parameter(
    'force',
    'boolean',
    'Take ownership of conflicting fields of other managers. Only for apply patches.',
  ),
];

const container = parameter(
  'container',
  'string',
  'Name of the container. Defaults to the only container of the pod.',
);
const streams: readonly Parameter[] = [
  container,
  parameter('stderr', 'boolean', 'Whether to redirect standard error.'),
  parameter('stdin', 'boolean', 'Whether to redirect standard input.'),
  parameter('stdout', 'boolean', 'Whether to redirect standard output.'),
  parameter('tty', 'boolean', 'Whether to allocate a terminal.'),
];
export const reading: Readonly<Record<string, readonly Parameter[]>> = {
  log: [
    container,
    parameter('follow', 'boolean', 'Follow the log stream of the pod.'),
    parameter(
      'insecureSkipTLSVerifyBackend',
      'boolean',
      'Do not verify the serving certificate of the kubelet.',
    ),
    parameter('limitBytes', 'integer', 'Maximum number of bytes to return.'),
    parameter('previous', 'boolean', 'Return the log of the previous, terminated container.'),
    parameter('sinceSeconds', 'integer', 'Return only lines newer than this number of seconds.'),
    parameter('stream', 'string', 'Stream to return: All, Stdout or Stderr. Defaults to All.'),
    parameter('tailLines', 'integer', 'Number of lines from the end of the log to return.'),
    parameter('timestamps', 'boolean', 'Prefix each line with its timestamp.'),
  ],
};
export const connecting: Readonly<Record<string, readonly Parameter[]>> = {
  attach: streams,
  exec: [
    parameter('command', 'string', 'Command to execute. The parameter is repeated for each argument.'),
    ...streams,
  ],
  portforward: [parameter('ports', 'integer', 'Ports to forward.')],
  proxy: [parameter('path', 'string', 'URL path to use in the request.')],
};
