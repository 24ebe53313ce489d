import {existsSync, mkdtempSync, realpathSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** In memory where the machine has such a folder: these tests write many thousands of files, and wait for each fsync. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A new folder, links resolved. */
export const tempFolder = (): string => realpathSync(mkdtempSync(join(PARENT, 'mlp-random-')));
