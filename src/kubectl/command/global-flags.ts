// The flags that every command has: how the server is found and spoken to, and what is logged.
import {
  boolFlag,
  durationFlag,
  type FlagValues,
  stringArrayFlag,
  stringFlag,
  stringSliceFlag,
} from './flag.ts';

const TLS_NAME =
  'Server name to use for server certificate validation. If it is not provided, the hostname used to contact the server is used';

export const globalFlags = {
  as: stringFlag(
    '',
    'Username to impersonate for the operation. User could be a regular user or a service account in a namespace.',
  ),
  'as-group': stringArrayFlag(
    'Group to impersonate for the operation, this flag can be repeated to specify multiple groups.',
  ),
  'as-uid': stringFlag('', 'UID to impersonate for the operation.'),
  'as-user-extra': stringArrayFlag(
    'User extras to impersonate for the operation, this flag can be repeated to specify multiple values for the same key.',
  ),
  'cache-dir': stringFlag('', 'Default cache directory'),
  'certificate-authority': stringFlag('', 'Path to a cert file for the certificate authority'),
  'client-certificate': stringFlag('', 'Path to a client certificate file for TLS'),
  'client-key': stringFlag('', 'Path to a client key file for TLS'),
  cluster: stringFlag('', 'The name of the kubeconfig cluster to use'),
  context: stringFlag('', 'The name of the kubeconfig context to use'),
  'disable-compression': boolFlag(
    false,
    'If true, opt-out of response compression for all requests to the server',
  ),
  'insecure-skip-tls-verify': boolFlag(
    false,
    "If true, the server's certificate will not be checked for validity. This will make your HTTPS connections insecure",
  ),
  kubeconfig: stringFlag('', 'Path to the kubeconfig file to use for CLI requests.'),
  kuberc: stringFlag(
    '',
    'Path to the kuberc file to use for preferences. This can be disabled by exporting KUBECTL_KUBERC=false feature gate or turning off the feature KUBERC=off.',
  ),
  'log-flush-frequency': durationFlag(5000, '5s', 'Maximum number of seconds between log flushes'),
  'match-server-version': boolFlag(false, 'Require server version to match client version'),
  namespace: stringFlag('', 'If present, the namespace scope for this CLI request', { short: 'n' }),
  password: stringFlag('', 'Password for basic authentication to the API server'),
  profile: stringFlag(
    'none',
    'Name of profile to capture. One of (none|cpu|heap|goroutine|threadcreate|block|mutex|trace)',
  ),
  'profile-output': stringFlag('profile.pprof', 'Name of the file to write the profile to'),
  'request-timeout': stringFlag(
    '0',
    "The length of time to wait before giving up on a single server request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of zero means don't timeout requests.",
  ),
  server: stringFlag('', 'The address and port of the Kubernetes API server', { short: 's' }),
  'tls-server-name': stringFlag('', TLS_NAME),
  token: stringFlag('', 'Bearer token for authentication to the API server'),
  user: stringFlag('', 'The name of the kubeconfig user to use'),
  username: stringFlag('', 'Username for basic authentication to the API server'),
  v: stringFlag('0', 'number for the log level verbosity', { short: 'v', type: 'Level' }),
  vmodule: stringSliceFlag(
    'comma-separated list of pattern=N settings for file-filtered logging (only works for the default text log format)',
    { type: 'pattern=N,...', shown: '' },
  ),
  'warnings-as-errors': boolFlag(
    false,
    'Treat warnings received from the server as errors and exit with a non-zero exit code',
  ),
};

export type GlobalFlags = FlagValues<typeof globalFlags>;
