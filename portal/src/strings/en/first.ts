// What the way in, the frame and Restricted entities say: the page that is opened in a hurry waits for no other page's words.
import { frame } from './frame.ts';
import { parts } from './parts.ts';
import { restrictedEntities } from './restricted-entities.ts';
import { signIn } from './sign-in.ts';

export const first = { frame, parts, restrictedEntities, signIn };
