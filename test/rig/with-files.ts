/** A host some of whose file operations are a test's own. */
import type {Files, Host} from '../../src/host/host.ts';

export function withFiles(host: Host, own: (files: Files) => Partial<Files>): Host {
  const replaced = own(host.files);
  const files = new Proxy(host.files, {
    get(all, name) {
      const value: unknown = Reflect.get(name in replaced ? replaced : all, name);
      return typeof value === 'function' ? value.bind(all) : value;
    },
  });
  return {...host, files};
}
