/**
 * No orphans: a small shell, one for each engine, that outlives it by a moment. Process groups are registered by lines on
 * its stdin, `+PGID` and `-PGID`; at end of file, however the engine ended, it kills every group that is still listed.
 * A stage registers itself on the same pipe before its program starts, so there is no moment in which an engine that is
 * killed leaves one behind. PR_SET_PDEATHSIG would only reach direct children, and only on Linux.
 */
import type {ChildProcess} from 'node:child_process';
import type {Writable} from 'node:stream';

/** Seconds are counted in tenths: TERM, up to one second, then KILL. */
const SCRIPT = `
trap '' INT TERM HUP QUIT
groups=' '
while read -r line; do
  id=\${line#?}
  case $line in
    +*) groups="$groups$id " ;;
    -*) case $groups in *" $id "*) groups="\${groups%% $id *} \${groups#* $id }" ;; esac ;;
  esac
done
for id in $groups; do kill -s TERM -- "-$id"; done 2>/dev/null
tenths=0
while [ "$tenths" -lt 10 ]; do
  alive=
  for id in $groups; do kill -s 0 -- "-$id" && alive=yes; done 2>/dev/null
  [ "$alive" ] || exit 0
  sleep 0.1 2>/dev/null || { sleep 1; tenths=10; }
  tenths=$((tenths + 1))
done
for id in $groups; do kill -s KILL -- "-$id"; done 2>/dev/null
`;

export class Guard {
  readonly #running = new Set<number>();
  #shell: ChildProcess | undefined;

  /** The pipe on which a group registers itself; starts the guard when there is none. */
  pipe(): Writable {
    const {spawn} = process.getBuiltinModule('node:child_process');
    if (!this.#shell) {
      const shell = spawn('/bin/sh', ['-c', SCRIPT, 'mlp-guard'], {
        // A session of its own: neither a terminal's Ctrl-C nor the end of the login reaches it.
        detached: true,
        cwd: '/',
        env: {PATH: process.env['PATH'] ?? '/usr/bin:/bin'},
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const gone = (): void => {
        if (this.#shell === shell) this.#shell = undefined;
      };
      shell.on('error', gone);
      shell.on('exit', gone);
      // A guard that somebody killed is replaced at the next start; what was written to it is written again.
      shell.stdin.on('error', gone);
      shell.unref();
      if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
      this.#shell = shell;
      for (const group of this.#running) shell.stdin.write(`+${group}\n`);
    }
    const pipe = this.#shell.stdin;
    if (!pipe) throw new Error('BUG: the guard has no stdin');
    return pipe;
  }

  /** Remembers a group that registered itself. */
  started(group: number): void {
    this.#running.add(group);
  }

  /** Strikes a group off the list. To be called when nothing is left of it: its number may be given to another. */
  ended(group: number): void {
    this.#running.delete(group);
    this.#shell?.stdin?.write(`-${group}\n`);
  }
}
