// /scale: replicas of any kind that has them, as an autoscaling/v1 Scale. A write changes spec.replicas and nothing else.
import { Scale } from '../../../api/kinds/autoscaling/v1/scale.ts';
import type { LabelSelector } from '../../../api/meta/v1/label-selector.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import { parseLabelSelector } from '../../../api/selectors/parse-labels.ts';
import { invalid, notFound, staleVersion } from '../../../api/status/status-error.ts';
import { type ScalePaths, targetOf } from '../../registry/served.ts';
import type { AnyObject } from '../../registry/strategy.ts';
import { update } from '../../registry/update.ts';
import type { Answer } from '../../request.ts';
import { jsonAnswer } from '../answers/answers.ts';
import { decodeObject, mediaTypeOf } from '../body.ts';
import { type ResourceCall, writeContext } from '../context.ts';
import { applierOf, parse, patched } from '../patch.ts';
import { getPath, setPath } from './scale-paths.ts';

const BUILT_IN: ScalePaths = {
  specReplicas: 'spec.replicas',
  statusReplicas: 'status.replicas',
  selector: 'spec.selector',
};

export function scaleOf(object: AnyObject, paths: ScalePaths = BUILT_IN): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = Number(getPath(object, paths.specReplicas) ?? 0);
  const selector = selectorText(paths.selector && getPath(object, paths.selector));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: {
      replicas: Number(getPath(object, paths.statusReplicas) ?? 0),
      ...(selector && { selector }),
    },
  };
}

/** A LabelSelector, a plain map (replication controllers) or, for custom kinds, the text itself. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return parseLabelSelector(selector).toString();
  if (typeof selector !== 'object' || selector === null) return '';
  const isSelector = 'matchLabels' in selector || 'matchExpressions' in selector;
  return labelSelectorOf(
    isSelector ? (selector as LabelSelector) : { matchLabels: selector as Record<string, string> },
  ).toString();
}

export function getScale({ served, info }: ResourceCall): Answer {
  const item = served.cache.get(info.namespace, info.name);
  if (!item) throw notFound(targetOf(served), info.name);
  return jsonAnswer(200, scaleOf(item.object as AnyObject, served.scale));
}

export async function putScale(call: ResourceCall): Promise<Answer> {
  const scale = decodeObject<Scale>(call, Scale, await call.request.body());
  return write(call, () => scale);
}

export async function patchScale(call: ResourceCall): Promise<Answer> {
  const bytes = await call.request.body();
  const apply = applierOf(call, mediaTypeOf(call.request));
  const parsed = parse(bytes);
  return write(
    call,
    (current) =>
      patched(
        call,
        Scale,
        current as unknown as Record<string, unknown>,
        parsed,
        bytes,
        apply,
      ) as unknown as Scale,
  );
}

async function write(call: ResourceCall, wantedOf: (current: Scale) => Scale): Promise<Answer> {
  const { served, info, shared } = call;
  const paths = served.scale ?? BUILT_IN;
  const { item } = await update(
    shared,
    served,
    info.name,
    (current) => {
      const object = current!();
      const wanted = wantedOf(scaleOf(object, paths));
      const version = wanted.metadata?.resourceVersion;
      if (version && version !== object.metadata.resourceVersion)
        throw staleVersion(targetOf(served), info.name);
      const replicas = wanted.spec?.replicas ?? 0;
      if (replicas < 0) throw negative(info.name, replicas);
      setPath(object, paths.specReplicas, replicas);
      return object;
    },
    { ...writeContext(call), subresource: 'scale' },
  );
  return jsonAnswer(200, scaleOf(item.object as AnyObject, paths));
}

const negative = (name: string, replicas: number) =>
  invalid({ group: 'autoscaling', kind: 'Scale' }, name, [
    {
      type: 'FieldValueInvalid',
      field: 'spec.replicas',
      message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
    },
  ]);
