// /scale: the replicas of a workload or custom object as an autoscaling/v1 Scale. A write changes the replicas and nothing
// else. A Scale with a resourceVersion conflicts if the object has changed.
import { Scale } from '../../../api/kinds/autoscaling/v1/scale.ts';
import type { LabelSelector } from '../../../api/meta/v1/label-selector.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import { invalid, staleVersion } from '../../../api/status/status-error.ts';
import { andThen, type Eventual } from '../../registry/eventual.ts';
import { type ScalePaths, type Shown, targetOf } from '../../registry/resource.ts';
import type { Answer } from '../../request.ts';
import { bytesAnswer, formOf, objectAnswer } from '../answers/answers.ts';
import { scaleForm } from '../answers/forms.ts';
import { decodeObject } from '../body.ts';
import { type Call, writeContext } from '../call.ts';
import { readPatch } from '../patch.ts';
import { getPath, setPath } from './scale-paths.ts';

const BUILT_IN: ScalePaths = {
  specReplicas: 'spec.replicas',
  statusReplicas: 'status.replicas',
  selector: 'spec.selector',
};

function scaleOf(object: KubeObject, paths: ScalePaths): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = countAt(object, paths.specReplicas);
  const selector = selectorText(paths.selector && getPath(object, paths.selector));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: {
      replicas: countAt(object, paths.statusReplicas),
      ...(selector && { selector }),
    },
  };
}

/** Zero if the field is missing or, in a custom object, no number. */
function countAt(object: KubeObject, path: string): number {
  const count = getPath(object, path);
  return typeof count === 'number' ? count : 0;
}

/** The selector as text. It is a LabelSelector, a map (ReplicationController) or, in custom kinds, text already. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector;
  if (typeof selector !== 'object' || selector === null) return '';
  const isSelector = 'matchLabels' in selector || 'matchExpressions' in selector;
  return labelSelectorOf(
    isSelector ? (selector as LabelSelector) : { matchLabels: selector as Record<string, string> },
  ).toString();
}

const pathsOf = ({ resource }: Call): ScalePaths => resource.scale ?? BUILT_IN;

export function getScale(call: Call): Eventual<Answer> {
  const { resource, info, request } = call;
  const version = request.query.get('resourceVersion') ?? '';
  return andThen(resource.get(info.namespace, info.name, version), ({ object }) =>
    scaleAnswer(call, scaleOf(object, pathsOf(call))),
  );
}

export async function putScale(call: Call): Promise<Answer> {
  const scale = decodeObject<Scale>(call, Scale, await call.request.body());
  return write(call, () => scale);
}

export async function patchScale(call: Call): Promise<Answer> {
  const bytes = await call.request.body();
  const context = writeContext(call);
  const patched = readPatch(call, bytes, context.pace);
  return write(call, (current) => patched(Scale, current), context);
}

async function write(
  call: Call,
  wantedOf: (current: Scale) => Eventual<Scale>,
  context = writeContext(call),
): Promise<Answer> {
  const { resource, info } = call;
  const paths = pathsOf(call);
  const { item } = await resource.update(
    info.name,
    async (current) => {
      const object = current!();
      const wanted = await wantedOf(scaleOf(object, paths));
      const version = wanted.metadata?.resourceVersion;
      if (version && version !== object.metadata.resourceVersion)
        throw staleVersion(targetOf(resource), info.name);
      const replicas = wanted.spec?.replicas ?? 0;
      if (replicas < 0) throw negative(info.name, replicas);
      setPath(object, paths.specReplicas, replicas);
      return object;
    },
    context,
    'patch',
    shownAsScale(paths),
  );
  return scaleAnswer(call, scaleOf(item.object, paths));
}

function scaleAnswer(call: Call, scale: Scale): Answer {
  const body = call.accepted.as === 'object' ? undefined : scaleForm(formOf(call), scale);
  return body ? bytesAnswer(200, body) : objectAnswer(call, 200, Scale, scale);
}

/** Admission sees the Scale; a webhook may change its replicas. */
const shownAsScale = (paths: ScalePaths): Shown => ({
  schema: Scale,
  of: (object) => scaleOf(object, paths),
  put(object, { spec }: Scale) {
    setPath(object, paths.specReplicas, spec?.replicas ?? 0);
  },
});

const negative = (name: string, replicas: number) =>
  invalid({ group: 'autoscaling', kind: 'Scale' }, name, [
    {
      type: 'FieldValueInvalid',
      field: 'spec.replicas',
      message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
    },
  ]);
