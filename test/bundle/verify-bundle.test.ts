/** What a bundle says of itself, and what it says once somebody has been at it. */
import {spawnSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {Ajv} from 'ajv';
import {describe, expect, it} from 'vitest';
import {openBundleFiles} from '../../src/bundle/bundle-files.ts';
import {manifestText, parseManifest} from '../../src/bundle/manifest.ts';
import {gateStateOf, measuresOf} from '../../src/bundle/measures.ts';
import {envelopeText, provenanceStatement, signedText} from '../../src/bundle/provenance.ts';
import {sbomText} from '../../src/bundle/sbom.ts';
import {writeTar} from '../../src/bundle/tar.ts';
import {verifyBundle} from '../../src/bundle/verify-bundle.ts';
import type {Host} from '../../src/host/host.ts';
import {tempHost} from '../host/rig.ts';

const HEAD = {bundle_version: 1, name: 'names', mlp: '0', predictor: {kind: 'command', argv: ['./run']}} as const;
const FILES = {'model.bin': 'weights', 'tables/names of "people".txt': 'Anna\n'} as const;

/** A small bundle in the folder `b`, signed when there is a key. */
async function makeBundle(host: Host, key?: string): Promise<void> {
  const files = Object.entries(FILES).map(([path, text]) => {
    host.files.writeAtomic(`b/${path}`, text);
    return {path, bytes: text.length, sha256: host.hashing.sha256(text)};
  });
  const manifest = manifestText({...HEAD, files});
  host.files.writeAtomic('b/MANIFEST.json', manifest);
  const statement = provenanceStatement({
    bundle: 'names',
    manifestSha256: host.hashing.sha256(manifest),
    mlp: '0',
    stage: 'package',
    settings: {},
    ingredients: [{name: 'data', uri: 'data/x.csv', digest: {sha256: 'a'.repeat(64)}}],
  });
  if (key === undefined) return host.files.writeAtomic('b/provenance.json', envelopeText(statement, undefined));
  const signed = await host.signatures.sign(signedText(statement), 'mlp-bundle', {file: key});
  if (!signed.ok) throw new Error(signed.error);
  host.files.writeAtomic('b/provenance.json', envelopeText(statement, {fingerprint: 'x', armoured: signed.value}));
}

function newKey(host: Host, name: string): void {
  spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', host.files.absolute(name)]);
  host.files.append('allowed', `${name}@firm.lt ${host.files.readText(`${name}.pub`)}`);
}

async function verdict(host: Host, path = 'b', allowed?: string) {
  const files = openBundleFiles(host, path);
  if (!files.ok) return {troubles: [files.error], signature: {kind: 'none'} as const};
  return verifyBundle(files.value, host, allowed);
}

describe('a bundle', () => {
  it('as it was packaged is whole, and says who signed it', async () => {
    const host = tempHost();
    newKey(host, 'anna');
    await makeBundle(host, 'anna');
    expect(await verdict(host, 'b', 'allowed')).toMatchObject({
      troubles: [],
      signature: {kind: 'good', by: {principal: 'anna@firm.lt'}},
    });
    expect(await verdict(host)).toMatchObject({troubles: [], signature: {kind: 'unknown'}});
  });

  it('that nobody signed is in trouble only where a signature is asked for', async () => {
    const host = tempHost();
    newKey(host, 'anna');
    await makeBundle(host);
    expect((await verdict(host)).troubles).toEqual([]);
    expect((await verdict(host, 'b', 'allowed')).troubles).toEqual(['nobody signed the bundle']);
  });

  it.each([
    [
      'a changed byte',
      (host: Host) => host.files.writeAtomic('b/model.bin', 'weightz'),
      '`model.bin` is not as it was packaged',
    ],
    ['a file less', (host: Host) => host.files.remove('b/model.bin'), '`model.bin` is missing'],
    ['a file more', (host: Host) => host.files.writeAtomic('b/x.sh', ''), '`x.sh` was added'],
    [
      'another manifest, with the digests to match',
      (host: Host) => {
        host.files.writeAtomic('b/model.bin', 'other');
        const files = [{path: 'model.bin', bytes: 5, sha256: host.hashing.sha256('other')}];
        host.files.remove('b/tables');
        host.files.writeAtomic('b/MANIFEST.json', manifestText({...HEAD, files}));
      },
      '`provenance.json` is that of another bundle',
    ],
    [
      'a statement that was edited',
      (host: Host) => {
        const envelope = JSON.parse(host.files.readText('b/provenance.json')) as {payload: string};
        const text = atob(envelope.payload).replace('data/x.csv', 'data/y.csv');
        host.files.writeAtomic('b/provenance.json', JSON.stringify({...envelope, payload: btoa(text)}));
      },
      /^the signature is bad/,
    ],
    ['a manifest cut short', (host: Host) => host.files.writeAtomic('b/MANIFEST.json', '{"bundle'), /is no JSON/],
  ])('with %s is found out', async (_what, change, trouble) => {
    const host = tempHost();
    newKey(host, 'anna');
    await makeBundle(host, 'anna');
    change(host);
    const {troubles} = await verdict(host, 'b', 'allowed');
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatch(trouble);
  });

  it('that leaves its folder by a link or by its archive is not even opened', async () => {
    const host = tempHost();
    await makeBundle(host);
    host.files.makeLink('/etc/passwd', 'b/users');
    expect((await verdict(host)).troubles).toEqual(['`b/users` is no plain file, which a bundle cannot hold']);
    const archive = writeTar([{path: 'b/../../x', content: new Uint8Array(1)}]);
    host.files.writeAtomic('b.tar.gz', host.compression.gzip(archive));
    expect((await verdict(host, 'b.tar.gz')).troubles).toEqual(['`b.tar.gz` holds `b/../../x`, which no bundle does']);
    host.files.writeAtomic('c.tar.gz', host.compression.gzip(archive).subarray(0, 30));
    expect((await verdict(host, 'c.tar.gz')).troubles).toEqual(['`c.tar.gz` is neither a folder nor a whole .tar.gz']);
    expect((await verdict(host, 'gone')).troubles).toEqual(['`gone` is not there']);
  });
});

describe('a manifest', () => {
  const file = (path: string) => ({path, bytes: 1, sha256: 'a'.repeat(64)});
  const refused = (value: unknown): string => {
    const parsed = parseManifest(JSON.stringify(value));
    return parsed.ok ? 'read' : parsed.error;
  };
  it.each(['../x', '/etc/passwd', 'a/../../x', './a', 'a//b', '', '.', 'MANIFEST.json', 'provenance.json'])(
    'cannot name %j',
    (path) => {
      expect(refused({...HEAD, files: [file(path)]})).toContain('no bundle can hold');
    },
  );
  it.each([
    [undefined, 'does not say what predicts'],
    [{kind: 'command', argv: []}, 'does not say what predicts'],
    [{kind: 'mlp', model: 'm', functions: {}}, 'needs `m` and does not list it'],
    [{kind: 'mlp', model: 'a', featurizer: '../f', functions: {}}, 'needs `../f` and does not list it'],
    [{kind: 'mlp', model: 'a', functions: {f: 'b'}}, 'needs `b` and does not list it'],
  ])('with the predictor %j is refused', (predictor, why) => {
    expect(refused({...HEAD, predictor, files: [file('a')]})).toContain(why);
  });

  it('of a newer version, without its parts or with a file twice is refused', () => {
    expect(refused({bundle_version: 2, name: 'n', mlp: '0', files: []})).toContain('version 2');
    expect(refused({bundle_version: 1, name: 'n', files: []})).toContain('lacks');
    expect(refused([])).toContain('no object');
    expect(refused({...HEAD, files: [file('a'), file('a')]})).toContain('twice');
    expect(refused({...HEAD, files: [{...file('a'), sha256: 'A'}]})).toContain('sha256');
    expect(refused({...HEAD, files: [{...file('a'), bytes: -1}]})).toContain('size');
  });
});

it('the SBOM is CycloneDX 1.6, as the published schema has it', () => {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res/schema');
  const schema = (name: string): object => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object;
  // The formats are those of addresses and dates, none of which mlp writes.
  const ajv = new Ajv({strict: false, validateFormats: false});
  ajv.addSchema(schema('spdx.SNAPSHOT.schema.json'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
  ajv.addSchema(schema('jsf-0.82.SNAPSHOT.schema.json'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
  const isValid = ajv.compile(schema('bom-1.6.SNAPSHOT.schema.json'));
  const facts = {
    name: 'names',
    description: 'd',
    mlp: '0',
    architecture: 'logistic regression',
    task: 'classification',
    metrics: [{name: 'f1 [%], "x"', value: 0.9, low: 0.8, high: 0.95}],
    data: [{name: 'train', sha256: 'b'.repeat(64)}],
    model: 'model.bin',
    files: [{path: 'model.bin', bytes: 1, sha256: 'a'.repeat(64)}],
  } as const;
  for (const licence of ['MIT', 'our own licence']) {
    isValid(JSON.parse(sbomText({...facts, licence})));
    expect(isValid.errors).toBeNull();
  }
  isValid(JSON.parse(sbomText({...facts, files: [{path: 'x', bytes: 1, sha256: 'short'}]})));
  expect(isValid.errors).not.toBeNull();
});

describe('metrics and gates', () => {
  it('are numbers with their intervals, however deep they lie', () => {
    expect(
      measuresOf({
        accuracy: {value: 0.9, lo: 0.8, hi: 0.95, n: 100},
        by: {country: {'L T': 0.7}},
        note: 'text',
        x: null,
      }),
    ).toEqual([
      {name: 'accuracy', value: 0.9, low: 0.8, high: 0.95, rows: 100},
      {name: 'by.country.L T', value: 0.7},
    ]);
    expect(measuresOf([1])).toEqual([]);
  });
  it('have a state, or are of another version', () => {
    expect(gateStateOf({version: 1, state: 'fail', gates: []})).toBe('fail');
    expect(gateStateOf({version: 2, state: 'fail'})).toBeUndefined();
    expect(gateStateOf({version: 1, state: 'good'})).toBeUndefined();
  });
});
