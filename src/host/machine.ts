/** Facts of this machine, and processes told apart by boot, number and start time. */
import {readFileSync, readlinkSync} from 'node:fs';
import * as os from 'node:os';
import {isNetworkFileSystem} from './network-file-system.ts';
import type {Machine, ProcessIdentity} from './host.ts';

/** Everything is looked up on use. */
export function createMachine(absolute: (path: string) => string): Machine {
  return new ThisMachine(absolute);
}

class ThisMachine implements Machine {
  readonly #absolute: (path: string) => string;
  #self: ProcessIdentity | undefined;

  constructor(absolute: (path: string) => string) {
    this.#absolute = absolute;
  }

  get self(): ProcessIdentity {
    this.#self ??= {
      bootId: `${bootId()}${numbering()}`,
      pid: process.pid,
      startTime: readProcess(process.pid)?.startTime ?? '',
    };
    return this.#self;
  }

  isAlive(identity: ProcessIdentity): boolean {
    if (identity.bootId !== this.self.bootId) return false;
    const there = readProcess(identity.pid);
    return there !== undefined && !there.zombie && there.startTime === identity.startTime;
  }

  get cores(): number {
    return os.availableParallelism();
  }

  get memoryBytes(): number {
    // In a container the limit of its control group counts, not the machine's memory.
    const limit = process.constrainedMemory();
    const total = os.totalmem();
    return limit > 0 && limit < total ? limit : total;
  }

  get os(): string {
    return process.platform;
  }

  get arch(): string {
    return process.arch;
  }

  get hostName(): string {
    return os.hostname();
  }

  get nodeVersion(): string {
    return process.versions.node;
  }

  isNetworkFileSystem(path: string): boolean {
    return isNetworkFileSystem(this.#absolute(path));
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    const session = ask('sysctl', ['-n', 'kern.bootsessionuuid']);
    // Without any boot id the machine's name is the best there is; start times still tell processes apart.
    return session === '' ? os.hostname() : session;
  }
}

/** Among which processes a number means one: those of a container have numbers of their own. */
function numbering(): string {
  try {
    return ` ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

function readProcess(pid: number): {readonly startTime: string; readonly zombie: boolean} | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      // The name in parentheses may hold spaces and parentheses itself: fields are counted from the last one.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return {startTime: fields[19] ?? '', zombie: fields[0] === 'Z' || fields[0] === 'X'};
    } catch {
      return undefined;
    }
  }
  const line = ask('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  const parts = /^(\S+)\s+(.+)$/.exec(line);
  return parts ? {startTime: parts[2] ?? '', zombie: (parts[1] ?? '').startsWith('Z')} : undefined;
}

/** What a small system program prints, trimmed; empty when it cannot be run. */
function ask(program: string, argv: readonly string[]): string {
  const {spawnSync} = process.getBuiltinModule('node:child_process');
  const environment = {...process.env, LC_ALL: 'C', TZ: 'UTC'};
  return (spawnSync(program, argv, {encoding: 'utf8', env: environment}).stdout ?? '').trim();
}
