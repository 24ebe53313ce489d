/** The Python program that tells which interpreter answers and the versions of the distributions that are imported. */

/** stdout: MARK, then one JSON object; the request (a JSON list of imported names) is the program's second argument. */
export const RUNTIME_PROGRAM = String.raw`
import json, os, re, sys
names = json.loads(sys.argv[2])
try:
    from importlib import metadata
except ImportError:
    metadata = None

def key(name):
    return re.sub(r"[-_.]+", "-", name).lower()

installed, provided = {}, {}
for dist in metadata.distributions() if metadata else []:
    try: name = dist.metadata["Name"]
    except Exception: continue
    # The first one on sys.path is the one that is imported.
    if name: installed.setdefault(key(name), dist)

def tops(dist):
    text = dist.read_text("top_level.txt")
    if text: return {line.strip() for line in text.splitlines()}
    parts = [str(file).replace(os.sep, "/").split("/") for file in dist.files or []]
    return {part[0].split(".")[0] for part in parts if len(part) > 1 or part[0].endswith((".py", ".so", ".pyd"))}

missing = set(names)
# Names as distributions first: nearly always right, and it spares reading every distribution.
for name in list(missing):
    dist = installed.get(key(name))
    if dist is not None and name in tops(dist):
        provided[name] = [key(name)]
        missing.discard(name)
if missing:
    for dist_name in sorted(installed):
        try: found = tops(installed[dist_name]) & set(names)
        except Exception: continue
        for name in found:
            if dist_name not in provided.setdefault(name, []): provided[name].append(dist_name)

def version(dist):
    text = dist.version
    origin = dist.read_text("direct_url.json")
    if origin:
        try: commit = json.loads(origin).get("vcs_info", {}).get("commit_id")
        except ValueError: commit = None
        if commit: text += "+" + commit
    return text

packages, queue = {}, []
for name in names:
    if name in provided: queue.extend(provided[name])
    else: packages[name] = None
while queue:
    name = queue.pop()
    dist = installed.get(name)
    if name in packages or dist is None: continue
    packages[name] = version(dist)
    for requirement in dist.requires or []:
        text, _, marker = requirement.partition(";")
        # Extras are not asked for, and what hangs on the platform would part a laptop from its CI.
        if re.search(r"\bextra\b|sys_platform|platform_|os_name", marker): continue
        match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", text)
        if match: queue.append(key(match.group(1)))

guards = [sys.executable, os.path.realpath(sys.executable), os.path.join(sys.prefix, "pyvenv.cfg")]
guards += [path for path in sys.path if os.path.basename(path) in ("site-packages", "dist-packages")]
implementation = sys.implementation.name
answer = {
    "python": "%d.%d" % sys.version_info[:2],
    "implementation": implementation,
    "packages": packages,
    "guards": [path for path in guards if path],
}
sys.stdout.write("\n@mlp@" + json.dumps(answer))
`;
