// The revisions of a workload: what each changed, and the way back.
import { useState } from 'preact/hooks';
import type { ControllerRevision } from '../../../../../api/kinds/apps/v1/controller-revision.ts';
import type { ReplicaSet } from '../../../../../api/kinds/apps/v1/replica-set.ts';
import { systemClock } from '../../../../../kit/clock.ts';
import { api } from '../../../api/client.ts';
import { collectionPath, objectPath } from '../../../api/kind.ts';
import { useLive } from '../../../api/live.ts';
import { ageText } from '../../../pieces/age.ts';
import { confirmDialog } from '../../../pieces/dialog.tsx';
import { Badge, Empty, Refused, Spinner } from '../../../pieces/small.tsx';
import { toast } from '../../../pieces/toast.tsx';
import { isAllowed } from '../access.ts';
import type { KubeObject } from '../object-shape.ts';
import { selectorText } from '../overview/related.ts';
import type { TabProps } from '../tab.ts';
import { DiffView } from '../yaml/code-editor.tsx';
import { toYaml } from '../yaml/document.ts';
import { MANAGER } from '../yaml/managers.ts';
import { ofControllerRevisions, ofReplicaSets, previousOf, type Revision } from './history.ts';
import './revisions.css';

export default function RevisionsTab(props: TabProps) {
  const object = props.object.value;
  return object ? <Revisions {...props} owner={object} /> : null;
}

function Revisions({ kind, namespace, name, owner }: TabProps & { owner: KubeObject }) {
  const isDeployment = kind.kind === 'Deployment';
  const plural = isDeployment ? 'replicasets' : 'controllerrevisions';
  const labelSelector = selectorText(owner);
  const path = labelSelector && collectionPath({ group: 'apps', version: 'v1', plural }, namespace);
  const live = useLive<ReplicaSet | ControllerRevision>(path, { labelSelector: labelSelector ?? '' });
  const [left, setLeft] = useState<number | undefined>(undefined);
  const [right, setRight] = useState<number | undefined>(undefined);
  const mayPatch = isAllowed({ group: 'apps', resource: kind.plural, verb: 'patch', namespace, name });
  if (live.state.value === 'refused') return <Refused error={live.error.value} what="revisions" />;
  if (live.state.value === 'loading') return <Spinner />;
  const items = live.items.value;
  const revisions = isDeployment
    ? ofReplicaSets(owner, items as readonly ReplicaSet[])
    : ofControllerRevisions(owner, items as readonly ControllerRevision[]);
  if (revisions.length === 0) return <Empty title="No revisions" />;
  const of = (number: number | undefined) => revisions.find(({ revision }) => revision === number);
  const older = of(left) ?? previousOf(revisions) ?? revisions[0]!;
  const newer = of(right) ?? revisions.find(({ isCurrent }) => isCurrent) ?? revisions[0]!;
  const isPaused = owner.spec?.paused === true;

  const rollBack = async ({ revision, restore }: Revision) => {
    const question = {
      title: `Roll back ${name} to revision ${revision}?`,
      text: 'Its pods are replaced by ones of that revision.',
      action: 'Roll back',
    };
    if (!(await confirmDialog(question))) return;
    try {
      await api.patch(objectPath(kind, namespace, name), restore.body, restore.type, {
        fieldManager: MANAGER,
      });
      toast(`${name} goes back to revision ${revision}`);
      setLeft(undefined);
      setRight(undefined);
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), 'bad');
    }
  };
  return (
    <div class="revisions">
      <div class="table-scroll">
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">Revision</th>
              <th scope="col">Age</th>
              <th scope="col">Images</th>
              {isDeployment && <th scope="col">Pods</th>}
              <th scope="col">Change cause</th>
              <th scope="col">Compare</th>
              <th scope="col" aria-label="Actions" />
            </tr>
          </thead>
          <tbody>
            {revisions.map((one) => (
              <tr key={one.name}>
                <td>
                  {one.revision} {one.isCurrent && <Badge tone="good">current</Badge>}
                </td>
                <td>{one.created ? ageText(Date.parse(one.created), systemClock.now()) : ''}</td>
                <td class="mono">{one.images.join(', ')}</td>
                {isDeployment && <td>{one.replicas}</td>}
                <td>{one.changeCause}</td>
                <td class="compare">
                  <input
                    type="radio"
                    name="older"
                    aria-label={`Compare from revision ${one.revision}`}
                    checked={one === older}
                    onChange={() => setLeft(one.revision)}
                  />
                  <input
                    type="radio"
                    name="newer"
                    aria-label={`Compare to revision ${one.revision}`}
                    checked={one === newer}
                    onChange={() => setRight(one.revision)}
                  />
                </td>
                <td>
                  {!one.isCurrent && mayPatch === true && (
                    <button
                      type="button"
                      class="button small"
                      disabled={isPaused}
                      title={isPaused ? 'Resume the rollout first' : ''}
                      onClick={() => void rollBack(one)}
                    >
                      Roll back
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h3>
        Pod template: revision {older.revision} → {newer.revision}
      </h3>
      {older === newer ? (
        <Empty title="Choose two revisions" />
      ) : (
        <DiffView before={toYaml(older.template)} after={toYaml(newer.template)} />
      )}
    </div>
  );
}
