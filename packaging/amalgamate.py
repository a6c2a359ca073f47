#!/usr/bin/env python3
"""Make one pair of files, sprog.c and sprog.h, of the whole library.

    packaging/amalgamate.py FOLDER             FOLDER/sprog.c, FOLDER/sprog.h
    packaging/amalgamate.py FOLDER --parts     common.c, backend.c, sys.c too

The parts are the same text in three files, for tests that put another backend
or other system calls in the place of ours.

What makes one file of many is done here and nowhere else:

- Headers go where they are first included; system headers are named once.
- Two files may use one static name: it gets the name of its file in front.
- A macro of a source file ends with that file.
- Files of which one is linked stand between #if and #endif; which they are
  is taken from CMakeLists.txt.
- What runs between clone and exec gets attributes instead of flags.
- Internal functions are hidden by a pragma instead of a flag.

The text that the result begins with is amalgamate_top.in.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Which systems a file of src/posix is for, where CMakeLists.txt says it by
# if(): the files of system calls beside sys.c, and how the child of a fork
# closes what is not its own.
BSD = "!defined(__linux__) && !defined(__APPLE__)"
NO_PIPE2 = "defined(__APPLE__) || defined(SPROG__LINUX_FORK)"
SYS_CHOICES = {
    "child_close_from": BSD,
    "child_close_loop": NO_PIPE2,
    "sys_bsd": BSD,
    "sys_fork": BSD,
    "sys_kqueue": "!defined(__linux__)",
    "sys_linux": "defined(__linux__)",
    "sys_macos": "defined(__APPLE__)",
    "sys_no_pipe2": NO_PIPE2,
    "sys_pipe2": "!defined(__APPLE__) && !defined(SPROG__LINUX_FORK)",
    "sys_posix24": "!defined(__APPLE__)",
}

# Files that run between clone and exec, and the header with functions in it.
BARE_FILES = re.compile(r"src/posix/child\w*\.c|src/posix/child_calls\.h")

# Lines of a file that mean something only while it is alone. With GNU's
# declarations strerror_r() is another function: POSIX_PREAMBLE has the answer.
DROPPED = {
    "src/posix/error_map.c": re.compile(
        r"#undef _GNU_SOURCE\n#ifndef _POSIX_C_SOURCE\n.*\n#endif\n"
    ),
}

# With a kqueue poller among the sources, the systems that have one.
KQUEUE = """\
#        elif defined(__APPLE__) || defined(__FreeBSD__) ||                    \\
            defined(__NetBSD__) || defined(__OpenBSD__) ||                     \\
            defined(__DragonFly__)
#            define SPROG_USE_POLLER_KQUEUE 1
"""

# glibc has POSIX's strerror_r() under this name when GNU's is asked for.
POSIX_PREAMBLE = """\
#include <string.h>
#if defined(__GLIBC__)
int
__xpg_strerror_r(int number, char *buf, size_t size);
#    define strerror_r __xpg_strerror_r
#endif
"""

HEADER_TOP = """\
/*
 * sprog {version}: what a program includes that has sprog.c in it. Made of
 * include/sprog/ by packaging/amalgamate.py; change those.
 */

/* Part of the program: nothing is imported, and nothing is exported unless
 * SPROG_BUILDING says that a library is made of sprog.c. */
#if !defined(SPROG_STATIC) && !defined(SPROG_BUILDING)
#    define SPROG_STATIC 1
#endif

