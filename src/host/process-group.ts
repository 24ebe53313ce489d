/** What is known of the processes of a group, by /proc on Linux and by `ps` elsewhere. */
import {readdirSync, readFileSync} from 'node:fs';

/** Linux gives CPU time in ticks of 10 ms to programs, whatever the kernel counts in. */
const MS_PER_TICK = 10;

export interface GroupMember {
  readonly pid: number;
  readonly command: string;
}

/** True when no process has this group any more. */
export function groupIsGone(group: number): boolean {
  try {
    process.kill(-group, 0);
    return false;
  } catch (error) {
    // EPERM: there is one, but it belongs to another user by now.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** Sends a signal to all of a group; quiet when it has gone. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
}

/** The processes of a group that still run; those that ended and wait for their parent are not counted. */
export function groupMembers(group: number): readonly GroupMember[] {
  if (process.platform !== 'linux') {
    return psTable()
      .filter((row) => row.group === group && !row.state.startsWith('Z'))
      .map(({pid, command}) => ({pid, command}));
  }
  const members: GroupMember[] = [];
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0);
    if (first < 0x30 || first > 0x39) continue;
    const fields = statFields(`/proc/${name}/stat`);
    if (fields?.[2] !== String(group) || fields[0] === 'Z' || fields[0] === 'X') continue;
    const command = (quietRead(`/proc/${name}/cmdline`) ?? '').split('\0').join(' ').trim();
    members.push({pid: Number(name), command});
  }
  return members;
}

/** Memory and CPU time of everything below a process, itself left out: it is only the shell that waits. */
export function usedBelow(leader: number): {readonly rssBytes: number; readonly cpuMs: number} {
  let rssBytes = 0;
  let cpuMs = 0;
  const table = process.platform === 'linux' ? undefined : psTable();
  const pending = table ? table.filter((row) => row.parent === leader).map((row) => row.pid) : childrenOf(leader);
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
    if (table) {
      const row = table.find((candidate) => candidate.pid === pid);
      rssBytes += row?.rssBytes ?? 0;
      cpuMs += row?.cpuMs ?? 0;
      pending.push(...table.filter((candidate) => candidate.parent === pid).map((candidate) => candidate.pid));
      continue;
    }
    rssBytes += Number(/^VmRSS:\s+(\d+) kB/m.exec(quietRead(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) * 1024;
    cpuMs += cpuOfStat(`/proc/${pid}/stat`, true) ?? 0;
    pending.push(...childrenOf(pid));
  }
  return {rssBytes, cpuMs};
}

/** User and system time in a `stat` file of /proc. @param withChildren adds the children that were waited for. */
export function cpuOfStat(path: string, withChildren: boolean): number | undefined {
  const fields = statFields(path);
  if (!fields) return undefined;
  const ticks = fields.slice(11, withChildren ? 15 : 13);
  return ticks.reduce((sum, tick) => sum + Number(tick), 0) * MS_PER_TICK;
}

/** Fields from the state on: the name before it may hold spaces and parentheses. */
function statFields(path: string): readonly string[] | undefined {
  const stat = quietRead(path);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function childrenOf(pid: number): number[] {
  const children: number[] = [];
  try {
    // Every thread has its own list.
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const list = quietRead(`/proc/${pid}/task/${thread}/children`) ?? '';
      for (const child of list.split(' ')) if (child !== '') children.push(Number(child));
    }
  } catch {
    // The process has ended.
  }
  return children;
}

function quietRead(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

interface PsRow extends GroupMember {
  readonly parent: number;
  readonly group: number;
  readonly state: string;
  readonly rssBytes: number;
  readonly cpuMs: number;
}

function psTable(): readonly PsRow[] {
  const {spawnSync} = process.getBuiltinModule('node:child_process');
  const ps = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,rss=,time=,command='], {encoding: 'utf8'});
  return (ps.stdout ?? '').split('\n').flatMap((line) => {
    const [pid, parent, group, state, rss, time, ...command] = line.trim().split(/\s+/);
    if (pid === undefined || time === undefined || state === undefined) return [];
    const seconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0);
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: Number(group),
        state,
        rssBytes: Number(rss) * 1024,
        cpuMs: seconds * 1000,
        command: command.join(' '),
      },
    ];
  });
}
