// Namespaces: kept by spec.finalizers until the namespace controller has deleted the objects in them. The finalizers change
// through /finalize only. Upstream: pkg/registry/core/namespace/{strategy.go,storage/storage.go}.
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { finalizeErrors } from '../../api/validation/kinds/core-config.ts';
import type { Strategy } from '../registry/strategy.ts';

const FINALIZER = 'kubernetes';
const NAME_LABEL = 'kubernetes.io/metadata.name';

function label({ metadata }: Namespace): void {
  metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name! };
}

export const namespaceStrategy: Strategy<Namespace> = {
  prepareCreate(namespace) {
    const given = namespace.spec?.finalizers ?? [];
    const finalizers = given.includes(FINALIZER) ? given : [...given, FINALIZER];
    namespace.spec = { ...namespace.spec, finalizers };
    namespace.status = { phase: 'Active' };
    label(namespace);
  },
  prepareUpdate(namespace, old) {
    namespace.spec = old.spec;
    namespace.status = old.status;
    label(namespace);
  },
  subresources: {
    finalize: {
      prepare(namespace, old) {
        namespace.status = old.status;
      },
      validate: finalizeErrors,
    },
  },
  markDeleted(namespace) {
    delete namespace.metadata.deletionGracePeriodSeconds;
    namespace.status = { ...namespace.status, phase: 'Terminating' };
  },
  isHeld: ({ spec }) => (spec?.finalizers?.length ?? 0) > 0,
};
