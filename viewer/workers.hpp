// Work that takes longer than an answer may, or writes: done by processes of the same program, a
// few at once, each with an end to its time. They end as the program does on SIGINT: with what they
// have.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace stampede::viewer {

struct Work {
  /// Behind the program's name.
  std::vector<std::string> arguments;
  /// What it reads.
  std::string input;
  /// It is told to end after this long, and ended 10 s later.
  std::chrono::seconds time_max{60};
};

struct WorkState {
  bool over = false;
  /// Of a process that is over: its exit status; -1 = a signal ended it.
  int status = 0;
  double seconds = 0;
  /// What it wrote so far.
  std::string out;
  std::string err;
};

class Workers {
 public:
  /// `program`: the path of what is started; empty = nothing can be.
  explicit Workers(std::string program) : program_(std::move(program)) {}
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  /// Tells all to end, and waits for them.
  ~Workers();

  static constexpr std::size_t at_once_max = 2;

  /// Starts it, under the number that is returned. InputError if as many are at work as may be, or
  /// it cannot be started.
  std::uint64_t start(const Work& work);
  /// Nothing if there is no such work.
  std::optional<WorkState> look(std::uint64_t number);
  /// Tells it to end with what it has; false if there is no such work, or it is over.
  bool cancel(std::uint64_t number);
  /// Sees to those that are over, and to those whose time is.
  void tend();

 private:
  using Clock = std::chrono::steady_clock;
  struct Process {
    pid_t id = 0;
    /// Files in memory.
    int out = -1;
    int err = -1;
    Clock::time_point begun;
    Clock::time_point ended;
    std::chrono::seconds time_max{};
    bool told = false;
    bool over = false;
    int status = 0;
  };
  static void reap(Process& process, int options);
  void forget_old();

  std::string program_;
  std::mutex mutex_;
  std::map<std::uint64_t, Process> processes_;
  std::uint64_t next_ = 1;
};

}  // namespace stampede::viewer
