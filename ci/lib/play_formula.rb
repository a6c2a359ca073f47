# Play Homebrew for the formula: unpack, install into a prefix, test.
#
#   HOMEBREW_SPROG_ARCHIVE=… ruby ci/lib/play_formula.rb WORK
#
# Of Homebrew there is here what the formula uses. Prints the version.
require "fileutils"
require "open3"
require "pathname"

work = Pathname.new(File.expand_path(ARGV.fetch(0)))

def ENV.cc
  "cc"
end

# What a formula says of itself, and what its methods may call.
class Formula
  class << self
    attr_reader :said, :test_block

    %i[desc homepage url version license sha256 depends_on].each do |word|
      define_method(word) { |*values| (@said ||= {})[word] = values.first }
    end

    def test(&block)
      @test_block = block
    end
  end

  attr_reader :prefix, :testpath

  def initialize(prefix, testpath)
    @prefix = prefix
    @testpath = testpath
  end

  %w[bin include lib].each do |folder|
    define_method(folder) { prefix/folder }
  end

  def version
    self.class.said[:version]
  end

  def std_cmake_args
    ["-DCMAKE_INSTALL_PREFIX=#{prefix}", "-DCMAKE_INSTALL_LIBDIR=lib",
     "-DCMAKE_BUILD_TYPE=Release"]
  end

  def system(*command)
    output, status = Open3.capture2e(*command)
    abort "#{command.join(" ")}:\n#{output}" unless status.success?
  end

  def shell_output(command)
    output, status = Open3.capture2(command)
    abort "#{command} failed" unless status.success?
    output
  end

  def assert_equal(wanted, got)
    abort "wanted #{wanted.inspect}, got #{got.inspect}" if wanted != got
  end
end

load File.expand_path("../../packaging/homebrew/sprog.rb", __dir__)

%i[desc url version license].each do |word|
  abort "the formula has no #{word}" unless Sprog.said[word]
end
archive = Sprog.said[:url].delete_prefix("file://")
FileUtils.mkdir_p([work/"source", work/"test"])
system("tar", "-xzf", archive, "-C", (work/"source").to_s,
       "--strip-components=1", exception: true)
formula = Sprog.new(work/"prefix", work/"test")
Dir.chdir(work/"source") { formula.install }
Dir.chdir(work/"test") { formula.instance_exec(&Sprog.test_block) }
puts formula.version
