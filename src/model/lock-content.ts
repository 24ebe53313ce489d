/** A content as mlp.lock writes it: `file <hash> <size>` and flags; `-` stands for no hash. */
import type {FileContent} from './artifact.ts';
import type {Digest} from './ids.ts';
import type {Facts} from './lock-lines.ts';

export function contentText(content: FileContent): string {
  const files = content.files === undefined ? '' : ` files=${String(content.files)}`;
  return `${content.type} ${content.hash === '' ? '-' : content.hash} ${String(content.size)}${files}${content.exec ? ' exec' : ''}`;
}

export function wordsOf(text: string | Facts): readonly string[] {
  return typeof text === 'string' ? text.split(' ') : [];
}

/** @param words type, hash, size, flags. */
export function contentOf(words: readonly string[]): FileContent {
  const [type, hash, size] = words;
  const content = {
    type: type === 'dir' || type === 'absent' ? type : 'file',
    exec: words.includes('exec'),
    hash: hash === undefined || hash === '-' ? '' : (hash as Digest),
    size: Number(size),
  } as const;
  const files = words.find((word) => word.startsWith('files='));
  return files === undefined ? content : {...content, files: Number(files.slice('files='.length))};
}
