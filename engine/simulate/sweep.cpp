#include "engine/simulate/sweep.hpp"

#include <poll.h>
#include <string.h>  // sigdescr_np
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <system_error>
#include <vector>

#include "engine/core/error.hpp"

namespace stampede::engine {
namespace {

/// Seeds given to a worker at once: enough to keep it busy, few enough to share the end of a sweep.
constexpr std::uint64_t chunk_seeds = 32;

struct Range {
  std::uint64_t first;
  std::uint64_t last;
};

bool write_all(int file, const void* bytes, std::size_t count) {
  const char* at = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written = ::write(file, at, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    count -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int file, void* bytes, std::size_t count) {
  char* at = static_cast<char*>(bytes);
  while (count > 0) {
    const ssize_t got = ::read(file, at, count);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

/// In place of the size of a result: what follows is what the worker did last.
constexpr std::uint64_t last_words_mark = UINT64_MAX;

/// What the signal handlers of a worker need.
struct LastWords {
  int results = -1;
  std::size_t (*describe)(char* text, std::size_t size) = nullptr;
};
LastWords last_words;
/// A handler of a protocol may have used up the stack.
alignas(16) char stack_of_handlers[65'536];

extern "C" void say_last_words(int signal) {
  char text[256];
  write_all(last_words.results, &last_words_mark, sizeof last_words_mark);
  write_all(last_words.results, text, last_words.describe(text, sizeof text));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void prepare_last_words(int results, std::size_t (*describe)(char*, std::size_t)) {
  last_words = {results, describe};
  stack_t stack{};
  stack.ss_sp = stack_of_handlers;
  stack.ss_size = sizeof stack_of_handlers;
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = say_last_words;
  action.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU})
    ::sigaction(signal, &action, nullptr);
}

[[noreturn]] void work(int orders, int results,
                       const std::function<std::string(std::uint64_t)>& run_seed,
                       std::size_t (*describe)(char*, std::size_t)) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGINT, SIG_IGN);
  if (describe != nullptr) prepare_last_words(results, describe);
  // An aborting handler is a result, not a reason to fill the disk.
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  Range range{};
  while (read_all(orders, &range, sizeof range)) {
    for (std::uint64_t seed = range.first; seed <= range.last; ++seed) {
      const std::string result = run_seed(seed);
      const std::uint64_t size = result.size();
      if (!write_all(results, &size, sizeof size) || !write_all(results, result.data(), size))
        ::_exit(0);
    }
  }
  ::_exit(0);
}

class Worker {
 public:
  /// std::system_error if the system gives no more of what it takes.
  explicit Worker(const std::function<std::string(std::uint64_t)>& run_seed,
                  std::size_t (*describe)(char*, std::size_t), const std::vector<Worker*>& others) {
    int orders[2] = {-1, -1};
    int results[2] = {-1, -1};
    if (::pipe(orders) == 0 && ::pipe(results) == 0) process_ = ::fork();
    if (process_ < 0) {
      const int reason = errno;
      for (const int file : {orders[0], orders[1], results[0], results[1]}) {
        if (file >= 0) ::close(file);
      }
      throw std::system_error(reason, std::generic_category());
    }
    if (process_ == 0) {
      ::close(orders[1]);
      ::close(results[0]);
      for (const Worker* other : others) {
        ::close(other->orders_);
        ::close(other->results_);
      }
      work(orders[0], results[1], run_seed, describe);
    }
    ::close(orders[0]);
    ::close(results[1]);
    orders_ = orders[1];
    results_ = results[0];
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    ::close(orders_);
    ::close(results_);
    ::kill(process_, SIGKILL);
    if (!reaped_) ::waitpid(process_, nullptr, 0);
  }

  void assign(Range range) {
    range_ = range;
    busy_ = true;
    since_ = std::chrono::steady_clock::now();
    write_all(orders_, &range, sizeof range);
  }
  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] int results() const { return results_; }
  [[nodiscard]] std::uint64_t seed() const { return range_.first; }
  [[nodiscard]] Range rest() const { return {range_.first + 1, range_.last}; }
  [[nodiscard]] std::chrono::steady_clock::time_point since() const { return since_; }

  /// Bytes that have come; false once the worker is gone.
  bool receive() {
    char buffer[65536];
    const ssize_t got = ::read(results_, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) return true;
    if (got <= 0) return false;
    pending_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  /// The next whole result, if there is one.
  bool next(std::uint64_t& seed, std::string& result) {
    std::uint64_t size = 0;
    if (!busy_ || pending_.size() < sizeof size) return false;
    std::memcpy(&size, pending_.data(), sizeof size);
    if (size == last_words_mark) return false;
    if (pending_.size() < sizeof size + size) return false;
    result = pending_.substr(sizeof size, size);
    pending_.erase(0, sizeof size + size);
    seed = range_.first++;
    busy_ = range_.first <= range_.last;
    since_ = std::chrono::steady_clock::now();
    return true;
  }
  std::string death() {
    find_last_words();
    int status = 0;
    ::waitpid(process_, &status, 0);
    reaped_ = true;
    const std::string place = place_.empty() ? "" : " in " + place_;
    if (WIFSIGNALED(status)) return ::sigdescr_np(WTERMSIG(status)) + place;
    return "exit with status " + std::to_string(WEXITSTATUS(status)) + place;
  }
  /// Ends it, and lets it say where it is, if it can within a moment.
  std::string end_runaway() {
    ::kill(process_, SIGXCPU);
    pollfd polled{results_, POLLIN, 0};
    while (::poll(&polled, 1, 200) > 0 && receive()) {
    }
    find_last_words();
    return place_;
  }

 private:
  /// Behind whole results, which have been taken.
  void find_last_words() {
    if (pending_.compare(0, sizeof last_words_mark, std::string(sizeof last_words_mark, '\xff')) ==
        0)
      place_ = pending_.substr(sizeof last_words_mark);
  }

  pid_t process_ = -1;
  int orders_ = -1;
  int results_ = -1;
  Range range_{1, 0};
  bool busy_ = false;
  bool reaped_ = false;
  std::string pending_;
  /// Where it was when it ended.
  std::string place_;
  std::chrono::steady_clock::time_point since_;
};

/// Hands reports on in the order of their seeds.
class InOrder {
 public:
  InOrder(std::uint64_t first, const std::function<bool(const SeedReport&)>& report)
      : next_(first), report_(report) {}
  /// False once the receiver has had enough.
  bool add(SeedReport report) {
    waiting_.emplace(report.seed, std::move(report));
    for (auto place = waiting_.find(next_); place != waiting_.end(); place = waiting_.find(next_)) {
      if (!report_(place->second)) return false;
      waiting_.erase(place);
      ++next_;
    }
    return true;
  }
  [[nodiscard]] std::uint64_t next() const { return next_; }

 private:
  std::uint64_t next_;
  std::map<std::uint64_t, SeedReport> waiting_;
  const std::function<bool(const SeedReport&)>& report_;
};

/// The seeds, given out by chunks and taken from whoever works on them.
class Sweeping {
 public:
  Sweeping(const SweepSettings& settings,
           const std::function<std::string(std::uint64_t seed)>& run_seed,
           const std::function<bool(const SeedReport&)>& report)
      : settings_(settings),
        run_seed_(run_seed),
        next_seed_(settings.first),
        ordered_(settings.first, report),
        workers_(std::max<std::uint32_t>(settings.jobs, 1)),
        most_(workers_.size()) {}

  void go(const std::function<bool()>& interrupted) {
    while (going_ && !interrupted() && give_work()) listen();
  }

 private:
  bool take(Range& range) {
    if (!left_over_.empty()) {
      range = left_over_.front();
      left_over_.pop_front();
      return true;
    }
    // Not too far ahead of the slowest: results wait for their turn.
    if (all_given_ || next_seed_ > settings_.last || next_seed_ - ordered_.next() > 4096)
      return false;
    range = {next_seed_, settings_.last - next_seed_ < chunk_seeds ? settings_.last
                                                                   : next_seed_ + chunk_seeds - 1};
    all_given_ = range.last == settings_.last;
    next_seed_ = range.last + 1;
    return true;
  }

  [[nodiscard]] std::vector<Worker*> living() const {
    std::vector<Worker*> list;
    for (const auto& worker : workers_) {
      if (worker) list.push_back(worker.get());
    }
    return list;
  }

  /// So many as there were when the system refused one more do the work of all.
  bool hire(std::unique_ptr<Worker>& worker) {
    if (living().size() >= most_) return false;
    try {
      worker = std::make_unique<Worker>(run_seed_, settings_.describe, living());
    } catch (const std::system_error& refused) {
      most_ = living().size();
      if (most_ != 0) return false;
      throw InputError("cannot start a worker: " + refused.code().message(),
                       "give this program more processes and descriptors (ulimit -u, ulimit -n)");
    }
    return true;
  }

  /// False once nobody has anything to do.
  bool give_work() {
    bool any_busy = false;
    for (auto& worker : workers_) {
      Range range{};
      if (worker && worker->busy()) {
        any_busy = true;
      } else if (take(range)) {
        if (worker || hire(worker)) {
          worker->assign(range);
          any_busy = true;
        } else {
          left_over_.push_front(range);
        }
      }
    }
    return any_busy;
  }

  void listen() {
    std::vector<pollfd> polled;
    std::vector<std::size_t> who;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (!workers_[i] || !workers_[i]->busy()) continue;
      polled.push_back({workers_[i]->results(), POLLIN, 0});
      who.push_back(i);
    }
    ::poll(polled.data(), polled.size(), 200);
    for (std::size_t p = 0; p < polled.size() && going_; ++p)
      take_results(workers_[who[p]], (polled[p].revents & (POLLIN | POLLHUP)) != 0);
  }

  void take_results(std::unique_ptr<Worker>& worker, bool has_more) {
    const bool alive = !has_more || worker->receive();
    SeedReport one;
    while (going_ && worker->next(one.seed, one.result)) going_ = ordered_.add(one);
    if (!going_ || !worker->busy()) return;
    const auto limit = std::chrono::nanoseconds(settings_.seed_limit.nanoseconds);
    if (alive && std::chrono::steady_clock::now() - worker->since() <= limit) return;
    SeedReport lost{
        worker->seed(), alive ? SeedReport::Fate::runaway : SeedReport::Fate::crashed, {}};
    if (alive) {
      const std::string place = worker->end_runaway();
      lost.result =
          "no end after " + to_string(settings_.seed_limit) + (place.empty() ? "" : " of " + place);
    } else {
      lost.result = worker->death();
    }
    const Range rest = worker->rest();
    worker.reset();
    if (rest.first <= rest.last) left_over_.push_front(rest);
    going_ = ordered_.add(std::move(lost));
  }

  const SweepSettings& settings_;
  const std::function<std::string(std::uint64_t seed)>& run_seed_;
  /// What a worker that was lost had left to do.
  std::deque<Range> left_over_;
  std::uint64_t next_seed_;
  bool all_given_ = false;
  InOrder ordered_;
  std::vector<std::unique_ptr<Worker>> workers_;
  /// Workers at a time.
  std::size_t most_;
  bool going_ = true;
};

}  // namespace

void sweep(const SweepSettings& settings,
           const std::function<std::string(std::uint64_t seed)>& run_seed,
           const std::function<bool(const SeedReport&)>& report,
           const std::function<bool()>& interrupted) {
  const auto previous = std::signal(SIGPIPE, SIG_IGN);
  Sweeping(settings, run_seed, report).go(interrupted);
  std::signal(SIGPIPE, previous);
}

}  // namespace stampede::engine
