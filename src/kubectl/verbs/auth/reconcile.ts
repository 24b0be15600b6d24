// `kubectl auth reconcile`: roles and bindings of files are created, or get what they lack. The decisions are made in
// reconciled.ts.
import { StatusError } from '../../../api/status/status-error.ts';
import { printerFor } from '../../changes/printing.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunFlag, dryRunOf, filenameFlags } from '../../command/common-flags.ts';
import { boolFlag } from '../../command/flag.ts';
import type { Io } from '../../io/io.ts';
import { printFlags } from '../../printers/print-flags.ts';
import { findResources } from '../../resources/find-resources.ts';
import { isNotFound } from '../../resources/info.ts';
import { groupVersionOf } from '../../resources/object.ts';
import type { Session } from '../../session/session.ts';
import { type RbacObject, type Reconciled, reconciled, ruleText, subjectText } from './reconciled.ts';

const RBAC = 'rbac.authorization.k8s.io';

const RESOURCES: Readonly<Record<string, { readonly resource: string; readonly namespaced: boolean }>> = {
  Role: { resource: 'roles', namespaced: true },
  RoleBinding: { resource: 'rolebindings', namespaced: true },
  ClusterRole: { resource: 'clusterroles', namespaced: false },
  ClusterRoleBinding: { resource: 'clusterrolebindings', namespaced: false },
};

export default defineCommand({
  use: 'reconcile -f FILENAME',
  long: `Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects.

Missing objects are created, and the containing namespace is created for namespaced objects, if required. Existing roles get the permissions of the files, and lose others with --remove-extra-permissions. Existing bindings get the subjects of the files, and lose others with --remove-extra-subjects.

This is preferred to 'apply' for RBAC resources so that semantically-aware merging of rules and subjects is done.`,
  examples: `# Reconcile RBAC resources from a file
kubectl auth reconcile -f my-rbac-rules.yaml`,
  flags: {
    ...printFlags,
    ...filenameFlags('Filename, directory, or URL to files identifying the resource to reconcile.'),
    'remove-extra-permissions': boolFlag(false, 'If true, removes extra permissions added to roles'),
    'remove-extra-subjects': boolFlag(false, 'If true, removes extra subjects added to rolebindings'),
    'dry-run': dryRunFlag(),
  },
  async run({ args, flags, io, session }) {
    const { filename, kustomize, recursive } = flags;
    if (filename.length === 0 && kustomize === '') throw new Error('must specify one of -f and -k');
    if (args.length > 0) throw new Error('no arguments are allowed');
    const dryRun = dryRunOf(flags['dry-run'], io);
    if (dryRun === 'server') throw new Error('--dry-run=server for command reconcile is not supported yet');
    const { namespace, explicit } = await session.namespace();
    const print = await printerFor({ flags, io }, 'reconciled', dryRun, true);
    const removes = {
      permissions: flags['remove-extra-permissions'],
      subjects: flags['remove-extra-subjects'],
    };
    const found = await findResources(session, io, {
      filename,
      kustomize,
      recursive,
      namespace,
      enforceNamespace: explicit,
      continueOnError: true,
      flatten: true,
      local: true,
    });
    await found.visit(async ({ object }) => {
      const { group, version } = groupVersionOf(object.apiVersion ?? '');
      const kind = object.kind ?? '';
      const served = group === RBAC && Object.hasOwn(RESOURCES, kind) ? RESOURCES[kind] : undefined;
      if (!served) return;
      if (version !== 'v1') throw new Error(`only ${RBAC}/v1 is supported: not *${version}.${kind}`);
      const wanted: RbacObject = { ...object };
      if (served.namespaced)
        wanted.metadata = { ...object.metadata, namespace: object.metadata?.namespace || namespace };
      const result = await bringAbout(session, wanted, served, removes, dryRun === 'client');
      print(result.object);
      report(io, result, removes);
    });
  },
});

interface Removes {
  readonly permissions: boolean;
  readonly subjects: boolean;
}

const MOST_ATTEMPTS = 3;

async function bringAbout(
  session: Session,
  wanted: RbacObject,
  { resource, namespaced }: { readonly resource: string; readonly namespaced: boolean },
  removes: Removes,
  isDryRun: boolean,
): Promise<Reconciled> {
  const { name = '', namespace = '' } = wanted.metadata ?? {};
  const collection = `/apis/${RBAC}/v1/${namespaced ? `namespaces/${encodeURIComponent(namespace)}/` : ''}${resource}`;
  const path = `${collection}/${encodeURIComponent(name)}`;
  for (let attempt = 1; ; attempt++) {
    const existing = await session.json<RbacObject>({ path }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    const result = reconciled(existing, wanted, removes);
    if (result.isProtected || isDryRun || result.operation === 'none') return result;
    try {
      if (result.operation === 'recreate')
        await session.json({
          method: 'DELETE',
          path,
          body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: existing?.metadata?.uid } },
        });
      if (result.operation === 'update')
        return {
          ...result,
          object: await session.json<RbacObject>({ method: 'PUT', path, body: result.object }),
        };
      if (namespaced) await ensureNamespace(session, namespace);
      const created = await session.json<RbacObject>({
        method: 'POST',
        path: collection,
        body: result.object,
      });
      return { ...result, object: created };
    } catch (error) {
      // Somebody else was at it: what is there now decides.
      const isConflict =
        error instanceof StatusError && (error.reason === 'Conflict' || error.reason === 'AlreadyExists');
      if (!isConflict || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

async function ensureNamespace(session: Session, name: string): Promise<void> {
  const path = '/api/v1/namespaces';
  try {
    await session.json({ path: `${path}/${encodeURIComponent(name)}` });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await session.json({
      method: 'POST',
      path,
      body: { kind: 'Namespace', apiVersion: 'v1', metadata: { name } },
    });
  }
}

function report(io: Io, result: Reconciled, removes: Removes): void {
  if (result.operation === 'none') return;
  const caveat = result.isProtected
    ? ', but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)'
    : '';
  io.err(`\treconciliation required ${result.operation}${caveat}\n`);
  const list = (title: string, lines: readonly string[]) => {
    if (lines.length > 0) io.err(`\t${title}:\n${lines.map((line) => `\t\t${line}\n`).join('')}`);
  };
  list('missing subjects added', result.missingSubjects.map(subjectText));
  if (removes.subjects) list('extra subjects removed', result.extraSubjects.map(subjectText));
  list('missing rules added', result.missingRules.map(ruleText));
  if (removes.permissions) list('extra rules removed', result.extraRules.map(ruleText));
}
