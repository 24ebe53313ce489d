/** Who is at the keyboard, as far as the machine knows: a claim, not a proof. */
import {askGit} from '../host/ask-git.ts';
import type {Host} from '../host/host.ts';

/** @returns the e-mail address of Git, else the name of the user, else undefined. */
export async function whoIsHere(host: Host): Promise<string | undefined> {
  const email = (await askGit(host, ['config', 'user.email']))?.trim() ?? '';
  return email === '' ? host.env.get('USER') : email;
}
