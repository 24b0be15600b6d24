// `kubectl config set-credentials`.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineCommand } from '../../command/command.ts';
import {
  boolFlag,
  type FlagValues,
  stringArrayFlag,
  stringFlag,
  stringSliceFlag,
} from '../../command/flag.ts';
import type { Io } from '../../io/io.ts';
import { parsePairs } from '../../text/pairs.ts';
import { ConfigStore, type Entry } from './store.ts';

const of = (name: string) => `${name} for the user entry in kubeconfig`;

const flags = {
  'client-certificate': stringFlag('', of('Path to client-certificate file')),
  'client-key': stringFlag('', of('Path to client-key file')),
  token: stringFlag('', of('token')),
  username: stringFlag('', of('username')),
  password: stringFlag('', of('password')),
  'auth-provider': stringFlag('', of('Auth provider')),
  'auth-provider-arg': stringSliceFlag("'key=value' arguments for the auth provider"),
  'exec-command': stringFlag('', of('Command for the exec credential plugin')),
  'exec-api-version': stringFlag('', of('API version of the exec credential plugin')),
  'exec-interactive-mode': stringFlag('', of('InteractiveMode of the exec credentials plugin')),
  'exec-provide-cluster-info': boolFlag(false, of('ProvideClusterInfo of the exec credentials plugin')),
  'exec-arg': stringSliceFlag(of('New arguments for the exec credential plugin command')),
  'exec-env': stringArrayFlag("'key=value' environment values for the exec credential plugin"),
  'embed-certs': boolFlag(false, of('Embed client cert/key')),
};

type Given = FlagValues<typeof flags>;
type Changed = (name: string) => boolean;

export default defineCommand({
  use: 'set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]',
  long: `Set a user entry in kubeconfig.

 Specifying a name that already exists will merge new fields on top of existing values.

  Client-certificate flags:
  --client-certificate=certfile --client-key=keyfile

  Bearer token flags:
  --token=bearer_token

  Basic auth flags:
  --username=basic_user --password=basic_password

 Bearer token and basic auth are mutually exclusive.`,
  examples: `# Set only the "client-key" field on the "cluster-admin" entry
kubectl config set-credentials cluster-admin --client-key=~/.kube/admin.key

# Set basic auth for the "cluster-admin" entry
kubectl config set-credentials cluster-admin --username=admin --password=secret

# Embed client certificate data in the "cluster-admin" entry
kubectl config set-credentials cluster-admin --client-certificate=~/.kube/admin.crt --embed-certs=true

# Have a program give the credentials of the "cluster-admin" entry
kubectl config set-credentials cluster-admin --exec-command=/path/to/the/executable --exec-api-version=client.authentication.k8s.io/v1 --exec-interactive-mode=Never

# Set and remove variables of that program's environment
kubectl config set-credentials cluster-admin --exec-env=key1=val1 --exec-env=var-to-remove-`,
  flags,
  async run({ args, flags: given, changed, io, session, help }) {
    const [name] = args;
    if (name === undefined || args.length !== 1) {
      await help();
      throw new Error(`unexpected args: [${args.join(' ')}]`);
    }
    check(name, given, changed, io);
    const store = new ConfigStore(io, session.flags);
    const user: Entry = { ...store.entries('users').get(name) };
    setFiles(user, given, changed, io);
    setSecrets(user, given, changed);
    setProvider(user, given, changed);
    setExec(user, given, changed);
    store.put('users', name, user);
    io.out(`User ${JSON.stringify(name)} set.\n`);
  },
});

function check(name: string, given: Given, changed: Changed, io: Io): void {
  if (name === '') throw new Error('you must specify a non-empty user name');
  if (given.token && (given.username || given.password))
    throw new Error(
      'you cannot specify more than one authentication method at the same time: --token, --username/--password',
    );
  if (given['embed-certs']) {
    if (!given['client-certificate'] && !given['client-key'])
      throw new Error('you must specify a --client-certificate or --client-key to embed');
    for (const flag of ['client-certificate', 'client-key'] as const) {
      const path = given[flag];
      if (path && !existsSync(resolve(io.cwd, path)))
        throw new Error(`could not stat ${flag} file ${path}: stat ${path}: no such file or directory`);
    }
  }
  if (
    changed('exec-interactive-mode') &&
    !['IfAvailable', 'Never', 'Always'].includes(given['exec-interactive-mode'])
  )
    throw new Error('invalid interactive mode type, can be only IfAvailable, Never, Always');
}

function setFiles(user: Entry, given: Given, changed: Changed, io: Io): void {
  for (const field of ['client-certificate', 'client-key'] as const) {
    if (!changed(field)) continue;
    const path = resolve(io.cwd, given[field]);
    delete user[field];
    delete user[`${field}-data`];
    if (given['embed-certs']) user[`${field}-data`] = readFileSync(path).toString('base64');
    else user[field] = path;
  }
}

/** A token takes the place of a password, and the other way round. */
function setSecrets(user: Entry, given: Given, changed: Changed): void {
  for (const field of ['token', 'username', 'password'] as const)
    if (changed(field)) user[field] = given[field];
  if (given.token) {
    delete user.username;
    delete user.password;
  } else if (given.username || given.password) delete user.token;
}

function setProvider(user: Entry, given: Given, changed: Changed): void {
  const before = user['auth-provider'] as { name?: string; config?: Record<string, string> } | undefined;
  const name = given['auth-provider'];
  let provider = before;
  if (changed('auth-provider') && before?.name !== name) provider = { name };
  if (!provider) return;
  const { set, remove } = parsePairs(given['auth-provider-arg'], 'auth-provider-arg', true);
  const config = new Map(Object.entries(provider.config ?? {}));
  for (const key of remove) config.delete(key);
  for (const [key, value] of set) config.set(key, value);
  user['auth-provider'] = { ...provider, config: Object.fromEntries(config) };
}

function setExec(user: Entry, given: Given, changed: Changed): void {
  let exec = user.exec as Entry | undefined;
  if (changed('exec-command')) exec = { ...exec, command: given['exec-command'], args: null };
  if (!exec) return;
  exec = { ...exec };
  if (changed('exec-api-version')) exec.apiVersion = given['exec-api-version'];
  if (given['exec-arg'].length > 0) exec.args = given['exec-arg'];
  if (changed('exec-interactive-mode')) exec.interactiveMode = given['exec-interactive-mode'];
  if (changed('exec-provide-cluster-info')) exec.provideClusterInfo = given['exec-provide-cluster-info'];
  const { set, remove } = parsePairs(given['exec-env'], 'exec-env', true);
  const env = new Map(
    ((exec.env ?? []) as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
  );
  for (const name of remove) env.delete(name);
  for (const [name, value] of set) env.set(name, value);
  exec.env = [...env].map(([name, value]) => ({ name, value }));
  user.exec = exec;
}
