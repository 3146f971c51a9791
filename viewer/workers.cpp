#include "viewer/workers.hpp"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <system_error>
#include <utility>

#include "engine/core/error.hpp"

namespace stampede::viewer {
namespace {

constexpr std::chrono::seconds patience{10};
/// What was done is remembered so long, for who asks late.
constexpr std::size_t remembered_max = 32;

/// A file in memory, closed in processes that are started.
int memory_file(const std::string& content) {
  const int file = ::memfd_create("stampede", MFD_CLOEXEC);
  ASSERT(file >= 0);
  std::size_t written = 0;
  while (written < content.size()) {
    const ssize_t more = ::write(file, content.data() + written, content.size() - written);
    ASSERT(more > 0);
    written += static_cast<std::size_t>(more);
  }
  ::lseek(file, 0, SEEK_SET);
  return file;
}

std::string content_of(int file) {
  std::string content;
  char block[4'096];
  for (;;) {
    const ssize_t more = ::pread(file, block, sizeof(block), static_cast<off_t>(content.size()));
    if (more <= 0) return content;
    content.append(block, static_cast<std::size_t>(more));
  }
}

pid_t spawn(const std::string& program, std::vector<std::string> arguments, int in, int out,
            int err) {
  arguments.insert(arguments.begin(), program);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in, 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  posix_spawn_file_actions_adddup2(&files, err, 2);
  pid_t process = 0;
  const int code =
      ::posix_spawn(&process, program.c_str(), &files, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (code == 0) return process;
  throw engine::InputError("no process can be started: " + std::generic_category().message(code),
                           "end some of those that run");
}

}  // namespace

Workers::~Workers() {
  for (auto& [number, process] : processes_) {
    if (!process.over) ::kill(process.id, SIGINT);
  }
  for (auto& [number, process] : processes_) {
    if (!process.over) reap(process, 0);
    ::close(process.out);
    ::close(process.err);
  }
}

std::uint64_t Workers::start(const Work& work) {
  const std::lock_guard lock(mutex_);
  if (program_.empty())
    throw engine::InputError("nothing can be started from here", "use the command line");
  const auto busy = std::count_if(processes_.begin(), processes_.end(),
                                  [](const auto& one) { return !one.second.over; });
  if (static_cast<std::size_t>(busy) >= at_once_max)
    throw engine::InputError(std::to_string(busy) + " are at work already",
                             "wait for one of them, or cancel it");
  Process process;
  const int in = memory_file(work.input);
  process.out = memory_file("");
  process.err = memory_file("");
  process.begun = Clock::now();
  process.time_max = work.time_max;
  process.id = spawn(program_, work.arguments, in, process.out, process.err);
  ::close(in);
  forget_old();
  processes_.emplace(next_, process);
  return next_++;
}

std::optional<WorkState> Workers::look(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(number);
  if (found == processes_.end()) return std::nullopt;
  Process& process = found->second;
  if (!process.over) reap(process, WNOHANG);
  const Clock::time_point until = process.over ? process.ended : Clock::now();
  return WorkState{process.over, process.status,
                   std::chrono::duration<double>(until - process.begun).count(),
                   content_of(process.out), content_of(process.err)};
}

bool Workers::cancel(std::uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = processes_.find(number);
  if (found == processes_.end() || found->second.over) return false;
  found->second.told = true;
  // Its patience begins now.
  found->second.time_max =
      std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - found->second.begun);
  return ::kill(found->second.id, SIGINT) == 0;
}

void Workers::tend() {
  const std::lock_guard lock(mutex_);
  for (auto& [number, process] : processes_) {
    if (process.over) continue;
    reap(process, WNOHANG);
    if (process.over) continue;
    const auto taken = Clock::now() - process.begun;
    if (taken > process.time_max && !std::exchange(process.told, true))
      ::kill(process.id, SIGINT);
    else if (taken > process.time_max + patience)
      ::kill(process.id, SIGKILL);
  }
}

void Workers::reap(Process& process, int options) {
  int status = 0;
  if (::waitpid(process.id, &status, options) != process.id) return;
  process.over = true;
  process.ended = Clock::now();
  process.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void Workers::forget_old() {
  while (processes_.size() >= remembered_max && processes_.begin()->second.over) {
    ::close(processes_.begin()->second.out);
    ::close(processes_.begin()->second.err);
    processes_.erase(processes_.begin());
  }
}

}  // namespace stampede::viewer
