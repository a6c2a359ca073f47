#!/usr/bin/env python3
"""Play Conan 2 for the recipe: export, build and package, as `conan create`.

    ci/lib/play_conan.py WORK shared|static

Of Conan's modules there is here what the two recipes use. What the recipe says
of its package (libraries, definitions) is then used to compile a program.
"""

import fnmatch
import importlib.util
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


class Properties:
    """cpp_info."""

    def __init__(self):
        self.libs, self.defines, self.system_libs = [], [], []
        self.properties = {}

    def set_property(self, name, value):
        self.properties[name] = value


class Recipe:
    """ConanFile."""


class CMakeToolchain:
    def __init__(self, recipe):
        self.recipe, self.cache_variables = recipe, {}

    def generate(self):
        self.recipe.cache = self.cache_variables


class CMake:
    def __init__(self, recipe):
        self.recipe = recipe

    def configure(self):
        run("cmake", "-S", self.recipe.source_folder, "-B",
            self.recipe.build_folder, "-G", "Ninja",
            "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_INSTALL_LIBDIR=lib",
            f"-DCMAKE_INSTALL_PREFIX={self.recipe.package_folder}",
            *(f"-D{name}={'ON' if value else 'OFF'}"
              for name, value in self.recipe.cache.items()))

    def build(self):
        run("cmake", "--build", self.recipe.build_folder, "-j", "2")

    def install(self):
        run("cmake", "--install", self.recipe.build_folder)


def copy(_recipe, pattern, src, dst):
    """Patterns are of paths below src, `*` goes through folders."""
    found = [p for p in Path(src).rglob("*") if p.is_file() and
             fnmatch.fnmatch(p.relative_to(src).as_posix(), pattern)]
    if not found:
        sys.exit(f"the recipe copies {pattern}, which is not there")
    for path in found:
        to = Path(dst) / path.relative_to(src)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to)


def play_modules():
    def module(name, **names):
        made = types.ModuleType(name)
        made.__dict__.update(names)
        sys.modules[name] = made

    module("conan", ConanFile=Recipe)
    module("conan.tools")
    module("conan.tools.build", can_run=lambda recipe: True)
    module("conan.tools.cmake", CMake=CMake, CMakeToolchain=CMakeToolchain,
           cmake_layout=lambda recipe: None)
    module("conan.tools.files", copy=copy,
           load=lambda recipe, path: Path(path).read_text(encoding="utf-8"),
           rmdir=lambda recipe, path: shutil.rmtree(path, ignore_errors=True))


def load_recipe(path, name):
    spec = importlib.util.spec_from_file_location(path.parent.name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def main():
    work, kind = Path(sys.argv[1]), sys.argv[2]
    sys.dont_write_bytecode = True
    play_modules()
    conan = ROOT / "packaging" / "conan"
    recipe = load_recipe(conan / "conanfile.py", "SprogConan")()
    load_recipe(conan / "test_package" / "conanfile.py", "SprogTest")
    recipe.recipe_folder = str(conan)
    recipe.export_sources_folder = recipe.source_folder = str(work / "sources")
    recipe.build_folder = str(work / "build")
    recipe.package_folder = str(work / "package")
    recipe.options = types.SimpleNamespace(shared=kind == "shared", fPIC=True)
    recipe.settings = types.SimpleNamespace(os="Linux")
    recipe.cpp_info = Properties()
    for step in ("set_version", "export_sources", "layout", "generate",
                 "build", "package", "package_info"):
        getattr(recipe, step)()

    info, package = recipe.cpp_info, Path(recipe.package_folder)
    suffix = "so" if kind == "shared" else "a"
    if not (package / "lib" / f"lib{info.libs[0]}.{suffix}").exists():
        sys.exit("the package has not the library that it names")
    if not (package / "licenses" / "LICENSE").exists():
        sys.exit("the package has no licence")
    program = work / "program"
    run("cc", "-std=c11", f"-I{package / 'include'}",
        *(f"-D{name}" for name in info.defines),
        str(conan / "test_package" / "../../consumer/main.c"),
        f"-L{package / 'lib'}", f"-Wl,-rpath,{package / 'lib'}",
        *(f"-l{name}" for name in info.libs + info.system_libs),
        "-o", str(program))
    said = subprocess.run([program], check=True, capture_output=True).stdout
    if said != b"used\n":
        sys.exit(f"the program said {said}")
    print(recipe.version)


if __name__ == "__main__":
    main()
