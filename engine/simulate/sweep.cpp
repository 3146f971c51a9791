#include "engine/simulate/sweep.hpp"

#include <poll.h>
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

/// What stands before each result in a worker's pipe.
struct Frame {
  std::uint64_t size = 0;
  SeedReport::Fate fate = SeedReport::Fate::done;
};

SeedReport report_of(const std::function<std::string(std::uint64_t)>& run_seed,
                     std::uint64_t seed) {
  using Fate = SeedReport::Fate;
  try {
    return {seed, Fate::done, run_seed(seed)};
  } catch (const InputError& error) {
    return {seed, Fate::refused, error.what()};
  } catch (const std::exception& error) {
    return {seed, Fate::crashed, error.what()};
  }
}

/// Runs what it is ordered to until there are no more orders. Nothing leaves it: behind it is what
/// the parent was doing, with workers and files that are the parent's to end.
[[noreturn]] void work(int orders, int results,
                       const std::function<std::string(std::uint64_t)>& run_seed) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // They are for the parent, which ends its workers.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
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
  explicit Worker(const std::function<std::string(std::uint64_t)>& run_seed,
                  const std::vector<Worker*>& others) {
    int orders[2];
    int results[2];
    if (::pipe(orders) != 0 || ::pipe(results) != 0)
      throw std::runtime_error("cannot make a pipe for a worker");
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error("cannot start a worker process");
    if (process_ == 0) {
      ::close(orders[1]);
      ::close(results[0]);
      for (const Worker* other : others) {
        ::close(other->orders_);
        ::close(other->results_);
      }
      work(orders[0], results[1], run_seed);
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
  /// What it has not begun; nothing if first is behind last.
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
    if (pending_.size() < sizeof frame + frame.size) return false;
    report = {range_.first++, frame.fate, pending_.substr(sizeof frame, frame.size)};
    pending_.erase(0, sizeof frame + frame.size);
    busy_ = range_.first <= range_.last && range_.first != 0;
    since_ = std::chrono::steady_clock::now();
    return true;
  }
  std::string death() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    reaped_ = true;
    if (WIFSIGNALED(status))
      return std::string("killed by signal ") + ::strsignal(WTERMSIG(status));
    return "exited with status " + std::to_string(WEXITSTATUS(status));
  }

 private:
  pid_t process_ = -1;
  int orders_ = -1;
  int results_ = -1;
  Range range_{1, 0};
  bool busy_ = false;
  bool reaped_ = false;
  std::string pending_;
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

}  // namespace

void sweep(const SweepSettings& settings,
           const std::function<std::string(std::uint64_t seed)>& run_seed,
           const std::function<bool(const SeedReport&)>& report,
           const std::function<bool()>& interrupted) {
  const auto previous = std::signal(SIGPIPE, SIG_IGN);
  Work work(settings.first, settings.last);
  InOrder ordered(settings.first, report);
  std::vector<std::unique_ptr<Worker>> workers(std::max<std::uint32_t>(settings.jobs, 1));
  const auto living = [&] {
    std::vector<Worker*> list;
    for (const auto& worker : workers) {
      if (worker) list.push_back(worker.get());
    }
    return list;
  };
  const auto limit = std::chrono::nanoseconds(settings.seed_limit.nanoseconds);
  bool going = true;
  while (going && !interrupted()) {
    bool any_busy = false;
    for (auto& worker : workers) {
      if (worker && worker->busy()) {
        any_busy = true;
      } else if (const std::optional<Range> range = work.take(ordered.next())) {
        if (!worker) worker = std::make_unique<Worker>(run_seed, living());
        worker->assign(*range);
        any_busy = true;
      }
    }
    if (!any_busy) break;
    std::vector<pollfd> polled;
    std::vector<std::size_t> who;
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (!workers[i] || !workers[i]->busy()) continue;
      polled.push_back({workers[i]->results(), POLLIN, 0});
      who.push_back(i);
    }
    ::poll(polled.data(), polled.size(), 200);
    for (std::size_t p = 0; p < polled.size() && going; ++p) {
      std::unique_ptr<Worker>& worker = workers[who[p]];
      bool alive = true;
      if ((polled[p].revents & (POLLIN | POLLHUP)) != 0) alive = worker->receive();
      SeedReport one;
      while (going && worker->next(one)) going = ordered.add(one);
      if (!going) break;
      if (!worker->busy()) continue;
      const bool overdue = std::chrono::steady_clock::now() - worker->since() > limit;
      if (alive && !overdue) continue;
      SeedReport lost{
          worker->seed(), alive ? SeedReport::Fate::runaway : SeedReport::Fate::crashed,
          alive ? "no result after " + to_string(settings.seed_limit) : worker->death()};
      const std::optional<Range> rest = worker->rest();
      worker.reset();
      if (rest) work.give_back(*rest);
      going = ordered.add(std::move(lost));
    }
  }
  workers.clear();
  std::signal(SIGPIPE, previous);
}

}  // namespace stampede::engine
