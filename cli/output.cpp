#include "cli/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "cli/command.hpp"
#include "engine/core/error.hpp"
#include "scenarios/running/record.hpp"

namespace stampede::cli {
namespace {

namespace fs = std::filesystem;

/// Both are one file, or would be if they were made. Devices hold nothing that could be lost.
bool same_file(const std::string& one, const std::string& other) {
  struct stat first {};
  struct stat second {};
  const bool first_exists = ::stat(one.c_str(), &first) == 0;
  const bool second_exists = ::stat(other.c_str(), &second) == 0;
  if (first_exists && second_exists)
    return S_ISREG(first.st_mode) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  if (first_exists || second_exists) return false;
  std::error_code ignored;
  return fs::weakly_canonical(one, ignored) == fs::weakly_canonical(other, ignored);
}

bool is_replaced(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) != 0 || S_ISREG(found.st_mode);
}

[[noreturn]] void fail(const std::string& flag, const std::string& path, int reason) {
  throw engine::InputError({path, 0, 0},
                           "cannot write what " + flag + " asks for" +
                               (reason == 0 ? "" : ": " + std::string(std::strerror(reason))),
                           "give a file that can be written, with room for it");
}

}  // namespace

void Outputs::take(const std::string& flag, const std::string& path) {
  for (const Taken& other : taken_) {
    if (!same_file(other.path, path)) continue;
    throw engine::InputError({path, 0, 0}, flag + " would overwrite " + other.what,
                             "give " + flag + " a file of its own");
  }
  taken_.push_back({"what " + flag + " writes", path});
}

void Outputs::take_database(const std::string& flag, const std::string& path) {
  if (path.empty()) return;
  take(flag, path);
  // Not kept open: whatever ends the work leaves a file that is whole. The lock of a writer shows
  // that it can be written.
  traces::Store database = traces::Store::create_or_open(path);
  static_cast<void>(database.begin_run());
}

void Outputs::write(const std::function<void()>& writing) {
  try {
    writing();
  } catch (const engine::InputError& error) {
    failures_.emplace_back(error.what());
  }
}

int Outputs::status(int status) const { return failures_.empty() ? status : exit_input; }

void Outputs::tell() const {
  for (const std::string& failure : failures_) std::fprintf(stderr, "%s\n", failure.c_str());
}

OutputFile::OutputFile(Outputs& outputs, std::string flag, std::string path)
    : outputs_(outputs), flag_(std::move(flag)), path_(std::move(path)), opened_(path_) {
  if (path_.empty()) return;
  outputs.take(flag_, path_);
  if (is_replaced(path_)) {
    // What a link leads to is replaced, not the link.
    std::error_code ignored;
    const fs::path place = fs::weakly_canonical(path_, ignored);
    if (!place.empty()) path_ = place.string();
    opened_ = path_ + ".partial";
  }
  errno = 0;
  stream_.open(opened_, std::ios::binary);
  if (!stream_) fail(flag_, path_, errno);
}

OutputFile::~OutputFile() {
  if (path_.empty() || opened_ == path_) return;
  stream_.close();
  std::remove(opened_.c_str());
}

void OutputFile::finish() {
  outputs_.write([&] {
    errno = 0;
    stream_.close();
    if (!stream_) fail(flag_, path_, errno);
    if (opened_ == path_) return;
    std::error_code ignored;
    const fs::file_status replaced = fs::status(path_, ignored);
    if (fs::exists(replaced)) fs::permissions(opened_, replaced.permissions(), ignored);
    if (std::rename(opened_.c_str(), path_.c_str()) != 0) fail(flag_, path_, errno);
    opened_ = path_;
  });
}

void guard_standard_streams() {
  // Not to be written to: what is printed to a closed stream is lost, and that is told.
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) ::open("/dev/null", O_RDONLY);
  }
}

int close_standard_output(int status) {
  std::cout.flush();
  errno = 0;
  const bool lost = std::fflush(stdout) != 0 || std::ferror(stdout) != 0 || !std::cout;
  if (!lost) return status;
  const std::string reason = errno == 0 ? "" : ": " + std::string(std::strerror(errno));
  std::fprintf(stderr, "error: the standard output could not be written%s\n", reason.c_str());
  return status == exit_internal ? status : exit_input;
}

}  // namespace stampede::cli
