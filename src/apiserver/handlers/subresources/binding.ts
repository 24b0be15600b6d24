// POST pods/NAME/binding, which the scheduler calls. The rules are in registry/bind-pod.ts.
import { Binding } from '../../../api/kinds/core/v1/binding.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { bindPod, SUCCESS } from '../../registry/bind-pod.ts';
import type { Resource } from '../../registry/resource.ts';
import { jsonAnswer } from '../answers/answers.ts';
import { decodeObject } from '../body.ts';
import { type Handler, writeContext } from '../call.ts';

export const bindingHandler =
  (pods: Resource<Pod>): Handler =>
  async (call) => {
    const binding = decodeObject<Binding>(call, Binding, await call.request.body());
    await bindPod(pods, call.info.name, binding, writeContext(call));
    return jsonAnswer(201, SUCCESS);
  };
