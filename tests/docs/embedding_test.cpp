// docs/embedding.md is right: its code is the code of tests/embedding, and its commands print what
// it shows. That the project stands outside is tested by tests/package.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/docs/document.hpp"

namespace {

using namespace stampede;
namespace fs = std::filesystem;

/// The project as its author has it: its scenarios, and its program in build/.
class Project {
 public:
  Project()
      : folder_(fs::temp_directory_path() / ("stampede-embedding-" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::copy(docs::root + "tests/embedding/scenarios", folder_ / "scenarios");
    fs::create_directory_symlink(fs::path(STAMPEDE_RING_BINARY).parent_path(), folder_ / "build");
  }
  ~Project() { fs::remove_all(folder_); }
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  [[nodiscard]] std::string folder() const { return folder_.string(); }

 private:
  fs::path folder_;
};

}  // namespace

TEST_CASE("embedding: the code of its document is the code of the project", "[docs]") {
  CHECK(docs::check_excerpts(docs::root + "docs/embedding.md") >= 6);
}

TEST_CASE("embedding: the commands of its document print what it shows", "[docs]") {
  const Project project;
  CHECK(docs::check_commands(docs::root + "docs/embedding.md",
                             {{"console", "$ build/ring ", project.folder(), "build/ring"}}) >= 5);
}
