/**
 * A `sitecustomize` that tells which project files a Python process opens, through the audit event `open`. It steps out of
 * `sys.path` and runs the user's own sitecustomize, if there is one. A record is appended by opening the log anew each
 * time: a descriptor that stays open might be closed and given to a file of the user.
 */
import type {FileHook} from '../language.ts';

const PROGRAM = `
def _mlp_hook():
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if entry != here]
    at = os.environ.get('MLP_OPENED')
    if at and hasattr(sys, 'addaudithook'):
        try:
            _mlp_listen(os, sys, at)
        except OSError:
            pass
    # The user's own, which this file hides.
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec('sitecustomize', sys.path)
    if spec is not None and spec.loader is not None:
        from importlib.util import module_from_spec

        sys.modules['sitecustomize'] = module = module_from_spec(spec)
        spec.loader.exec_module(module)


def _mlp_listen(os, sys, at):
    with open(at + '.known', 'rb') as file:
        top, *declared = os.fsdecode(file.read()).split('\\0')
    root = top.rstrip('/') + '/'
    known = frozenset(declared)
    seen = set()
    skipped = tuple({root + '.mlp/', sys.prefix.rstrip('/') + '/', sys.exec_prefix.rstrip('/') + '/'})
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    appending = os.O_WRONLY | os.O_APPEND | os.O_CREAT

    def hook(event, args):
        if event != 'open':
            return
        try:
            path = args[0]
            if type(path) is not str:
                if path is None or isinstance(path, int):
                    return
                path = os.fsdecode(path)
            if path[:1] != '/':
                path = os.getcwd() + '/' + path
            if '/.' in path or '//' in path:
                path = os.path.normpath(path)
            if not path.startswith(root) or path.startswith(skipped) or '/node_modules/' in path:
                return
            path = path[len(root):]
            record = ('W' if args[2] & writing else 'R') + path
            if record in seen or len(seen) > 20000:
                return
            seen.add(record)
            above = path
            while above:
                if above in known:
                    return
                above = above.rpartition('/')[0]
            log = os.open(at + '.log', appending, 0o644)
            try:
                os.write(log, os.fsencode(record) + b'\\0')
            finally:
                os.close(log)
        except Exception:
            pass

    sys.addaudithook(hook)


try:
    _mlp_hook()
finally:
    del _mlp_hook, _mlp_listen
`;

export const PYTHON_FILE_HOOK: FileHook = {
  file: 'python/sitecustomize.py',
  text: PROGRAM,
  variables: (path, env) => {
    const folder = path.slice(0, path.lastIndexOf('/'));
    // It would be read as two folders.
    if (folder.includes(':')) return {};
    const declared = env['PYTHONPATH'];
    return {PYTHONPATH: declared === undefined || declared === '' ? folder : `${folder}:${declared}`};
  },
};