"""

INCLUDE = re.compile(r'#\s*include\s+(?:"([^"]+)"|(<[^>]+>))')
TOKEN = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
    r"|[A-Za-z_]\w*|->|\s+|.",
    re.S,
)


def fail(text):
    sys.exit(f"amalgamate: {text}")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def read(path):
    """The text of a file, without what only a file of its own needs, and with
    what only a file among others does."""
    text = path.read_text(encoding="utf-8")
    dropped = DROPPED.get(name_of(path))
    text = dropped.sub("", text) if dropped else text
    if BARE_FILES.fullmatch(name_of(path)):
        # A definition: a line with the type, then the name at the margin.
        text = re.sub(
            r"^((?:static |_Noreturn )*)(?:inline )?(\w[\w ]*\*?)\n(?=\w+\()",
            r"SPROG__BARE \1\2\n", text, flags=re.M)
    return text


# ---- names of one file ------------------------------------------------------


def blank(text):
    """Without comments, and without lines for the preprocessor."""
    text = "".join(" " if t.startswith("/*") else t for t in TOKEN.findall(text))
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", "", text, flags=re.M)


def declarations(text):
    """What stands at the outermost level: (head, body) of each."""
    head, body, depth = [], [], 0
    for token in TOKEN.findall(blank(text)):
        if token == "{":
            depth += 1
        (body if depth else head).append(token)
        if token == "}":
            depth -= 1
            # A type or an initialiser goes on to its semicolon.
            if depth == 0 and "".join(head).rstrip().endswith(")"):
                yield "".join(head), "".join(body)
                head, body = [], []
        if token == ";" and depth == 0:
            yield "".join(head), "".join(body)
            head, body = [], []


def file_scope_names(text):
    """Names that a source file has for itself."""
    names = set()
    for head, body in declarations(text):
        words = head.split()
        if not words:
            continue
        tag = re.search(r"\b(?:struct|union|enum)\s+(\w+)", head)
        if tag and body and "(" not in head:
            names.add(tag.group(1))
        if "enum" in words and body and "(" not in head:
            names.update(re.findall(r"[{,]\s*(\w+)", body))
        if words[0] == "typedef":
            names.update(re.findall(r"(\w+)\s*;$", head.strip()))
        elif "static" in words or "static" in head.split("(")[0].split():
            names.update(re.findall(r"(\w+)\s*(?:\(|\[|=|;|$)", head)[:1])
    return {n for n in names if not n.startswith(("sprog_", "SPROG_"))}


def free_names(text):
    """Every name in a text but those of members."""
    names, before = set(), ""
    for token in TOKEN.findall(text):
        if before not in (".", "->") and re.match(r"[A-Za-z_]", token):
            names.add(token)
        if not token.isspace():
            before = token
    return names


def collisions(folders):
    """Names that a source file has for itself, and that another file has in
    any way: twice the same, or one in the shadow of the other."""
    texts = {path: read(path)
             for folder in folders for path in folder.glob("*.[ch]")}
    users = {}
    for path, text in texts.items():
        for name in free_names(text):
            users.setdefault(name, set()).add(path)
    return {name for path, text in texts.items() if path.suffix == ".c"
            for name in file_scope_names(text) if users[name] != {path}}


def rename(text, names, stem):
    """Put the file's name before some names; members keep theirs."""
    out, before = [], ""
    for token in TOKEN.findall(text):
        if token in names and before not in (".", "->"):
            token = f"sprog__{stem}_{token}"
        if not token.isspace():
            before = token
        out.append(token)
    return "".join(out)


def macros_to_end(text):
    """Macros that nothing outside the file may see."""
    defined = re.findall(r"^#[ \t]*define[ \t]+(\w+)", text, flags=re.M)
    # Those that stand in for a system header's are as good as the header's.
    lent = set(re.findall(r"#[ \t]*ifndef[ \t]+(\w+)", text))
    return [m for m in dict.fromkeys(defined) if m not in lent]


# ---- one file after the other -----------------------------------------------


class Writer:
    """A file in the making; knows what stands in it already."""

    def __init__(self, names):
        self.lines = []
        self.names = names
        self.seen = [set()]

    def add(self, text):
        self.lines.extend(text.rstrip("\n").split("\n"))

    def has(self, thing):
        return any(thing in scope for scope in self.seen)

    def start_choice(self, line):
        self.add(line)
        self.seen.append(set())

    def end_choice(self, line):
        self.add(line)
        self.seen.pop()

    def include(self, path, quoted, system, depth):
        """Answer one #include line; `depth`: how many #if it stands in."""
        if system:
            if not self.has(system):
                self.add(f"#include {system}")
                if depth == 0:
                    self.seen[-1].add(system)
            return
        for folder in (path.parent, ROOT / "src", ROOT / "include"):
            target = folder / quoted
            if target.exists():
                break
        else:
            fail(f"{name_of(path)} includes {quoted}, which is not there")
        # Public headers come all at once; the features are at the top.
        if (ROOT / "include") in target.parents:
            return
        if target.name == "feature_macros.h" or self.has(target):
            return
        if depth != 0:
            fail(f"{name_of(path)} includes {quoted} inside #if")
        self.seen[-1].add(target)
        self.header(target)

    def body(self, path, text, guards):
        depth = -guards
        for line in text.rstrip("\n").split("\n"):
            match = INCLUDE.match(line)
            if match:
                self.include(path, match.group(1), match.group(2), depth)
                continue
            if re.match(r"#\s*if", line):
                depth += 1
            elif re.match(r"#\s*endif", line):
                depth -= 1
            self.lines.append(line)

    def header(self, path):
        """An internal header: its guard stays, its functions are hidden."""
        self.add(f"\n/* ==== {name_of(path)} ==== */\n")
        lines = read(path).rstrip("\n").split("\n")
        last, depth, seen_depth = None, 0, 0
        for i, line in enumerate(lines):
            depth += bool(re.match(r"#\s*if", line))
            depth -= bool(re.match(r"#\s*endif", line))
            if INCLUDE.match(line) or re.match(r"#\s*define \w+_H$", line):
                last, seen_depth = i, depth
            elif last is not None and seen_depth > 1 and depth == 1:
                last, seen_depth = i, depth
        if last is None or lines[-1] != "#endif":
            fail(f"{name_of(path)} has no include guard")
        if any(re.match(r"[a-z]", line) for line in lines[:last]):
            fail(f"{name_of(path)}: an #include after a declaration")
        lines.insert(last + 1, "SPROG__HIDE")
        lines.insert(len(lines) - 1, "SPROG__SHOW")
        self.body(path, "\n".join(lines), guards=1)

    def source(self, path):
        self.add(f"\n/* ==== {name_of(path)} ==== */\n")
        text = read(path)
        taken = self.names & file_scope_names(text)
        text = rename(text, taken, path.stem)
        self.body(path, text, guards=0)
        for macro in macros_to_end(text):
            self.add(f"#undef {macro}")

    def text(self):
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)) + "\n"


