// Kinds that are served in a version other than the stored one. Both versions share the stored objects and the strategy.
// Called by registry/built-in-resources.ts.
import { HorizontalPodAutoscaler as AutoscalerV1 } from '../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import { HorizontalPodAutoscaler as AutoscalerV2 } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { Event as CoreEvent } from '../../api/kinds/core/v1/event.ts';
import { Event as NewEvent } from '../../api/kinds/events/v1/event.ts';
import {
  type AnyResource,
  apiVersionOf,
  type KubeObject,
  type ObjectOf,
} from '../../api/meta/v1/resource.ts';
import type { Conversion } from '../watch-cache/converted-cache.ts';
import { eventConversion } from './event.ts';
import { autoscalerConversion } from './horizontal-pod-autoscaler.ts';

export interface ConvertedKind {
  readonly kind: AnyResource;
  readonly storedAs: AnyResource;
  readonly conversion: Conversion;
}

const converted = <K extends AnyResource, S extends AnyResource>(
  kind: K,
  storedAs: S,
  conversion: Conversion<ObjectOf<S> & KubeObject, ObjectOf<K> & KubeObject>,
): ConvertedKind => ({ kind, storedAs, conversion });

/** A version of a kind that is stored as another: without a conversion, both have the same fields. */
export function asStored(kind: AnyResource, conversion?: Conversion): ConvertedKind {
  const storedAs = kind.resource.like!;
  return { kind, storedAs, conversion: conversion ?? renamed(kind, storedAs) };
}

function renamed(kind: AnyResource, storedAs: AnyResource): Conversion {
  const named = (object: KubeObject, { resource }: AnyResource) => ({
    ...object,
    apiVersion: apiVersionOf(resource),
  });
  return {
    fromStored: (object) => named(object, kind),
    toStored: (object) => named(object, storedAs),
  };
}

export const conversions: readonly ConvertedKind[] = [
  converted(NewEvent, CoreEvent, eventConversion),
  converted(AutoscalerV1, AutoscalerV2, autoscalerConversion),
];
