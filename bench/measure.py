"""Runs one command and writes what its whole process tree cost, as JSON.

    measure.py RESULT STDOUT STDERR CGROUP_PROCS|- TIMEOUT_SECONDS COMMAND [ARGUMENT...]

The command is forked from this small process and not from the bench, because Linux hands a parent's peak memory on
to a child across fork and exec: a 200 MB bench would make every tool look like 200 MB.
"""

import json
import os
import signal
import sys
import time


def read_bytes():
    """Bytes that read(2) gave to this process and the children it has waited for, from the page cache or the disk."""
    try:
        with open('/proc/self/io', 'rb') as file:
            for line in file:
                if line.startswith(b'rchar:'):
                    return int(line.split()[1])
    except OSError:
        pass
    return None


def main():
    result_path, stdout_path, stderr_path, cgroup_procs, timeout = sys.argv[1:6]
    command = sys.argv[6:]
    before = read_bytes()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setsid()
        if cgroup_procs != '-':
            with open(cgroup_procs, 'w') as file:
                file.write(str(os.getpid()))
        null = os.open('/dev/null', os.O_RDONLY)
        out = os.open(stdout_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        err = os.open(stderr_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(null, 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        try:
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, ('%s: %s\n' % (command[0], error)).encode())
        os._exit(127)

    timed_out = []
    stopped = []

    def stop(number, _frame):
        (timed_out if number == signal.SIGALRM else stopped).append(True)
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:
            pass

    for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    signal.alarm(int(timeout))
    _, status, usage = os.wait4(child, 0)
    wall = time.monotonic() - started
    signal.alarm(0)
    after = read_bytes()
    unit = 1 if sys.platform == 'darwin' else 1024
    with open(result_path, 'w') as file:
        json.dump(
            {
                'exitCode': os.waitstatus_to_exitcode(status),
                'timedOut': bool(timed_out),
                'stopped': bool(stopped),
                'cpuMs': (usage.ru_utime + usage.ru_stime) * 1000,
                'wallMs': wall * 1000,
                'rssBytes': usage.ru_maxrss * unit,
                'readBytes': None if before is None or after is None else after - before,
            },
            file,
        )


main()
