/** Texts made small for the store. */
import {deflateRawSync, inflateRawSync} from 'node:zlib';
import type {Compression} from './host.ts';

export function createCompression(): Compression {
  return {
    deflate: (text) => deflateRawSync(text, {level: 6}),
    inflate: (bytes) => inflateRawSync(bytes).toString('utf8'),
  };
}
