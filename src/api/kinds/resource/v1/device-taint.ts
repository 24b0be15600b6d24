// A taint of a device: published by its driver in a ResourceSlice, or added by a DeviceTaintRule. The versions have the same fields.
import { type Of, required, string, struct, time } from '../../../schema/notation.ts';

export const deviceTaintOf = (version: 'v1' | 'v1alpha3') =>
  struct(
    `io.k8s.api.resource.${version}.DeviceTaint`,
    {
      effect: required(
        string(3, {
          doc: 'Effect of the taint: None, NoSchedule, or NoExecute to also evict running pods.',
          enum: ['NoExecute', 'NoSchedule', 'None'],
          emit: 'always',
        }),
      ),
      key: required(string(1, { doc: 'Key of the taint.', emit: 'always' })),
      timeAdded: time(4, {
        doc: 'Time at which the taint got its effect. Set by the server if not specified.',
        emit: 'if-set',
      }),
      value: string(2, { doc: 'Value of the taint. It can be empty.' }),
    },
    { doc: 'Keeps claims that do not tolerate it off a device.' },
  );

export const DeviceTaint = deviceTaintOf('v1');
export interface DeviceTaint extends Of<typeof DeviceTaint> {}
