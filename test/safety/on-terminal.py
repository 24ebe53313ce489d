"""Runs a command on a terminal of its own: `on-terminal.py COLUMNS FILE KEYS COMMAND...`. Types KEYS (as in a Python string) when FILE
is there; prints JSON with the exit code and all that appeared."""
import codecs, fcntl, json, os, pty, select, struct, sys, termios

columns, file, keys, command = int(sys.argv[1]), sys.argv[2], codecs.decode(sys.argv[3], "unicode_escape"), sys.argv[4:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
seen, typed = b"", False
while True:
    if not typed and keys and os.path.exists(file):
        typed = True
        os.write(terminal, keys.encode())
    if not select.select([terminal], [], [], 0.02)[0]:
        continue
    try:
        read = os.read(terminal, 65536)
    except OSError:
        break
    if not read:
        break
    seen += read
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({"code": code, "screen": seen.decode("utf8", "replace")}))
