// kubectl set env.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import type { EnvVar } from '../../../api/kinds/core/v1/env.ts';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { addAll } from '../../../kit/lists.ts';
import {
  ALL_AND_SELECTOR,
  filesOf,
  LOCAL_AND_SERVER,
  NO_RESOURCES,
  targetsOf,
} from '../../changes/targets.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import {
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  filenameFlags,
  labelSelectorFlag,
} from '../../command/common-flags.ts';
import {
  boolFlag,
  type FlagValues,
  stringArrayFlag,
  stringFlag,
  stringSliceFlag,
} from '../../command/flag.ts';
import { readStdin } from '../../io/io.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { KubeObject } from '../../resources/object.ts';
import { goQuote } from '../../text/quote.ts';
import { matchesPattern } from './containers.ts';
import {
  changedEnv,
  checkKept,
  type EnvChanges,
  envNameOfKey,
  parseEnv,
  splitEnvironment,
} from './env-changes.ts';
import { listEnv } from './env-list.ts';
import { withPodSpec } from './pod-spec.ts';
import { setOn } from './set-verb.ts';

const flags = {
  ...filenameFlags('Filename, directory, or URL to files the resource to update the env'),
  containers: stringFlag(
    '*',
    'The names of containers in the selected pod templates to change - may use wildcards',
    { short: 'c' },
  ),
  from: stringFlag('', 'The name of a resource from which to inject environment variables'),
  prefix: stringFlag('', 'Prefix to append to variable names'),
  env: stringArrayFlag('Specify a key-value pair for an environment variable to set into each container.', {
    short: 'e',
  }),
  keys: stringSliceFlag('Comma-separated list of keys to import from specified resource'),
  list: boolFlag(
    false,
    'If true, display the environment and any changes in the standard format. this flag will removed when we have kubectl view env.',
  ),
  resolve: boolFlag(false, 'If true, show secret or configmap references when listing variables'),
  local: boolFlag(false, 'If true, set env will NOT contact api-server but run locally.'),
  all: boolFlag(false, 'If true, select all resources in the namespace of the specified resource types'),
  overwrite: boolFlag(
    true,
    'If true, allow environment to be overwritten, otherwise reject updates that overwrite existing environment.',
  ),
  'field-manager': fieldManagerFlag('kubectl-set'),
  selector: labelSelectorFlag(),
  ...printFlags,
  'dry-run': dryRunFlag(),
};

type EnvContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  long: `Update environment variables on a pod template.

List environment variable definitions in one or more pods, pod templates. Add, update, or remove container environment variable definitions in one or more pod templates (within replication controllers or deployment configurations). View or modify the environment variable definitions on all containers in the specified pods or pod templates, or just those that match a wildcard.

If "--env -" is passed, environment variables can be read from STDIN using the standard env syntax.

Possible resources include (case insensitive): pod (po), replicationcontroller (rc), deployment (deploy), daemonset (ds), statefulset (sts), cronjob (cj), replicaset (rs)`,
  examples: `# Update deployment 'registry' with a new environment variable
kubectl set env deployment/registry STORAGE_DIR=/local

# List the environment variables defined on a deployments 'sample-build'
kubectl set env deployment/sample-build --list

# List the environment variables defined on all pods
kubectl set env pods --all --list

# Import environment from a secret
kubectl set env --from=secret/mysecret deployment/myapp

# Import specific keys from a config map, with a prefix
kubectl set env --keys=my-example-key --from=configmap/myconfigmap --prefix=MYSQL_ deployment/myapp

# Remove the environment variable ENV from container 'c1' in all deployments
kubectl set env deployments --all --containers="c1" ENV-

# Set some of the local shell environment into a deployment on the server
env | grep RAILS_ | kubectl set env -e - deployment/registry`,
  flags,
  async run(context) {
    const { flags: given, io } = context;
    if (given.all && given.selector !== '') throw new Error(ALL_AND_SELECTOR);
    const { resources, changes: words } = splitEnvironment(context.args);
    const dryRun = dryRunOf(given['dry-run'], io);
    if (given.local && dryRun === 'server') throw new Error(LOCAL_AND_SERVER);
    if (given.filename.length === 0 && resources.length === 0) throw new Error(NO_RESOURCES);
    if (given.list && given.output !== '')
      throw new Error('--list and --output may not be specified together');
    if (given.keys.length > 0 && given.from === '')
      throw new Error('when specifying --keys, a configmap or secret must be provided with --from');
    const specs = [...given.env, ...words];
    if (specs.includes('-') && given.filename.includes('-'))
      throw new Error('standard input cannot be used for multiple arguments');
    const changes = await parseEnv(specs, () => readStdin(io));
    if (given.from !== '') addAll(changes.set, await importedFrom(context));
    if (given.prefix !== '')
      for (const [i, variable] of changes.set.entries())
        changes.set[i] = { ...variable, name: given.prefix + variable.name };
    const infos = await (await targetsOf(context, queryOf(context, resources))).infos();
    const mutate = async (object: KubeObject) => changed(context, object, changes);
    if (given.list) {
      for (const { object } of infos) await mutate(object);
      return;
    }
    await setOn(
      context,
      infos,
      { operation: 'env updated', failed: 'failed to patch env update to pod template: ' },
      dryRun,
      mutate,
    );
  },
});

const queryOf = ({ flags: given }: EnvContext, args: readonly string[]) => ({
  ...filesOf(given),
  ...(given.local ? { local: true } : { args, all: given.all, labelSelector: given.selector, latest: true }),
});

/** A variable for each key of the ConfigMap or Secret that --from names. */
async function importedFrom(context: EnvContext): Promise<EnvVar[]> {
  const { flags: given, io } = context;
  const query = queryOf(context, [given.from]);
  const infos = await (await targetsOf(context, query)).infos();
  return infos.flatMap(({ object }) => {
    const isSecret = object.kind === 'Secret';
    if (!isSecret && object.kind !== 'ConfigMap') throw new Error('unsupported resource specified in --from');
    const keys = Object.keys((object.data ?? {}) as object);
    return keys
      .filter((key) => given.keys.length === 0 || given.keys.includes(key))
      .map((key) => {
        const name = envNameOfKey(key);
        if (name !== key) io.err(`Warning: key ${key} transferred to ${name}\n`);
        const reference = { name: object.metadata?.name ?? '', key };
        return { name, valueFrom: { [isSecret ? 'secretKeyRef' : 'configMapKeyRef']: reference } };
      });
  });
}

async function changed(context: EnvContext, object: KubeObject, changes: EnvChanges): Promise<KubeObject> {
  const { flags: given, io } = context;
  return withPodSpec(object, async (spec): Promise<PodSpec> => {
    const isChosen = ({ name }: Container) => matchesPattern(name, given.containers);
    const all = [...spec.containers, ...(spec.initContainers ?? [])];
    if (!all.some(isChosen))
      io.err(
        `Warning: ${object.kind}/${object.metadata?.name ?? ''} does not have any containers matching ${goQuote(given.containers)}\n`,
      );
    const done = new Map<Container, Container>();
    for (const container of all.filter(isChosen)) {
      if (!given.overwrite) checkKept(container.env ?? [], changes.set);
      done.set(container, { ...container, env: changedEnv(container.env ?? [], changes) });
    }
    if (given.list) await listEnv(context, object, [...done.values()]);
    const replace = (container: Container) => done.get(container) ?? container;
    return {
      ...spec,
      containers: spec.containers.map(replace),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(replace) }),
    };
  });
}
