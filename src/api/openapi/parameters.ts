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

const dryRun = parameter('dryRun', 'string', 'All: go through every step, but store nothing.');
const fieldManager = parameter(
  'fieldManager',
  'string',
  'Who is written down as the manager of the fields set.',
);
const fieldValidation = parameter(
  'fieldValidation',
  'string',
  'What to do about unknown and repeated fields: Ignore, Warn (the default) or Strict.',
);
const resourceVersion = parameter('resourceVersion', 'string', 'How fresh the answer has to be.');
export const pretty = parameter('pretty', 'string', 'Indent the answer for human eyes.');

export const selecting: readonly Parameter[] = [
  parameter('continue', 'string', 'Where the last page ended, as its metadata said.'),
  parameter('fieldSelector', 'string', 'Only objects whose fields match.'),
  parameter('labelSelector', 'string', 'Only objects whose labels match.'),
  parameter('limit', 'integer', 'At most so many objects in one answer.'),
  resourceVersion,
  parameter('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  parameter('sendInitialEvents', 'boolean', 'Begin a watch with what is there already.'),
  parameter('timeoutSeconds', 'integer', 'End the request after so many seconds.'),
];
export const listing: readonly Parameter[] = [
  parameter('allowWatchBookmarks', 'boolean', 'Send BOOKMARK events with the newest resourceVersion.'),
  ...selecting,
  parameter('watch', 'boolean', 'Stay and stream changes instead of answering once.'),
];
export const deleting: readonly Parameter[] = [
  dryRun,
  parameter('gracePeriodSeconds', 'integer', 'How long the object may take to end; 0 means at once.'),
  parameter(
    'ignoreStoreReadErrorWithClusterBreakingPotential',
    'boolean',
    'Remove an object that cannot be read any more.',
  ),
  parameter('orphanDependents', 'boolean', 'Old form of propagationPolicy.'),
  parameter('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
];
export const writing: readonly Parameter[] = [dryRun, fieldManager, fieldValidation];
export const patching: readonly Parameter[] = [
  ...writing,
  parameter('force', 'boolean', 'Take over fields that other managers own (apply only).'),
];

const container = parameter('container', 'string', 'Which container; the only one if left out.');
const streams: readonly Parameter[] = [
  container,
  parameter('stderr', 'boolean', 'Pass on standard error.'),
  parameter('stdin', 'boolean', 'Pass on standard input.'),
  parameter('stdout', 'boolean', 'Pass on standard output.'),
  parameter('tty', 'boolean', 'Give the process a terminal.'),
];
export const reading: Readonly<Record<string, readonly Parameter[]>> = {
  log: [
    container,
    parameter('follow', 'boolean', 'Stay and stream new lines.'),
    parameter('insecureSkipTLSVerifyBackend', 'boolean', 'Do not check the certificate of the node.'),
    parameter('limitBytes', 'integer', 'Stop after so many bytes.'),
    parameter('previous', 'boolean', 'The log of the container that ran before.'),
    parameter('sinceSeconds', 'integer', 'Only lines younger than this.'),
    parameter('stream', 'string', 'All, Stdout or Stderr.'),
    parameter('tailLines', 'integer', 'Only so many lines from the end.'),
    parameter('timestamps', 'boolean', 'Put its time before each line.'),
  ],
};
export const connecting: Readonly<Record<string, readonly Parameter[]>> = {
  attach: streams,
  exec: [parameter('command', 'string', 'The command, one argument each time.'), ...streams],
  portforward: [parameter('ports', 'integer', 'The ports to forward.')],
  proxy: [parameter('path', 'string', 'The path to ask for.')],
};
