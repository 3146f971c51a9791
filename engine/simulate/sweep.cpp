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
#include <optional>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/core/json.hpp"

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

/// What stands before each result in a worker's pipe.
struct Frame {
  std::uint64_t size = 0;
  SeedReport::Fate fate = SeedReport::Fate::done;
};

/// An InputError on its way from a worker.
struct Refusal {
  std::string file{};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string message{};
  std::string hint{};
};
STAMPEDE_VALUE(Refusal, file, line, column, message, hint);

Refusal refusal_of(const InputError& error) {
  const Place& place = error.place();
  return {place.file, place.line, place.column, error.message(), error.hint().text()};
}

SeedReport report_of(const std::function<std::string(std::uint64_t)>& run_seed,
                     std::uint64_t seed) {
  using Fate = SeedReport::Fate;
  try {
    return {seed, Fate::done, run_seed(seed)};
  } catch (const InputError& error) {
    return {seed, Fate::refused, to_json(refusal_of(error))};
  } catch (const std::exception& error) {
    return {seed, Fate::crashed, error.what()};
  }
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
  const Frame frame{last_words_mark, SeedReport::Fate::crashed};
  write_all(last_words.results, &frame, sizeof frame);
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

/// Runs what it is ordered to until there are no more orders. Nothing leaves it: behind it is what
/// the parent was doing, with workers and files that are the parent's to end.
[[noreturn]] void work(int orders, int results,
                       const std::function<std::string(std::uint64_t)>& run_seed,
                       std::size_t (*describe)(char*, std::size_t)) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // They are for the parent, which ends its workers.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  if (describe != nullptr) prepare_last_words(results, describe);
  // An aborting handler is a result, not a reason to fill the disk.
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  Range range{};
  while (read_all(orders, &range, sizeof range)) {
    std::uint64_t seed = range.first;
    do {
      const SeedReport report = report_of(run_seed, seed);
      const Frame frame{report.result.size(), report.fate};
      if (!write_all(results, &frame, sizeof frame) ||
          !write_all(results, report.result.data(), report.result.size()))
        ::_exit(0);
    } while (seed++ != range.last);
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
  /// What it has not begun.
  [[nodiscard]] std::optional<Range> rest() const {
    if (range_.first == range_.last) return std::nullopt;
    return Range{range_.first + 1, range_.last};
  }
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
  /// The next whole report, if there is one.
  bool next(SeedReport& report) {
    Frame frame;
    if (!busy_ || pending_.size() < sizeof frame) return false;
    std::memcpy(&frame, pending_.data(), sizeof frame);
    if (frame.size == last_words_mark || pending_.size() - sizeof frame < frame.size) return false;
    report = {range_.first++, frame.fate, pending_.substr(sizeof frame, frame.size)};
    pending_.erase(0, sizeof frame + frame.size);
    busy_ = range_.first <= range_.last && range_.first != 0;
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
  /// Behind whole reports, which have been taken.
  void find_last_words() {
    Frame frame;
    if (pending_.size() < sizeof frame) return;
    std::memcpy(&frame, pending_.data(), sizeof frame);
    if (frame.size == last_words_mark) place_ = pending_.substr(sizeof frame);
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

/// The seeds that no worker has been given yet.
class Work {
 public:
  Work(std::uint64_t first, std::uint64_t last)
      : next_seed_(first), last_(last), all_given_(first > last) {}

  void give_back(Range range) { returned_.push_front(range); }
  /// Some of them for a worker, unless they are too far ahead of the seed whose report is awaited:
  /// reports wait for their turn.
  std::optional<Range> take(std::uint64_t awaited) {
    if (!returned_.empty()) {
      const Range range = returned_.front();
      returned_.pop_front();
      return range;
    }
    if (all_given_ || (next_seed_ > awaited && next_seed_ - awaited > 4096)) return std::nullopt;
    const Range range{next_seed_,
                      last_ - next_seed_ < chunk_seeds ? last_ : next_seed_ + chunk_seeds - 1};
    // Behind the last of all comes 0.
    all_given_ = range.last == last_;
    next_seed_ = range.last + 1;
    return range;
  }

 private:
  std::uint64_t next_seed_;
  std::uint64_t last_;
  bool all_given_;
  std::deque<Range> returned_;
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

/// The workers, who are given seeds and whose reports are taken.
class Sweeping {
 public:
  Sweeping(const SweepSettings& settings,
           const std::function<std::string(std::uint64_t seed)>& run_seed,
           const std::function<bool(const SeedReport&)>& report)
      : settings_(settings),
        run_seed_(run_seed),
        unbegun_(settings.first, settings.last),
        ordered_(settings.first, report),
        workers_(std::max<std::uint32_t>(settings.jobs, 1)),
        most_(workers_.size()) {}

  void go(const std::function<bool()>& interrupted) {
    while (going_ && !interrupted() && give_work()) listen();
  }

 private:
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
      if (worker && worker->busy()) {
        any_busy = true;
      } else if (const std::optional<Range> range = unbegun_.take(ordered_.next())) {
        if (worker || hire(worker)) {
          worker->assign(*range);
          any_busy = true;
        } else {
          unbegun_.give_back(*range);
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
    while (going_ && worker->next(one)) going_ = ordered_.add(one);
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
    const std::optional<Range> rest = worker->rest();
    worker.reset();
    if (rest) unbegun_.give_back(*rest);
    going_ = ordered_.add(std::move(lost));
  }

  const SweepSettings& settings_;
  const std::function<std::string(std::uint64_t seed)>& run_seed_;
  Work unbegun_;
  InOrder ordered_;
  std::vector<std::unique_ptr<Worker>> workers_;
  /// Workers at a time.
  std::size_t most_;
  bool going_ = true;
};

}  // namespace

InputError SeedReport::refusal() const {
  ASSERT(fate == Fate::refused);
  Refusal refusal;
  read(parse_json(result, "a worker's result"), refusal);
  return {Place{refusal.file, refusal.line, refusal.column}, refusal.message, refusal.hint};
}

void sweep(const SweepSettings& settings,
           const std::function<std::string(std::uint64_t seed)>& run_seed,
           const std::function<bool(const SeedReport&)>& report,
           const std::function<bool()>& interrupted) {
  const auto previous = std::signal(SIGPIPE, SIG_IGN);
  Sweeping(settings, run_seed, report).go(interrupted);
  std::signal(SIGPIPE, previous);
}

}  // namespace stampede::engine
