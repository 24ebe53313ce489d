/**
 * Sequences of whole numbers (code points of a text, or codes of words), each stored as the sequence without its last number,
 * and that number: a tree of which every n-gram is a node. A step along an n-gram is one look-up in a hash table on typed
 * arrays; no text is made of an n-gram until it is asked for.
 */
const ROOT = 0;
const NONE = -1;

export class GramTrie {
  /** Nodes, the root included. */
  size = 1;
  /** Of each node. */
  #parents = new Int32Array(1024);
  #items = new Int32Array(1024);
  /** Hash table of nodes; 0, the root, marks an empty place. */
  #table = new Int32Array(2048);

  /** The node of the empty sequence. */
  readonly root = ROOT;

  /** @returns the node, -1 when there is none. */
  find(parent: number, item: number): number {
    const node = this.#table[this.#placeOf(parent, item)] ?? 0;
    return node === 0 ? NONE : node;
  }

  /** The node, made when there is none. */
  add(parent: number, item: number): number {
    const place = this.#placeOf(parent, item);
    const there = this.#table[place] ?? 0;
    if (there !== 0) return there;
    const node = this.size;
    if (node === this.#parents.length) {
      this.#parents = grown(this.#parents);
      this.#items = grown(this.#items);
    }
    this.#parents[node] = parent;
    this.#items[node] = item;
    this.#table[place] = node;
    this.size += 1;
    if (this.size * 2 > this.#table.length) this.#rehash();
    return node;
  }

  /** The numbers that lead to a node. */
  sequenceOf(node: number): readonly number[] {
    const sequence: number[] = [];
    for (let at = node; at !== ROOT; at = this.#parents[at] ?? ROOT) sequence.push(this.#items[at] ?? 0);
    return sequence.reverse();
  }

  /** Where the node is in the table, or the empty place where it would be. */
  #placeOf(parent: number, item: number): number {
    const mask = this.#table.length - 1;
    let hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(item, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const node = this.#table[place] ?? 0;
      if (node === 0 || (this.#parents[node] === parent && this.#items[node] === item)) return place;
    }
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    for (let node = 1; node < this.size; node += 1)
      this.#table[this.#placeOf(this.#parents[node] ?? 0, this.#items[node] ?? 0)] = node;
  }
}

function grown(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}
