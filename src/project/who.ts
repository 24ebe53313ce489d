/** Who is at the keyboard, as far as the machine knows: a claim, not a proof. */
import type {Host} from '../host/host.ts';

/** @returns the e-mail address of Git, else the name of the user, else undefined. */
export async function whoIsHere({processes, env, root}: Host): Promise<string | undefined> {
  const git = await processes.capture(['git', 'config', 'user.email'], {cwd: root});
  const email = git.code === 0 ? git.stdout.trim() : '';
  return email === '' ? (env.get('USER') ?? undefined) : email;
}
