/**
 * The Python program that reads a script and every project module it imports. Sent to the interpreter as text, so that
 * nothing has to be found on disk beside a bundled mlp. It must run on Python 3.7 to the newest and give the same
 * fingerprint on all of them: hence its own dump, without positions, contexts, empty fields and old node names.
 */

/** stdout: MARK, then one JSON object; the request (a JSON object) is the program's second argument. */
export const FINGERPRINT_PROGRAM = String.raw`
import ast, hashlib, json, os, sys
request = json.loads(sys.argv[2])
root, cwd = request["root"], request["cwd"]
sys.setrecursionlimit(6000)
modules, absent, pieces, packages, untracked, dumps = {}, set(), {}, set(), [], {}
OLD = {"Num": "n", "Str": "s", "Bytes": "s", "NameConstant": "value"}
SKIP = {"ctx", "type_comment", "kind", "type_ignores", "lineno", "col_offset", "end_lineno", "end_col_offset"}
FUNCTIONS = ("FunctionDef", "AsyncFunctionDef", "Lambda")

class Trouble(Exception):
    pass

def relative(path):
    return os.path.relpath(path, root).replace(os.sep, "/")

def constant(value):
    if isinstance(value, str): return "str:" + ascii(value)
    if isinstance(value, bool) or value is None or value is Ellipsis: return repr(value)
    if isinstance(value, int): return "int:" + hex(value)
    return type(value).__name__ + ":" + repr(value)

def is_text(node):
    return isinstance(node, ast.Expr) and (isinstance(getattr(node.value, "value", None), str) or type(node.value).__name__ == "Str")

def dump(node, docs, local, out):
    if isinstance(node, list):
        out.append("[")
        for item in node:
            if not docs and is_text(item): continue
            dump(item, docs, local, out)
            out.append(",")
        out.append("]")
        return
    if not isinstance(node, ast.AST):
        out.append(constant(node))
        return
    kind = type(node).__name__
    if kind == "Index": return dump(node.value, docs, local, out)
    if kind in OLD or kind == "Ellipsis":
        out.append("Constant(value=" + constant(getattr(node, OLD[kind]) if kind in OLD else Ellipsis) + ";)")
        return
    if kind == "ExtSlice":
        out.append("Tuple(elts=")
        dump(node.dims, docs, local, out)
        out.append(";)")
        return
    if kind == "JoinedStr":
        # Versions differ in how they part the literal text of an f-string.
        text = ""
        out.append("JoinedStr(")
        for value in node.values:
            literal = getattr(value, "value", getattr(value, "s", None)) if not isinstance(value, ast.FormattedValue) else None
            if isinstance(literal, str):
                text += literal
                continue
            out.append(ascii(text))
            text = ""
            dump(value, docs, local, out)
        out.append(ascii(text) + ")")
        return
    skip = SKIP
    # An annotation of a local variable is never evaluated.
    if kind == "AnnAssign" and local and isinstance(node.target, ast.Name):
        if node.value is not None:
            return dump(ast.Assign(targets=[node.target], value=node.value), docs, local, out)
        skip = SKIP | {"annotation"}
    if kind in FUNCTIONS: local = True
    elif kind == "ClassDef": local = False
    out.append(kind + "(")
    for name in node._fields:
        if name in skip: continue
        value = getattr(node, name, None)
        if value is None and kind != "Constant" or value == []: continue
        out.append(name + "=")
        dump(value, docs, local, out)
        out.append(";")
    out.append(")")

def digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

def normal(node, docs):
    out = []
    dump(node, docs, False, out)
    return "".join(out)

def piece_name(node):
    name = getattr(node, "name", None)
    if isinstance(name, str): return name
    targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names[0] if names else "(top level)"

if hasattr(sys, "stdlib_module_names"):
    STANDARD = set(sys.stdlib_module_names)
else:
    STANDARD = set(sys.builtin_module_names) | {"lib2to3"}
    for folder in {os.path.dirname(os.__file__), os.path.join(os.path.dirname(os.__file__), "lib-dynload")}:
        if os.path.isdir(folder): STANDARD |= {name.split(".")[0] for name in os.listdir(folder)}

listings = {}
def listing(folder):
    if folder not in listings:
        try: listings[folder] = set(os.listdir(folder))
        except OSError: listings[folder] = set()
    return listings[folder]

def is_file(path):
    found = os.path.basename(path) in listing(os.path.dirname(path)) and os.path.isfile(path)
    if not found: absent.add(relative(path))
    return found

def find(folder, name):
    """What importing name from folder would load: (file or None, package folder or None); None when nothing."""
    package = os.path.join(folder, name)
    if is_file(os.path.join(package, "__init__.py")): return os.path.join(package, "__init__.py"), package
    for entry in sorted(listing(folder)):
        if entry.startswith(name + ".") and entry.endswith((".so", ".pyd")): return os.path.join(folder, entry), None
    if is_file(package + ".py"): return package + ".py", None
    if name in listing(folder) and os.path.isdir(package): return None, package
    return None

def load_dotted(folders, dotted, queue):
    """Queues the files of a dotted import. True when its first part is a regular module or package of the project."""
    parts = dotted.split(".")
    for number, folder in enumerate(folders):
        here, files = folder, []
        for part in parts:
            hit = find(here, part) if here is not None else None
            if hit is None: break
            files.append(hit[0])
            here = hit[1]
            if number > 0 and len(files) == 1 and hit[0] is None: break
        queue.extend(path for path in files if path)
        if files and files[0]: return number == 0
        if any(files): return False
    return False

def read(path, queue, main):
    with open(path, "rb") as handle: source = handle.read()
    modules[relative(path)] = hashlib.sha256(source).hexdigest()
    if not path.endswith((".py", ".pyw")) and not main:
        dumps[relative(path)] = modules[relative(path)]
        return
    try: tree = ast.parse(source, path)
    except SyntaxError as error:
        line = getattr(error, "lineno", None) or 1
        raise Trouble("%s:%d:%d: %s" % (relative(path), line, getattr(error, "offset", None) or 1, error.msg))
    except ValueError as error:
        raise Trouble("%s:1:1: %s" % (relative(path), error))
    where = relative(path)
    docs = b"__doc__" in source or b"docopt" in source or b"getdoc" in source
    texts = []
    try:
        for node in tree.body:
            if is_text(node) and not docs: continue
            texts.append(normal(node, docs))
            name = where + "#" + piece_name(node)
            pieces[name] = pieces.get(name, "") + texts[-1]
    except RecursionError:
        texts.append(modules[where])
    dumps[where] = digest("\n".join(texts))
    imports(tree, path, where, queue)

def imports(tree, path, where, queue):
    def absolute(dotted):
        top = dotted.split(".")[0]
        if top in sys.builtin_module_names: return
        folders = [first] + ([] if top in STANDARD else others)
        if not load_dotted(folders, dotted, queue) and top not in STANDARD: packages.add(top)
    def from_folder(folder, node):
        prefix = (node.module + ".") if node.module else ""
        if not node.module and is_file(os.path.join(folder, "__init__.py")): queue.append(os.path.join(folder, "__init__.py"))
        for alias in node.names:
            load_dotted([folder], prefix + alias.name if alias.name != "*" else node.module or "__init__", queue)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names: absolute(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.level:
            folder = os.path.dirname(path)
            for _ in range(node.level - 1): folder = os.path.dirname(folder)
            from_folder(folder, node)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names: absolute(node.module if alias.name == "*" else node.module + "." + alias.name)
        elif isinstance(node, ast.Assign) and os.path.basename(path) == "__init__.py" and piece_name(node) == "__all__":
            for item in getattr(node.value, "elts", []):
                name = getattr(item, "value", getattr(item, "s", None))
                if isinstance(name, str): load_dotted([os.path.dirname(path)], name, queue)
        elif isinstance(node, ast.Call): calls(node, where, absolute)

def calls(node, where, absolute):
    function = node.func
    owner = function.value if isinstance(function, ast.Attribute) else None
    owner = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    name = getattr(function, "attr", getattr(function, "id", ""))
    full = owner + "." + name if owner else name
    if full in ("importlib.import_module", "import_module", "__import__"):
        first_word = node.args[0] if node.args else None
        value = getattr(first_word, "value", getattr(first_word, "s", None))
        if isinstance(value, str) and not value.startswith("."): return absolute(value)
        untracked.append((where, node.lineno, "dynamic import by " + full))
    elif full in ("exec", "eval", "runpy.run_path", "runpy.run_module", "run_path", "run_module", "spec_from_file_location", "util.spec_from_file_location"):
        untracked.append((where, node.lineno, full))
    elif full == "site.addsitedir" or full in ("path.append", "path.insert", "path.extend") and getattr(getattr(function.value, "value", None), "id", "") == "sys":
        untracked.append((where, node.lineno, "change of sys.path"))

def start():
    global first, others
    queue = []
    here = os.path.normpath(os.path.join(root, cwd))
    if request.get("module"):
        first = here
        others = [root, os.path.join(root, "src")]
        dotted = request["module"]
        load_dotted([first], dotted, queue)
        package = os.path.join(first, *dotted.split("."))
        if is_file(os.path.join(package, "__init__.py")) or os.path.isdir(package) and not os.path.isfile(package + ".py"):
            load_dotted([first], dotted + ".__main__", queue)
        if not queue: packages.add(dotted.split(".")[0])
    else:
        script = os.path.realpath(os.path.join(root, request["script"]))
        if os.path.isdir(script): script = os.path.join(script, "__main__.py")
        first = os.path.dirname(script)
        others = [here, root, os.path.join(root, "src")]
        queue.append(script)
    others = [folder for index, folder in enumerate(others) if folder != first and folder not in others[:index]]
    main = queue[-1] if queue else None
    seen = set()
    while queue:
        path = queue.pop(0)
        if path in seen: continue
        seen.add(path)
        try: read(path, queue, path == main)
        except OSError as error: raise Trouble("%s:1:1: %s" % (relative(path), error.strerror))
    return {
        "fingerprint": digest("\n".join(path + " " + dumps[path] for path in sorted(dumps))),
        "modules": modules,
        "absent": sorted(absent - set(modules)),
        "pieces": {name: digest(text) for name, text in pieces.items()},
        "packages": sorted(packages),
        "untracked": [{"path": path, "line": line, "what": what} for path, line, what in sorted(set(untracked))],
    }

try: answer = start()
except Trouble as trouble: answer = {"trouble": str(trouble)}
sys.stdout.write("\n@mlp@" + json.dumps(answer))
`;
