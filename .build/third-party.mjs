/** The licence texts of the packages whose code is in the bundle, which those licences ask to be passed on. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {root} from './sources.mjs';

const packageOf = (input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];

/** @param inputs paths of all bundled files, relative to the repository. */
export function thirdPartyNotices(inputs) {
  const folders = [...new Set(inputs.map(packageOf).filter((folder) => folder !== undefined))].sort();
  const notices = folders.map((folder) => {
    const {name, version, license, author} = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
    const by = typeof author === 'string' ? author : author?.name;
    const text =
      file === undefined
        ? `${license}${by === undefined ? '' : `, ${by}`}`
        : readFileSync(join(root, folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return `mlp contains code of these packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
