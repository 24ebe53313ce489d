/** Texts made small for the store, and archives. */
import {deflateRawSync, gunzipSync, gzipSync, inflateRawSync} from 'node:zlib';
import type {Compression} from './host.ts';
import {streamCompression} from './stream-compression.ts';

export function createCompression(): Compression {
  return {
    ...streamCompression,
    deflate: (text) => deflateRawSync(text, {level: 6}),
    inflate: (bytes) => inflateRawSync(bytes).toString('utf8'),
    gzip: (bytes) => gzipSync(bytes, {level: 6}),
    gunzip: (bytes) => {
      try {
        return gunzipSync(bytes);
      } catch {
        return undefined;
      }
    },
  };
}
