// kubectl patch.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { sortedGoJson } from '../../../api/codec/go-json.ts';
import { parseYaml } from '../../../api/codec/yaml.ts';
import { yamlProblem } from '../../../api/codec/yaml-errors.ts';
import { type JsonObject, jsonEqual } from '../../../api/patch/json.ts';
import { DoesNotFit, patched } from '../../../api/patch/json-patch.ts';
import { applyMergePatch } from '../../../api/patch/merge-patch.ts';
import { applyStrategicPatch } from '../../../api/patch/strategic.ts';
import { StatusError } from '../../../api/status/status-error.ts';
import { parseExactJson } from '../../../kit/exact-json.ts';
import { builtInKind } from '../../apply/patch-rules.ts';
import { printAs } from '../../changes/printing.ts';
import { CHANGE_CAUSE, recorded, recordFlag } from '../../changes/record.ts';
import { filesOf, targetsOf } from '../../changes/targets.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import {
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  filenameFlags,
  subresourceFlag,
} from '../../command/common-flags.ts';
import { boolFlag, type FlagValues, stringFlag } from '../../command/flag.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';
import { groupVersionOf, type KubeObject } from '../../resources/object.ts';

const TYPES = ['json', 'merge', 'strategic'] as const;
type PatchType = (typeof TYPES)[number];

const flags = {
  ...recordFlag,
  ...printFlags,
  patch: stringFlag('', 'The patch to be applied to the resource JSON file.', { short: 'p' }),
  'patch-file': stringFlag('', 'A file containing a patch to be applied to the resource.'),
  type: stringFlag('strategic', `The type of patch being provided; one of [${TYPES.join(' ')}]`),
  'dry-run': dryRunFlag(),
  ...filenameFlags('Filename, directory, or URL to files identifying the resource to update'),
  local: boolFlag(
    false,
    'If true, patch will operate on the content of the file, not the server-side resource.',
  ),
  'field-manager': fieldManagerFlag('kubectl-patch'),
  subresource: subresourceFlag(
    'If specified, patch will operate on the subresource of the requested object.',
  ),
};

type PatchContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  long: `Update fields of a resource using strategic merge patch, a JSON merge patch, or a JSON patch.

JSON and YAML formats are accepted. Strategic merge patch is not supported for custom resources.`,
  examples: `# Partially update a node using a strategic merge patch, specifying the patch as JSON
kubectl patch node k8s-node-1 -p '{"spec":{"unschedulable":true}}'

# Partially update a node identified by the type and name specified in "node.json" using strategic merge patch
kubectl patch -f node.json -p '{"spec":{"unschedulable":true}}'

# Update a container's image using a JSON patch with positional arrays
kubectl patch pod valid-pod --type='json' -p='[{"op": "replace", "path": "/spec/containers/0/image", "value":"new image"}]'

# Update a deployment's replicas through the 'scale' subresource using a merge patch
kubectl patch deployment nginx-deployment --subresource='scale' --type='merge' -p '{"spec":{"replicas":2}}'`,
  flags,
  async complete({ args, session }, toComplete) {
    const { completeTypesAndNames } = await import('../../command/complete-resources.ts');
    return completeTypesAndNames(session, args, toComplete);
  },
  async run(context) {
    const { args, flags, io } = context;
    const dryRun = dryRunOf(flags['dry-run'], io);
    const type = check(context, dryRun);
    const patch = await patchOf(context);
    const found = await targetsOf(context, {
      ...{ args, ...filesOf(flags), local: flags.local },
      ...(flags.subresource && { subresource: flags.subresource }),
    });
    let count = 0;
    await found.visit(async (info) => {
      count++;
      const local = flags.local || dryRun === 'client';
      const before = info.object;
      const after = local
        ? await patchedLocally(before, type, patch)
        : await patchedByServer(info, type, patch, context, dryRun);
      const operation = jsonEqual(before, after) ? 'patched (no change)' : 'patched';
      // As upstream, a dry run is not told.
      await printAs(context, operation, local ? after : await withCause(info, after, context, dryRun));
    });
    if (count === 0) throw new Error('no objects passed to patch');
  },
});

