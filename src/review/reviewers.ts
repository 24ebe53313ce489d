/**
 * Who may decide: addresses in `by`, and groups of a committed file:
 *
 *     version: 1
 *     groups:
 *       "@ds-leads": [anna@firm.lt, jonas@firm.lt]
 */
import {isJsonObject, type Json} from '../base/json.ts';
import {err, ok, type Result} from '../base/result.ts';

export type Groups = ReadonlyMap<string, readonly string[]>;

/** @param text undefined: there is no such file, and so no groups. @returns why it cannot be read. */
export async function parseReviewers(text: string | undefined, file: string): Promise<Result<Groups, string>> {
  if (text === undefined) return ok(new Map());
  const {parse} = await import('yaml');
  let document: Json;
  try {
    document = parse(text) as Json;
  } catch {
    return err(`\`${file}\` is no YAML`);
  }
  if (!isJsonObject(document) || document['version'] !== 1) return err(`\`${file}\` must begin with \`version: 1\``);
  const {groups = {}} = document;
  if (!isJsonObject(groups)) return err(`\`groups\` in \`${file}\` must be a map of lists`);
  const found = new Map<string, readonly string[]>();
  for (const [name, members] of Object.entries(groups)) {
    if (!Array.isArray(members) || !(members as readonly Json[]).every((member) => typeof member === 'string'))
      return err(`the group \`${name}\` in \`${file}\` must be a list of addresses`);
    found.set(name, members as readonly string[]);
  }
  return ok(found);
}

/** Addresses are compared without regard to case: equal texts are the same person. */
export const personOf = (address: string): string => address.toLowerCase();

export function isReviewer(who: string, by: readonly string[], groups: Groups): boolean {
  const same = (name: string): boolean => personOf(name) === personOf(who);
  return by.some((name) => (name.startsWith('@') ? (groups.get(name)?.some(same) ?? false) : same(name)));
}
