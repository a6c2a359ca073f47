"""Conan 2: `conan create packaging/conan`, in a folder with the sources."""

import os
import re

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir

required_conan_version = ">=2.0"


class SprogConan(ConanFile):
    name = "sprog"
    description = "Child processes for C, the same on POSIX and on Windows"
    license = "MIT"
    topics = ("process", "subprocess", "reactor", "c")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False]}
    default_options = {"shared": False, "fPIC": True}
    implements = ["auto_shared_fpic"]
    languages = "C"

    @property
    def _sources(self):
        return os.path.join(self.recipe_folder, os.pardir, os.pardir)

    def set_version(self):
        lists = load(self, os.path.join(self._sources, "CMakeLists.txt"))
        self.version = re.search(r"^\s+VERSION ([\d.]+)$", lists, re.M).group(1)

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "README.md",
                        "CHANGELOG.md", "cmake/*", "include/*", "src/*"):
            copy(self, pattern, src=self._sources,
                 dst=self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["SPROG_BUILD_SHARED"] = bool(
            self.options.shared)
        toolchain.cache_variables["SPROG_BUILD_STATIC"] = not bool(
            self.options.shared)
        for part in ("TOOL", "TESTS", "EXAMPLES"):
            toolchain.cache_variables[f"SPROG_BUILD_{part}"] = False
        toolchain.cache_variables["SPROG_INSTALL"] = True
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        cmake = CMake(self)
        cmake.install()
        copy(self, "LICENSE", src=self.source_folder,
             dst=os.path.join(self.package_folder, "licenses"))
        # Conan makes its own.
        for folder in ("cmake", "pkgconfig"):
            rmdir(self, os.path.join(self.package_folder, "lib", folder))
        rmdir(self, os.path.join(self.package_folder, "share"))

    def package_info(self):
        kind = "shared" if self.options.shared else "static"
        self.cpp_info.set_property("cmake_file_name", "sprog")
        self.cpp_info.set_property("cmake_target_name", "sprog::sprog")
        self.cpp_info.set_property("cmake_target_aliases", [f"sprog::{kind}"])
        self.cpp_info.set_property("pkg_config_name", "sprog")
        self.cpp_info.libs = ["sprog"]
        if not self.options.shared:
            self.cpp_info.defines = ["SPROG_STATIC"]
        if self.settings.os == "Windows":
            self.cpp_info.system_libs = ["advapi32", "bcrypt"]
        else:
            self.cpp_info.system_libs = ["pthread"]