function check({ args, flags }: PatchContext, dryRun: DryRun): PatchType {
  if (flags.patch && flags['patch-file']) throw new Error('cannot specify --patch and --patch-file together');
  if (!flags.patch && !flags['patch-file'])
    throw new Error('must specify --patch or --patch-file containing the contents of the patch');
  if (flags.local && args.length > 0) throw new Error('cannot specify --local and server resources');
  if (flags.local && dryRun === 'server')
    throw new Error('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  const type = TYPES.find((one) => one === (flags.type || 'strategic').toLowerCase());
  if (!type) throw new Error(`--type must be one of [${TYPES.join(' ')}], not ${JSON.stringify(flags.type)}`);
  return type;
}

/** As JSON. */
async function patchOf({ flags, io }: PatchContext): Promise<string> {
  let text = flags.patch;
  if (flags['patch-file'])
    try {
      text = await readFile(resolve(io.cwd, flags['patch-file']), 'utf8');
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const why = missing ? 'no such file or directory' : String((error as Error).message);
      throw new Error(`unable to read patch file: open ${flags['patch-file']}: ${why}`);
    }
  // What looks like JSON is the server's to judge.
  if (text.trimStart().startsWith('{')) return text;
  try {
    return sortedGoJson(parseYaml(text));
  } catch (error) {
    const why = error instanceof Error && 'mark' in error ? `yaml: ${yamlProblem(error)}` : String(error);
    throw new Error(`unable to parse ${JSON.stringify(flags.patch)}: ${why}`);
  }
}

async function patchedByServer(
  info: Info,
  type: PatchType,
  patch: string,
  context: PatchContext,
  dryRun: DryRun,
): Promise<KubeObject> {
  return info.patch(type, patch, writeOf(context, dryRun)).catch((error: unknown) => {
    if (!(error instanceof StatusError) || error.code !== 415) throw error;
    const { group, version, kind } = info.mapping;
    const shown = `application/${type === 'json' ? 'json-patch' : type === 'merge' ? 'merge-patch' : 'strategic-merge-patch'}+json`;
    throw new Error(`${shown} is not supported by ${group}/${version}, Kind=${kind}: ${error.message}`);
  });
}

const writeOf = ({ flags }: PatchContext, dryRun: DryRun) => ({
  serverDryRun: dryRun === 'server',
  fieldManager: flags['field-manager'],
});

/** With --record, in a patch of its own. */
async function withCause(
  info: Info,
  object: KubeObject,
  context: PatchContext,
  dryRun: DryRun,
): Promise<KubeObject> {
  const cause = recorded(context, object).metadata?.annotations?.[CHANGE_CAUSE];
  if (cause === object.metadata?.annotations?.[CHANGE_CAUSE]) return object;
  const annotated = { metadata: { annotations: { [CHANGE_CAUSE]: cause } } };
  return info.patch('merge', annotated, writeOf(context, dryRun)).catch(() => object);
}

async function patchedLocally(object: KubeObject, type: PatchType, text: string): Promise<KubeObject> {
  const patch = parseExactJson(text);
  const document: JsonObject = { ...object };
  if (type === 'json')
    try {
      return patched(document, patch) as KubeObject;
    } catch (error) {
      throw error instanceof DoesNotFit ? new Error(error.message) : error;
    }
  if (type === 'merge') return applyMergePatch(document, patch);
  const { kind = '' } = object;
  const { group, version } = groupVersionOf(object.apiVersion ?? '');
  const builtIn = await builtInKind({ group, version, kind });
  if (!builtIn)
    throw new Error(
      `strategic merge patch is not supported for ${group}/${version}, Kind=${kind} locally, try --type merge`,
    );
  return applyStrategicPatch(builtIn, document, patch);
}
