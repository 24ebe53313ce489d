/** What a name looks like, in numbers. params.yaml says which of these features are used, and in what order. */
import type {LookUpTables} from './look-up-tables.ts';
import type {Name} from './name.ts';

type Feature = (name: Name, tables: LookUpTables) => number;

const PARTICLES = new Set('al ap ben bin da de del della den der di dos du el ibn la le ter van von'.split(' '));
const SURNAME_ENDING =
  /(?:son|sen|ov|ova|ev|eva|in|ina|ski|ska|sky|vic|vich|ic|ez|es|is|as|yan|ian|dze|shvili|nen|enko|escu)$/;

const first = (name: Name): string => name.words[0];
const last = (name: Name): string => name.words.at(-1) ?? '';
const flag = (is: boolean): number => (is ? 1 : 0);
const share = (items: readonly string[], is: (item: string) => boolean): number =>
  items.filter(is).length / items.length;
const letters = (text: string): string[] => text.match(/\p{L}/gu) ?? [];

/** Whether the words from `start` up to `end` are a legal form; a name never begins with one. */
function isLegalForm({words}: Name, {legalForms}: LookUpTables, start: number, end: number): boolean {
  return start > 0 && legalForms.has(words.slice(start, end).join(' '));
}

function endsInLegalForm(name: Name, tables: LookUpTables): boolean {
  const end = name.words.length;
  return [1, 2, 3].some((count) => isLegalForm(name, tables, end - count, end));
}

/** All features by name. Flags are 0 or 1, shares from 0 to 1. */
export const FEATURES: Readonly<Record<string, Feature>> = {
  first_is_first_name: (name, {firstNames}) => flag(firstNames.has(first(name))),
  first_name_frequency: (name, {firstNames}) => firstNames.get(first(name)) ?? 0,
  first_name_share: (name, {firstNames}) => share(name.words, (word) => firstNames.has(word)),
  last_is_first_name: (name, {firstNames}) => flag(name.words.length > 1 && firstNames.has(last(name))),
  last_is_surname: (name, {surnames}) => flag(surnames.has(last(name))),
  surname_frequency: (name, {surnames}) => surnames.get(last(name)) ?? 0,
  surname_share: (name, {surnames}) => share(name.words, (word) => surnames.has(word)),
  surname_ending: (name) => flag(SURNAME_ENDING.test(last(name))),
  initials: (name) => name.tokens.filter((token) => /^\p{Lu}\.$/u.test(token)).length,
  particle: (name) => flag(name.words.slice(1, -1).some((word) => PARTICLES.has(word))),

  legal_form_at_end: (name, tables) => flag(endsInLegalForm(name, tables)),
  legal_form_anywhere: (name, tables) =>
    flag(name.words.some((_, index) => isLegalForm(name, tables, index, index + 1))),
  organisation_word_share: (name, {organisationWords}) => share(name.words, (word) => organisationWords.has(word)),
  ends_in_organisation_word: (name, {organisationWords}) => flag(organisationWords.has(last(name))),

  one_word: (name) => flag(name.words.length === 1),
  two_words: (name) => flag(name.words.length === 2),
  word_count: (name) => name.words.length,
  mean_word_length: (name) => name.words.join('').length / name.words.length,
  longest_word: (name) => Math.max(...name.words.map((word) => word.length)),
  length: (name) => Math.log(name.text.length),

  capitals_only_share: (name) => share(name.tokens, (token) => /^[\p{Lu}\d&.,-]{2,}$/u.test(token)),
  capitalised_share: (name) => share(name.tokens, (token) => /^\p{Lu}\p{Ll}+$/u.test(token)),
  digit: (name) => flag(/\p{N}/u.test(name.text)),
  ampersand: (name) => flag(name.text.includes('&')),
  comma: (name) => flag(name.text.includes(',')),
  dots: (name) => Math.min(3, name.text.split('.').length - 1),
  other_sign: (name) => flag(/[^\p{L}\p{M}\p{N}\s&,.'’-]/u.test(name.text)),
  vowel_share: (name) => share([...name.words.join('')], (letter) => 'aeiouy'.includes(letter)),
  not_latin_share: (name) => {
    const all = letters(name.text);
    return all.length === 0 ? 0 : share(all, (letter) => !/\p{Script=Latin}/u.test(letter));
  },
};
