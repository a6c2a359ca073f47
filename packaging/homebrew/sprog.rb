# For Homebrew, from an archive of the sources:
#
#   git archive --prefix sprog-0.1.0/ -o ~/sprog-0.1.0.tar.gz HEAD
#   brew install --formula packaging/homebrew/sprog.rb
#
# HOMEBREW_SPROG_ARCHIVE names an archive that is elsewhere.
class Sprog < Formula
  desc "Child processes for C, the same on POSIX and on Windows"
  url "file://" + ENV.fetch("HOMEBREW_SPROG_ARCHIVE",
                            File.join(Dir.home, "sprog-0.1.0.tar.gz"))
  version "0.1.0"
  license "MIT"

  depends_on "cmake" => :build

  def install
    system "cmake", "-S", ".", "-B", "build",
           "-DSPROG_BUILD_TESTS=OFF", "-DSPROG_BUILD_EXAMPLES=OFF",
           *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
  end

  test do
    assert_equal "hi\n", shell_output("#{bin}/sprog run -- echo hi")
    (testpath/"test.c").write <<~C
      #include <sprog/sprog.h>
      #include <string.h>

      int main(void)
      {
          return strcmp(sprog_version(), "#{version}") != 0;
      }
    C
    system ENV.cc, "test.c", "-I#{include}", "-L#{lib}", "-lsprog",
           "-Wl,-rpath,#{lib}", "-o", "test"
    system "./test"
  end
end
