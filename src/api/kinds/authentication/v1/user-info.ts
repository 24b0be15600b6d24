import { list, listOf, map, type Of, string, struct, text } from '../../../schema/notation.ts';

export const UserInfo = struct(
  'io.k8s.api.authentication.v1.UserInfo',
  {
    extra: map(4, listOf(text), { doc: 'More facts about the user, by name.' }),
    groups: list(3, text, { doc: 'The groups the user is in.', listType: 'atomic' }),
    uid: string(2, { doc: 'An id that no later user of the same name has.' }),
    username: string(1, { doc: "The user's name." }),
  },
  { doc: 'Who somebody is.' },
);
export interface UserInfo extends Of<typeof UserInfo> {}
