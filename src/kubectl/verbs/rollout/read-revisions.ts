// The revisions of a Deployment (its ReplicaSets), DaemonSet or StatefulSet (their ControllerRevisions), read from the server.
// Called by `rollout history` and `undo`.
import type { ControllerRevision } from '../../../api/kinds/apps/v1/controller-revision.ts';
import type { PodTemplateSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import type { LabelSelector } from '../../../api/meta/v1/label-selector.ts';
import type { JsonObject } from '../../../api/patch/json.ts';
import { applyStrategicPatch } from '../../../api/patch/strategic.ts';
import { type Revision, revisionOf } from '../../../api/rollout/revisions.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import { typed } from '../../changes/kinds.ts';
import { CHANGE_CAUSE } from '../../changes/record.ts';
import type { Context } from '../../command/command.ts';
import { pathOf } from '../../discovery/served.ts';
import { plainText } from '../../errors/text.ts';
import { itemsOf } from '../../resources/from-server.ts';
import type { Info } from '../../resources/info.ts';
import type { KubeList, KubeObject } from '../../resources/object.ts';

export interface KnownRevision extends Revision<KubeObject> {
  readonly template: PodTemplateSpec;
  readonly changeCause: string;
  /** Of a ControllerRevision: the patch that restores it. */
  readonly patch?: JsonObject;
}

export interface History {
  /** As it is now, in the form of its kind. */
  readonly workload: KubeObject;
  readonly revisions: readonly KnownRevision[];
}

type Around = Pick<Context, 'session'>;

/** What history and undo say of a kind that has no revisions. */
export const noHistory = (what: string, { mapping: { group, kind } }: Info): Error =>
  new Error(`${what} "${group ? `${kind}.${group}` : kind}"`);

/** Undefined for a kind that has no revisions. */
export async function historyOf(context: Around, info: Info): Promise<History | undefined> {
  const { group, kind } = info.mapping;
  if (group !== 'apps') return undefined;
  if (kind === 'Deployment') return ofReplicaSets(context, info);
  if (kind === 'DaemonSet') return ofControllerRevisions(context, info, 'DaemonSet', 'DaemonSet');
  if (kind === 'StatefulSet') return ofControllerRevisions(context, info, 'StatefulSet', 'Statefulset');
  return undefined;
}

const specOf = (object: KubeObject) =>
  (object.spec ?? {}) as { readonly selector?: LabelSelector; readonly template?: PodTemplateSpec };

async function read(context: Around, info: Info, what: string): Promise<KubeObject> {
  try {
    const { object } = await typed(await context.session.json<KubeObject>({ path: info.path() }));
    return object;
  } catch (error) {
    throw new Error(`failed to retrieve ${what} ${info.name}: ${plainText(error)}`, { cause: error });
  }
}

/** Objects that the workload's selector means, and that it controls. */
async function controlled(
  { session }: Around,
  owner: KubeObject,
  resource: string,
  kind: string,
): Promise<KubeObject[]> {
  const mapping = { group: 'apps', version: 'v1', resource, kind, namespaced: true };
  const labelSelector = String(labelSelectorOf(specOf(owner).selector));
  const path = pathOf(mapping, owner.metadata?.namespace);
  const list = await session.json<KubeList>({ path, query: { labelSelector } });
  return itemsOf(list, mapping).filter(({ metadata }) =>
    metadata?.ownerReferences?.some(({ uid, controller }) => controller && uid === owner.metadata?.uid),
  );
}

async function ofReplicaSets(context: Around, info: Info): Promise<History> {
  const workload = await read(context, info, 'deployment');
  const found = await controlled(context, workload, 'replicasets', 'ReplicaSet').catch((error: unknown) => {
    throw new Error(`failed to retrieve replica sets from deployment ${info.name}: ${plainText(error)}`, {
      cause: error,
    });
  });
  const revisions: KnownRevision[] = [];
  for (const one of found) {
    const revision = revisionOf(one.metadata?.annotations);
    if (revision === undefined) continue;
    const { object } = await typed(one);
    const changeCause = object.metadata?.annotations?.[CHANGE_CAUSE] ?? '';
    revisions.push({
      revision,
      object,
      template: specOf(object).template ?? { spec: { containers: [] } },
      changeCause,
    });
  }
  return { workload, revisions };
}

async function ofControllerRevisions(
  context: Around,
  info: Info,
  name: string,
  shown: string,
): Promise<History> {
  const workload = await read(context, info, shown);
  const found = await controlled(context, workload, 'controllerrevisions', 'ControllerRevision').catch(
    (error: unknown) => {
      throw new Error(`unable to find history controlled by ${name} ${info.name}: ${plainText(error)}`, {
        cause: error,
      });
    },
  );
  const { kind } = await typed(workload);
  return {
    workload,
    revisions: found.map((one) => {
      const { revision, data } = one as KubeObject & ControllerRevision;
      const patch = (data ?? {}) as JsonObject;
      const object: KubeObject = kind ? applyStrategicPatch(kind, { ...workload }, patch) : workload;
      const changeCause = one.metadata?.annotations?.[CHANGE_CAUSE] ?? '';
      const template = specOf(object).template ?? { spec: { containers: [] } };
      return { revision: Number(revision), object, template, changeCause, patch };
    }),
  };
}
