#include "tests/regress/program.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace stampede::tests {

namespace fs = std::filesystem;

Ended shell(const std::string& line) {
  const std::string whole =
      "S=" + std::string(STAMPEDE_BINARY) + "; S() { \"$S\" \"$@\"; }; { " + line + "\n} 2>&1";
  std::FILE* pipe = ::popen(whole.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Ended ended;
  std::array<char, 4096> piece{};
  while (const std::size_t read = std::fread(piece.data(), 1, piece.size(), pipe))
    ended.out.append(piece.data(), read);
  const int status = ::pclose(pipe);
  ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

Running::Running(const std::vector<std::string>& arguments) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  std::vector<std::string> words = {STAMPEDE_BINARY};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  process_ = ::fork();
  REQUIRE(process_ >= 0);
  if (process_ == 0) {
    ::dup2(ends[1], 1);
    ::dup2(ends[1], 2);
    ::close(ends[0]);
    ::close(ends[1]);
    ::execv(STAMPEDE_BINARY, pointers.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  output_ = ends[0];
}

Running::~Running() {
  ::close(output_);
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

void Running::wait_for_output() {
  std::array<char, 1> first{};
  REQUIRE(::read(output_, first.data(), first.size()) == 1);
  out_ += first[0];
}

void Running::wait_for(const std::string& path) const {
  while (!fs::exists(path)) {
    REQUIRE(::waitpid(process_, nullptr, WNOHANG) == 0);
    ::usleep(1'000);
  }
}

void Running::signal(int number) const { REQUIRE(::kill(process_, number) == 0); }

Ended Running::end() {
  std::array<char, 4096> piece{};
  for (ssize_t got = 1; got > 0;) {
    got = ::read(output_, piece.data(), piece.size());
    if (got > 0) out_.append(piece.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  REQUIRE(::waitpid(process_, &status, 0) == process_);
  process_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out_};
}

Folder::Folder(const std::string& name)
    : path_(fs::temp_directory_path() / ("stampede-" + name + "-" + std::to_string(::getpid()))) {
  fs::remove_all(path_);
  fs::create_directories(path_);
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Folder::with(const std::string& name, const std::string& text) const {
  std::ofstream(*this / name) << text;
  return *this / name;
}

std::string Folder::text_of(const std::string& name) const {
  std::ifstream stream(*this / name, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(stream)), {});
}

std::string catalogue(const std::string& name) {
  return std::string(STAMPEDE_SOURCE_DIR) + "/scenarios/catalogue/" + name + ".yaml";
}

}  // namespace stampede::tests