def ways():
    """Of CMakeLists.txt: the condition for each file that not all link."""
    found = {}
    for job, way, files in re.findall(
            r"set\(SPROG_(POLLER|EXIT|SPAWN)_([a-z_]+)_SOURCES\s([^)]*)\)", lists()):
        for name in files.split():
            found.setdefault(name, []).append(
                f"defined(SPROG_USE_{job}_{way.upper()})")
    return {name: " || ".join(either) for name, either in found.items()}


def choice_of(path):
    """The condition for a file; None: it is for all."""
    if re.fullmatch(r"src/posix/(sys_\w+|child_close_\w+)\.c", name_of(path)):
        if path.stem not in SYS_CHOICES:
            fail(f"{name_of(path)}: SYS_CHOICES does not say for whom it is")
        return SYS_CHOICES[path.stem]
    return ways().get(name_of(path))


def write_system(writer, paths):
    """The files of one system; those for a part of its kernels come last."""
    chosen = {}
    for path in paths:
        condition = choice_of(path)
        if condition is None:
            writer.source(path)
        else:
            chosen.setdefault(condition, []).append(path)
    for condition, files in sorted(chosen.items()):
        writer.start_choice(f"\n#if {condition}")
        for path in files:
            writer.source(path)
        writer.end_choice(f"\n#endif /* {condition} */")


# ---- the results ------------------------------------------------------------


def lists():
    return (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")


def version():
    return re.search(r"^\s+VERSION ([\d.]+)$", lists(), re.M).group(1)


def make_header():
    """All public headers; each keeps its guard, so both kinds can be mixed."""
    lines, done = [], set()

    def put(path):
        done.add(path)
        for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n"):
            match = INCLUDE.match(line)
            if match and match.group(1):
                target = ROOT / "include" / match.group(1)
                if not target.exists():
                    target = path.parent / match.group(1)
            elif match and match.group(2).startswith("<sprog/"):
                target = ROOT / "include" / match.group(2)[1:-1]
            else:
                lines.append(line)
                continue
            if target not in done:
                put(target)

    folder = ROOT / "include" / "sprog"
    put(folder / "sprog.h")
    left = set(folder.glob("*.h")) - done
    if left:
        fail("sprog.h does not include " + ", ".join(p.name for p in left))
    return HEADER_TOP.format(version=version()) + "\n".join(lines) + "\n"


def make_source(names, parts):
    """The file that has the given parts: common, backend, sys."""
    def files(system, kind):
        found = sorted((ROOT / "src" / system).glob("*.c"))
        return [p for p in found
                if p.stem.startswith("sys") == (kind == "sys")]

    features = read(ROOT / "src/posix/feature_macros.h")
    features = features[features.index("#ifndef _GNU"):features.rindex("#endif")]
    features = "".join(re.sub(r"^#(\s*)", r"#    \1", line)
                       for line in features.strip().splitlines(True))
    writer = Writer(names)
    has_kqueue = any("POLLER_KQUEUE" in way for way in ways().values())
    top = read(ROOT / "packaging/amalgamate_top.in")
    top = top.replace("@version@", version()).replace("@features@", features)
    writer.add(top.replace("@kqueue@\n", KQUEUE if has_kqueue else ""))
    if "common" in parts:
        for path in files("common", "backend"):
            writer.source(path)
    for system, line in (("win32", "\n#if defined(_WIN32)"),
                         ("posix", "\n#else /* POSIX */")):
        if parts == ["common"]:
            break
        writer.start_choice(line)
        if system == "posix":
            writer.add(POSIX_PREAMBLE)
        for kind in ("backend", "sys"):
            if kind in parts:
                write_system(writer, files(system, kind))
        writer.seen.pop()
    else:
        writer.add("\n#endif /* POSIX */")
    return writer.text()


def colliding_names():
    common = ROOT / "src/common"
    return (collisions([common, ROOT / "src/posix"])
            | collisions([common, ROOT / "src/win32"]))


def main():
    parser = argparse.ArgumentParser(
        description="Make sprog.c and sprog.h of the whole library.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", action="store_true",
                        help="common.c, backend.c and sys.c too")
    options = parser.parse_args()
    names = colliding_names()
    results = {
        "sprog.h": make_header(),
        "sprog.c": make_source(names, ["common", "backend", "sys"]),
    }
    if options.parts:
        for part in ("common", "backend", "sys"):
            results[f"{part}.c"] = make_source(names, [part])
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, text in results.items():
        (options.folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
