// Validates RuntimeClasses.
// Paths and messages follow k8s.io/kubernetes pkg/apis/node/validation. Called through rule-book.ts.
import { compositeKey } from '../../../kit/composite-key.ts';
import type { RuntimeClass, Scheduling } from '../../kinds/node/v1/runtime-class.ts';
import { complaints, duplicate, errorsOfItems, type FieldError, required } from '../field.ts';
import { isDNS1123Label } from '../names.ts';
import { unchanged, validateLabels } from '../object-meta.ts';
import { validateResources } from '../pod/containers/resources.ts';
import { validateTolerations } from '../pod/placement/scheduling.ts';
import type { Rules } from '../rules.ts';

function repeatedTolerations({ tolerations }: Scheduling, path: string): FieldError[] {
  const seen = new Set<string>();
  return errorsOfItems(tolerations, (toleration, i) => {
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    const id = compositeKey([key, operator, value, effect]);
    if (seen.has(id)) return [duplicate(`${path}[${i}]`, toleration)];
    seen.add(id);
    return [];
  });
}

function schedulingErrors(scheduling: Scheduling | undefined): FieldError[] {
  if (!scheduling) return [];
  const path = 'scheduling.tolerations';
  return [
    ...validateLabels(scheduling.nodeSelector, 'scheduling.nodeSelector'),
    ...validateTolerations(scheduling.tolerations, path),
    ...repeatedTolerations(scheduling, path),
  ];
}

const runtimeClass = ({ handler, overhead, scheduling }: RuntimeClass): FieldError[] => [
  ...(handler ? complaints('handler', handler, isDNS1123Label(handler)) : [required('handler')]),
  // An overhead is checked as the limits of a container are.
  ...(overhead ? validateResources({ limits: overhead.podFixed }, 'overhead') : []),
  ...schedulingErrors(scheduling),
];

export const runtimeClassRules: Rules<RuntimeClass> = {
  create: runtimeClass,
  update: (c, old) => unchanged('handler', c.handler, old.handler),
};
