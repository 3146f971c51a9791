#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << "text\n";
}

/// A tree like ours with a program that is built; nothing in it is newer than the build.
class Tree {
 public:
  Tree() : root_(fs::temp_directory_path() / ("stampede_front_" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    for (const char* file : {"CMakeLists.txt", "README.md", "models/model.cpp", "models/old.cpp",
                             ".ci/other", "build/release/build.ninja", "build/release/program"})
      write(root_ / file);
    fs::permissions(root_ / "build/release/program", fs::perms::owner_all);
    fs::copy_file(fs::path(STAMPEDE_SOURCE_DIR) / ".ci/set-up.sh", root_ / ".ci/set-up.sh");
    write(stamp());
  }
  ~Tree() { fs::remove_all(root_); }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  [[nodiscard]] fs::path operator/(const std::string& path) const { return root_ / path; }
  [[nodiscard]] fs::path stamp() const { return root_ / "build/release/asked-for-program"; }
  [[nodiscard]] bool is_built() const {
    const std::string command =
        "bash -c 'source \"" + (root_ / ".ci/set-up.sh").string() + "\"; is_built program'";
    return std::system(command.c_str()) == 0;
  }
  /// As if the file or folder had changed after the build.
  void make_newer(const std::string& path) const {
    fs::last_write_time(root_ / path, fs::last_write_time(stamp()) + std::chrono::seconds(1));
  }
  void make_all_of(fs::file_time_type time) const {
    for (const auto& entry : fs::recursive_directory_iterator(root_))
      fs::last_write_time(entry.path(), time);
  }

 private:
  fs::path root_;
};

}  // namespace

TEST_CASE("front door: a program that is built runs at once", "[house]") {
  const Tree tree;
  CHECK(tree.is_built());
  // What is no part of any program.
  tree.make_newer("README.md");
  tree.make_newer("build/release/program");
  CHECK(tree.is_built());
}

TEST_CASE("front door: whatever a program is made of is noticed", "[house]") {
  const Tree tree;
  REQUIRE(tree.is_built());
  SECTION("a source changes") { tree.make_newer("models/model.cpp"); }
  SECTION("the build's description changes") { tree.make_newer("CMakeLists.txt"); }
  SECTION("the scripts change") { tree.make_newer(".ci/other"); }
  SECTION("the build is configured again") { tree.make_newer("build/release/build.ninja"); }
  SECTION("a file is removed") {
    fs::remove(tree / "models/old.cpp");
    tree.make_newer("models");
  }
  SECTION("a folder is added") {
    fs::create_directory(tree / "checkers");
    tree.make_newer("checkers");
  }
  SECTION("an old file is moved in") {
    fs::rename(tree / "README.md", tree / "models/new.cpp");
    tree.make_newer("models");
  }
  SECTION("packages come or go") {
    const auto changed = fs::last_write_time("/var/lib/dpkg/status");
    tree.make_all_of(changed - std::chrono::seconds(2));
    fs::last_write_time(tree.stamp(), changed + std::chrono::seconds(1));
    REQUIRE(tree.is_built());
    fs::last_write_time(tree.stamp(), changed - std::chrono::seconds(1));
  }
  SECTION("the program is missing") { fs::remove(tree / "build/release/program"); }
  SECTION("it was never asked for") { fs::remove(tree.stamp()); }
  CHECK_FALSE(tree.is_built());
}
