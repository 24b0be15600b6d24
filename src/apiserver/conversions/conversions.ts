// Kinds that are served in a version they are not kept in, and the kind that they are kept as.
import { HorizontalPodAutoscaler as AutoscalerV1 } from '../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import { HorizontalPodAutoscaler as AutoscalerV2 } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { Event as CoreEvent } from '../../api/kinds/core/v1/event.ts';
import { Event as NewEvent } from '../../api/kinds/events/v1/event.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { Conversion } from '../watch-cache/converted-cache.ts';
import { eventConversion } from './event.ts';
import { autoscalerConversion } from './horizontal-pod-autoscaler.ts';

export interface Converted {
  readonly kind: AnyResource;
  readonly keptAs: AnyResource;
  readonly conversion: Conversion;
}

export const conversions: readonly Converted[] = [
  { kind: NewEvent, keptAs: CoreEvent, conversion: eventConversion },
  { kind: AutoscalerV1, keptAs: AutoscalerV2, conversion: autoscalerConversion },
];
