// Finalizers of objects that others write, too, as patches that touch nothing else and need no version. Pure.
// Upstream: addFinalizerPatch and removeFinalizerPatch of external-attacher.
import type { HasMetadata } from '../../api/meta/v1/object.ts';

const PATH = '/metadata/finalizers';

export const hasFinalizer = (object: HasMetadata, finalizer: string): boolean =>
  object.metadata?.finalizers?.includes(finalizer) ?? false;

export const withFinalizer = ({ metadata }: HasMetadata, finalizer: string): string[] => [
  ...new Set([...(metadata?.finalizers ?? []), finalizer]),
];

export const withoutFinalizer = ({ metadata }: HasMetadata, finalizer: string): string[] =>
  (metadata?.finalizers ?? []).filter((one) => one !== finalizer);

/** A JSON patch. */
export const addFinalizer = ({ metadata }: HasMetadata, finalizer: string): object[] =>
  metadata?.finalizers?.length
    ? [{ op: 'add', path: `${PATH}/-`, value: finalizer }]
    : [
        { op: 'test', path: '/metadata/resourceVersion', value: metadata?.resourceVersion },
        { op: 'add', path: PATH, value: [finalizer] },
      ];

/** A JSON patch, for an object that has the finalizer. It fails if others have come or gone before it. */
export function removeFinalizer({ metadata }: HasMetadata, finalizer: string): object[] {
  const path = `${PATH}/${metadata?.finalizers?.indexOf(finalizer)}`;
  return [
    { op: 'test', path, value: finalizer },
    { op: 'remove', path },
  ];
}
