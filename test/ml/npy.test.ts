import {describe, expect, it} from 'vitest';
import {decodeNpyHeader, encodeNpyHeader, NPY_TYPES} from '../../src/ml/npy.ts';
import type {NpyHeader, NpyType} from '../../src/ml/npy.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('the header of an .npy file', () => {
  it('is what numpy writes', () => {
    const header = encodeNpyHeader({type: '<f4', shape: [3, 2], fortranOrder: true});
    expect(latin1(header)).toBe(
      `\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }`.padEnd(127) + '\n',
    );
    expect(latin1(encodeNpyHeader({type: '<i4', shape: [5], fortranOrder: false}))).toContain("'shape': (5,), }");
    expect(latin1(encodeNpyHeader({type: '<i4', shape: [], fortranOrder: false}))).toContain("'shape': (), }");
  });

  it('comes back as it was written, and the values begin at a multiple of 64', () => {
    const shapes = [[], [0], [7], [376_617, 59_400], [1, 2, 3], Array.from({length: 12}, (_, index) => 10 ** index)];
    for (const type of Object.keys(NPY_TYPES) as NpyType[]) {
      for (const shape of shapes) {
        for (const fortranOrder of [true, false]) {
          const header: NpyHeader = {type, shape, fortranOrder};
          const bytes = encodeNpyHeader(header);
          expect(bytes.length % 64).toBe(0);
          expect(bytes.at(-1)).toBe(10);
          expect(decodeNpyHeader(bytes)).toEqual({...header, offset: bytes.length});
        }
      }
    }
  });

  it('of a newer version is read, and what is no header is refused', () => {
    const text = `{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }\n`;
    const second = Buffer.from(`\x93NUMPY\x02\x00${String.fromCharCode(text.length)}\x00\x00\x00${text}`, 'latin1');
    expect(decodeNpyHeader(second)).toEqual({type: '<f8', shape: [2], fortranOrder: false, offset: second.length});
    const refused = (content: string): void => {
      decodeNpyHeader(Buffer.from(content, 'latin1'));
    };
    expect(() => refused('')).toThrow('is no .npy file');
    expect(() => refused('PK\x03\x04')).toThrow('is no .npy file');
    expect(() => refused('\x93NUMPY\x09\x00')).toThrow('is a .npy file of version 9');
    expect(() => refused('\x93NUMPY\x01\x00')).toThrow('is cut off');
    expect(() => refused('\x93NUMPY\x01\x00v\x00{')).toThrow('is cut off');
    const of = (dictionary: string): string =>
      `\x93NUMPY\x01\x00${String.fromCharCode(dictionary.length)}\x00${dictionary}`;
    expect(() => refused(of("{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }"))).toThrow(
      "holds values of the type `>f4`: mlp reads <f4, <f8, |i1, |u1, |b1, <i2, <u2, <i4, <u4, <i8; write it with .astype('float32') or",
    );
    expect(() => refused(of("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (2,), }"))).toThrow(
      'holds values of the type of a record',
    );
    expect(() => refused(of('{}'))).toThrow('has a header that mlp cannot read: {}');
  });
});
