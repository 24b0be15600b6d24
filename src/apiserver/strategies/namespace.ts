// Namespaces: held by spec.finalizers until the namespace controller has emptied them.
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import type { AnyObject, Strategy } from '../registry/strategy.ts';

const FINALIZER = 'kubernetes';
const NAME_LABEL = 'kubernetes.io/metadata.name';
const namespace = (object: AnyObject) => object as unknown as Namespace;

function label({ metadata }: AnyObject): void {
  metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name! };
}

export const namespaceStrategy: Strategy = {
  prepareCreate(object) {
    const given = namespace(object).spec?.finalizers ?? [];
    const finalizers = given.includes(FINALIZER) ? given : [...given, FINALIZER];
    namespace(object).spec = { ...namespace(object).spec, finalizers };
    namespace(object).status = { phase: 'Active' };
    label(object);
  },
  prepareUpdate(object, old) {
    object.spec = old.spec;
    object.status = old.status;
    label(object);
  },
  prepareSubresource: {
    finalize(object, old) {
      object.status = old.status;
    },
  },
  markDeleted(object) {
    delete object.metadata.deletionGracePeriodSeconds;
    namespace(object).status = { ...namespace(object).status, phase: 'Terminating' };
  },
  held: (object) => (namespace(object).spec?.finalizers?.length ?? 0) > 0,
};
