// Repaired: two builds at once broke each other; a checkout that was built ran for its builder
// only; a failing apt-get ended with its own status; `sh ./stampede` did not run at all.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/regress/program.hpp"

namespace stampede::tests {
namespace {

namespace fs = std::filesystem;

/// A tree with our scripts, and a program that is made by a rule which no two builds survive.
class Checkout {
 public:
  Checkout() : folder_("checkout") {
    for (const char* part : {".ci", "models", "build/release", "bin"})
      fs::create_directories(folder_ / part);
    for (const char* script : {"stampede", ".ci/set-up.sh"})
      fs::copy_file(fs::path(STAMPEDE_SOURCE_DIR) / script, folder_ / script);
    static_cast<void>(folder_.with("models/model.cpp", ""));
    static_cast<void>(folder_.with(
        "build/release/build.ninja",
        "rule make\n"
        "  command = mkdir busy && sleep 0.2 && printf '#!/bin/sh\\necho built\\n' > made && chmod "
        "+x made && mv made stampede && rmdir busy\n"
        "build stampede: make ../../models/model.cpp\n"));
  }
  /// A line of shell in the tree, where programs in bin/ come first.
  Ended run(const std::string& line) const {
    return shell("cd " + folder_.path() + "; PATH=$PWD/bin:$PATH; " + line);
  }
  void with_program(const std::string& name, const std::string& text) const {
    fs::permissions(folder_.with("bin/" + name, "#!/bin/sh\n" + text + "\n"), fs::perms::owner_all);
  }
  [[nodiscard]] const Folder& folder() const { return folder_; }

 private:
  Folder folder_;
};

}  // namespace

TEST_CASE("regress: builds wait for each other", "[regress]") {
  const Checkout tree;
  const Ended all = tree.run(
      "for i in 1 2 3 4; do (./stampede > $i.out 2> $i.err; echo $? > $i.status) & done; wait; "
      "cat [1-4].out [1-4].status [1-4].err");
  INFO(all.out);
  CHECK(all.out.find("built\nbuilt\nbuilt\nbuilt\n0\n0\n0\n0\n") == 0);
  CHECK(all.says("stampede: waiting for another build"));
  // All is built: nobody waits, not even for who builds.
  CHECK(tree.run("exec 7> build/lock; flock 7; timeout 20 ./stampede").out == "built\n");
}

TEST_CASE("regress: what is built runs for those who may not build", "[regress]") {
  const Checkout tree;
  REQUIRE(tree.run("./stampede").status == 0);
  // As another user; for root that is nobody.
  const std::string reader =
      ::getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  if (::getuid() != 0) tree.run("chmod -R a-w build");
  CHECK(tree.run(reader + "./stampede").out == "built\n");
  // Older than the sources: it runs, and says so.
  tree.run("sleep 0.1; touch models/model.cpp");
  const Ended older = tree.run(reader + "./stampede");
  CHECK(older.status == 0);
  CHECK(older.says("perhaps of older sources"));
  CHECK(older.says("built\n"));
  tree.run("chmod -R u+w build; rm build/release/stampede; [ $(id -u) = 0 ] || chmod -R a-w build");
  const Ended none = tree.run(reader + "./stampede");
  CHECK(none.status == 3);
  CHECK(none.says("stampede is not built"));
  tree.run("chmod -R u+w build");
}

TEST_CASE("regress: what cannot be installed is an internal error, said once", "[regress]") {
  const Checkout tree;
  tree.with_program("dpkg-query", "exit 0");
  tree.with_program("sudo", "exec \"$@\"");
  tree.with_program("apt-get", "exit 100");
  const Ended ended = tree.run("./stampede");
  CHECK(ended.status == 3);
  CHECK(ended.says("stampede: these packages could not be installed: g++ cmake"));
}

TEST_CASE("regress: the front door opens to any shell", "[regress]") {
  const Checkout tree;
  CHECK(tree.run("sh ./stampede").out == "built\n");
  CHECK(tree.run("cd models && sh ../stampede").status == 0);
  // ./test likewise: the line comes before anything that only bash knows.
  const Ended first = shell("sed -n 3p " STAMPEDE_SOURCE_DIR "/stampede " STAMPEDE_SOURCE_DIR
                            "/test | head -1; sed -n 3p " STAMPEDE_SOURCE_DIR "/test");
  CHECK(first.out.find("exec bash") != std::string::npos);
  CHECK(first.out.find("exec bash") != first.out.rfind("exec bash"));
}

}  // namespace stampede::tests
