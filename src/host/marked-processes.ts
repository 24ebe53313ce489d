/**
 * Processes that carry a variable in their environment, found by /proc on Linux and by `ps` elsewhere. A stage that left its
 * group, or whose guard was killed with its engine, still has the variables that it was started with.
 */
import {readdirSync, readFileSync} from 'node:fs';

const LOOK_AGAIN_MS = 10;
const PATIENCE_MS = 5_000;

/**
 * Kills them and waits until they are gone; one that the system cannot end within five seconds is left.
 * @returns how many there were.
 */
export async function endMarked(name: string, value: string): Promise<number> {
  const seen = new Set<number>();
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const left = marked(`${name}=${value}`);
    if (left.length === 0 || performance.now() > until) return seen.size;
    for (const pid of left) {
      seen.add(pid);
      kill(pid);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_AGAIN_MS);
    });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or belongs to somebody else.
  }
}

/** What has ended and waits for its parent has no environment any more. */
function marked(text: string): readonly number[] {
  if (process.platform !== 'linux') return markedByPs(text);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

function markedByPs(text: string): readonly number[] {
  const {spawnSync} = process.getBuiltinModule('node:child_process');
  const ps = spawnSync('ps', ['-E', '-A', '-ww', '-o', 'pid=,command='], {encoding: 'utf8'});
  return (ps.stdout ?? '')
    .split('\n')
    .filter((line) => line.includes(` ${text} `) || line.endsWith(` ${text}`))
    .map((line) => Number(line.trim().split(/\s+/)[0]))
    .filter((pid) => pid !== process.pid);
}
