/** Turns what the operating system refused into one sentence that says how to mend it. */
import {FileTrouble} from './host.ts';

/** How a path is shown to the user: relative to the project when it lies inside. */
export type ShowPath = (path: string) => string;

const SENTENCES: {readonly [code: string]: (shown: string) => string} = {
  ENOENT: (shown) => `\`${shown}\` is not there`,
  ENOSPC: (shown) => `no space left on the device of \`${shown}\`: free some, or move the project to a larger disk`,
  EDQUOT: (shown) =>
    `your disk quota is used up on the device of \`${shown}\`: free some space, or ask for a larger quota`,
  EFBIG: (shown) => `\`${shown}\` would be larger than a file may be here: check \`ulimit -f\` and the file system`,
  EACCES: (shown) =>
    `permission denied for \`${shown}\`: check the owner and the mode of it and of its folders with \`ls -ld\``,
  EPERM: (shown) => `\`${shown}\` may not be changed by this user: check its owner and attributes (\`lsattr\`)`,
  EROFS: (shown) => `\`${shown}\` is on a read-only file system: mount it for writing, or use another folder`,
  EISDIR: (shown) => `\`${shown}\` is a folder, but a file is needed there`,
  ENOTDIR: (shown) => `a part of \`${shown}\` is a file, but a folder is needed there`,
  EEXIST: (shown) => `\`${shown}\` is there already: move it away`,
  ENOTEMPTY: (shown) => `the folder \`${shown}\` is not empty: move its files away`,
  ENAMETOOLONG: (shown) => `the name \`${shown}\` is too long for the file system: shorten it`,
  EMFILE: (shown) =>
    `too many files are open to open \`${shown}\`: raise the limit with \`ulimit -n\`, or lower \`--jobs\``,
  ENFILE: (shown) => `too many files are open on this machine to open \`${shown}\`: close other programs`,
  ELOOP: (shown) => `\`${shown}\` is a symbolic link that leads back to itself: remove the link`,
  EXDEV: (shown) => `\`${shown}\` is on another device`,
  EBUSY: (shown) => `\`${shown}\` is in use by the system: unmount or close it first`,
  ETXTBSY: (shown) => `\`${shown}\` is a program that is running: stop it first`,
  EIO: (shown) => `the device of \`${shown}\` failed to read or write: check the disk`,
  ESTALE: (shown) => `\`${shown}\` went away on the file server: mount the network folder again`,
};

/** The trouble with a code, in the words of this file. */
export function troubleOf(code: string, path: string, show: ShowPath, cause?: unknown): FileTrouble {
  const sentence = SENTENCES[code];
  const message = sentence ? sentence(show(path)) : `\`${show(path)}\`: ${reason(cause) ?? code}`;
  return new FileTrouble(code, path, message, cause === undefined ? undefined : {cause});
}

/** A trouble that the operating system has no code for. */
export function troubleSaying(code: string, path: string, message: string): FileTrouble {
  return new FileTrouble(code, path, message);
}

/** The POSIX name in an error of node:fs, undefined for other errors. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What node:fs threw as a FileTrouble; anything else (a bug) is returned unchanged. */
export function asTrouble(error: unknown, path: string, show: ShowPath): unknown {
  if (error instanceof FileTrouble) return error;
  const code = codeOf(error);
  if (code === undefined) return error;
  if (code === 'ERR_INVALID_ARG_VALUE') {
    return new FileTrouble('EINVAL', path, `\`${show(path)}\` holds a NUL character, which no file name may hold`, {
      cause: error,
    });
  }
  if (code === 'ERR_FS_FILE_TOO_LARGE' || code === 'ERR_STRING_TOO_LONG') {
    return new FileTrouble('EFBIG', path, `\`${show(path)}\` is too large to be read at once`, {cause: error});
  }
  return code.startsWith('E') && !code.startsWith('ERR_') ? troubleOf(code, path, show, error) : error;
}

function reason(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  // "EFOO: what happened, open '/path'" -> "what happened"
  return /^[A-Z0-9]+: ([^,]+)/.exec(cause.message)?.[1] ?? cause.message;
}
