/**
 * A graph of ONNX while it is put together: operators in the order in which they run, each giving a value with a name. Field
 * numbers are those of onnx.proto, IR version 8.
 */
import {Message, littleEndian} from './protobuf.ts';

/** TensorProto.DataType */
const TYPES = {float: 1, int64: 7, string: 8, bool: 9, double: 11} as const;
export type TensorType = keyof typeof TYPES;

/** A value by its name. */
export type Value = string & {readonly isOnnxValue: true};

export type Attribute =
  | {readonly ints: ArrayLike<number>}
  | {readonly floats: ArrayLike<number>}
  | {readonly strings: readonly string[]}
  | {readonly int: number}
  | {readonly text: string}
  | {readonly float: number};

/** Operator sets: 17 of ai.onnx, and of ai.onnx.ml 3, which onnxruntime has had since 1.12. */
const OPERATORS = 17;
const ML_OPERATORS = 3;
const ML = 'ai.onnx.ml';
const IR_VERSION = 8;

export class OnnxGraph {
  readonly #graph = new Message();
  readonly #outputs: Message[] = [];
  #count = 0;

  /** An input of any number of rows. */
  input(name: string, type: TensorType, columns: number): Value {
    this.#graph.message(11, valueInfo(name, type, columns));
    return name as Value;
  }

  /** Names a value as an output of any number of rows. @param columns absent: a list, not a table */
  output(name: string, from: Value, type: TensorType, columns?: number): void {
    this.#node('Identity', [from], {}, '', name);
    this.#outputs.push(valueInfo(name, type, columns));
  }

  /** A constant of one or two dimensions. */
  constant(type: 'float' | 'double' | 'int64', shape: readonly number[], values: ArrayLike<number>): Value {
    const name = this.#newName('c');
    const raw =
      type === 'float'
        ? Float32Array.from(values)
        : type === 'double'
          ? Float64Array.from(values)
          : BigInt64Array.from(Array.from(values, BigInt));
    const tensor = new Message();
    for (const size of shape) tensor.integer(1, size);
    tensor.integer(2, TYPES[type]).text(8, name).bytes(9, littleEndian(raw));
    this.#graph.message(5, tensor);
    return name;
  }

  /** Adds an operator with one result. */
  add(operator: string, inputs: readonly Value[], attributes: {readonly [name: string]: Attribute} = {}): Value {
    return this.#node(operator, inputs, attributes, '', this.#newName('v'));
  }

  /** The same, of the operators for machine learning. */
  addMl(operator: string, inputs: readonly Value[], attributes: {readonly [name: string]: Attribute}): Value {
    return this.#node(operator, inputs, attributes, ML, this.#newName('v'));
  }

  cast(value: Value, type: TensorType): Value {
    return this.add('Cast', [value], {to: {int: TYPES[type]}});
  }

  /** The bytes of the file. */
  end(): Uint8Array {
    for (const output of this.#outputs) this.#graph.message(12, output);
    this.#graph.text(2, 'model');
    const versions = [
      ['', OPERATORS],
      [ML, ML_OPERATORS],
    ] as const;
    const model = new Message().integer(1, IR_VERSION).text(2, 'mlp').message(7, this.#graph);
    for (const [domain, version] of versions) model.message(8, new Message().text(1, domain).integer(2, version));
    return model.end();
  }

  #newName(prefix: string): Value {
    this.#count += 1;
    return `${prefix}${this.#count}` as Value;
  }

  #node(
    operator: string,
    inputs: readonly Value[],
    attributes: {readonly [name: string]: Attribute},
    domain: string,
    output: string,
  ): Value {
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    node.text(2, output).text(4, operator);
    for (const [name, attribute] of Object.entries(attributes)) node.message(5, attributeOf(name, attribute));
    if (domain !== '') node.text(7, domain);
    this.#graph.message(1, node);
    return output as Value;
  }
}

function attributeOf(name: string, attribute: Attribute): Message {
  const message = new Message().text(1, name);
  if ('ints' in attribute) return message.integers(8, attribute.ints).integer(20, 7);
  if ('floats' in attribute) return message.floats(7, attribute.floats).integer(20, 6);
  if ('int' in attribute) return message.integer(3, attribute.int).integer(20, 2);
  if ('float' in attribute) return message.float(2, attribute.float).integer(20, 1);
  if ('text' in attribute) return message.text(4, attribute.text).integer(20, 3);
  for (const text of attribute.strings) message.text(9, text);
  return message.integer(20, 8);
}

function valueInfo(name: string, type: TensorType, columns: number | undefined): Message {
  const shape = new Message().message(1, new Message().text(2, 'rows'));
  if (columns !== undefined) shape.message(1, new Message().integer(1, columns));
  const tensor = new Message().integer(1, TYPES[type]).message(2, shape);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
