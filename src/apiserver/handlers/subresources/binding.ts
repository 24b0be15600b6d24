// POST pods/NAME/binding, which the scheduler calls. The rules are in registry/bind-pod.ts.
import { Binding } from '../../../api/kinds/core/v1/binding.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { Status } from '../../../api/meta/v1/status.ts';
import { badRequest } from '../../../api/status/status-error.ts';
import type { Admission } from '../../registry/admission.ts';
import { admitted } from '../../registry/admitted.ts';
import { bindPod, checkTarget, SUCCESS } from '../../registry/bind-pod.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import { objectAnswer } from '../answers/answers.ts';
import { decodeObject } from '../body.ts';
import { type Handler, writeContext } from '../call.ts';

export const bindingHandler =
  (pods: StoredResource<Pod>, admission: Admission): Handler =>
  async (call) => {
    const { info, request, resource } = call;
    const object = decodeObject<Binding>(call, Binding, await request.body());
    const write = writeContext(call);
    const { name } = info;
    const carried = { kind: resource.kind, schema: Binding, name, object, write };
    await admitted(admission, 'CREATE', carried, () => {
      if (object.metadata.name !== name)
        throw badRequest('name in URL does not match name in Binding object');
      checkTarget(object);
    });
    await bindPod(pods, name, object, write);
    return objectAnswer(call, 201, Status, SUCCESS);
  };
