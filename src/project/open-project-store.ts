/** The store of a project folder, with what it may not do itself: hash, pack, and move a broken file aside. */
import {FileTrouble, type Host} from '../host/host.ts';
import {openStore} from '../store/open-store.ts';
import type {Store} from '../store/store.ts';
import {prepareFolder} from './load-project.ts';

export const STORE_FILE = '.mlp/mlp.db';

/** @throws StoreTooNew, FileTrouble */
export function openProjectStore(host: Host): Store {
  // A command that only looks may be the first one in a project.
  if (!host.files.exists('.mlp')) prepareFolder(host);
  return openStore(host.files.absolute(STORE_FILE), {
    networkFileSystem: host.machine.isNetworkFileSystem('.mlp'),
    now: () => host.clock.now(),
    sha256: (text) => host.hashing.sha256(text),
    deflate: (text) => host.compression.deflate(text),
    inflate: (bytes) => host.compression.inflate(bytes),
    setAside: (file) => setAside(host, file),
    remove: (file) => {
      remove(host, file);
    },
  });
}

/** What stays is an empty file. */
function remove({files}: Host, file: string): void {
  try {
    files.remove(file);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
  }
}

function setAside({files}: Host, file: string): string {
  let number = 1;
  while (files.exists(`${file}.broken-${number}`)) number++;
  for (const ending of ['', '-wal', '-shm'])
    if (files.exists(`${file}${ending}`)) files.move(`${file}${ending}`, `${file}.broken-${number}${ending}`);
  return `${file}.broken-${number}`;
}
