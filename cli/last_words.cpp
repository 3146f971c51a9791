#include "cli/last_words.hpp"

#include <string.h>  // sigdescr_np
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <string_view>

#include "cli/command.hpp"
#include "scenarios/running/run_in_progress.hpp"

namespace stampede::cli {
namespace {

constexpr std::array<int, 5> crashes = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

/// All that signal handlers read, made before.
struct Prepared {
  std::string what;
  std::string seed;
  std::string limit;
  Work work = Work::other;
  /// Between two looks at which step it is.
  engine::Duration patience{};
  bool json = false;
  bool quiet = false;
};
Prepared prepared;
/// A handler may have used up the stack.
alignas(16) std::array<char, 65'536> stack_of_handlers;

/// Written at once, and only then: nothing here allocates.
class Message {
 public:
  Message& operator<<(std::string_view more) {
    const std::size_t count = std::min(more.size(), sizeof text_ - used_);
    std::memcpy(text_ + used_, more.data(), count);
    used_ += count;
    return *this;
  }
  void write(int file) const {
    [[maybe_unused]] const ssize_t written = ::write(file, text_, used_);
  }

 private:
  char text_[1024];
  std::size_t used_ = 0;
};

std::string_view place_in_run(std::array<char, 256>& text) {
  return {text.data(), scenarios::RunInProgress::describe(text.data(), text.size())};
}

std::string_view digits_of(std::uint64_t number, std::array<char, 20>& text) {
  std::size_t at = text.size();
  do text[--at] = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  return {text.data() + at, text.size() - at};
}

/// A run that crashed is violated by that, as in a sweep.
void tell_crash(std::string_view how, std::string_view where) {
  Message message;
  std::array<char, 20> digits;
  if (prepared.json) {
    message << "{\"verdict\":\"violated\",\"as_expected\":false,\"violations\":[{\"property\":"
            << "\"crashed\",\"step\":" << digits_of(scenarios::RunInProgress::step(), digits)
            << ",\"message\":\"" << how << " in " << where
            << "\",\"nodes\":[]}],\"exit_status\":1,\"seed\":" << prepared.seed << "}\n";
  } else {
    message << "violated: " << prepared.what << "\n  crashed: " << how << " in " << where << "\n";
  }
  if (!prepared.quiet) message.write(STDOUT_FILENO);
}

extern "C" void on_crash(int signal) {
  std::array<char, 256> text;
  const char* const how = ::sigdescr_np(signal);
  if (scenarios::RunInProgress::in_handler()) {
    tell_crash(how, place_in_run(text));
    ::_exit(exit_unexpected);
  }
  Message message;
  message << "internal error: " << how << ", in no handler; " << prepared.what;
  if (scenarios::RunInProgress::any()) message << ", behind " << place_in_run(text);
  message << "\n";
  message.write(STDERR_FILENO);
  ::_exit(exit_internal);
}

void arm(engine::Duration after) {
  itimerval timer{};
  timer.it_value.tv_sec = after.nanoseconds / 1'000'000'000;
  timer.it_value.tv_usec = after.nanoseconds % 1'000'000'000 / 1'000;
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

/// Nothing else ends what is under way.
bool is_endless() {
  if (prepared.work == Work::limited_run) return scenarios::RunInProgress::any();
  return scenarios::RunInProgress::in_handler_seen_before();
}

extern "C" void on_time_up(int) {
  if (!is_endless()) {
    // What comes after a limited run ends by itself.
    if (prepared.work == Work::other) arm(prepared.patience);
    return;
  }
  std::array<char, 256> text;
  const std::string_view where = place_in_run(text);
  Message message;
  if (prepared.json) {
    message
        << "{\"verdict\":\"undecided\",\"as_expected\":false,\"violations\":[],\"exit_status\":4,"
        << "\"undecided_because\":[\"" << prepared.limit << ": no end of " << where
        << "\"],\"seed\":" << prepared.seed << "}\n";
  } else {
    message << "undecided: " << prepared.what << "\nundecided: " << prepared.limit << ": no end of "
            << where << "\n";
  }
  if (!prepared.quiet) message.write(STDOUT_FILENO);
  ::_exit(exit_undecided);
}

}  // namespace

LastWords::LastWords(Work work, const std::string& what, std::uint64_t seed, bool json, bool quiet,
                     std::optional<engine::Duration> time_max) {
  constexpr engine::Duration step_max = engine::seconds(60);
  prepared = {what,
              std::to_string(seed),
              time_max ? "max_time = " + engine::to_string(*time_max)
                       : "a step may take " + engine::to_string(step_max),
              work,
              time_max ? engine::seconds(1) : step_max,
              json,
              quiet};
  stack_t stack{};
  stack.ss_sp = stack_of_handlers.data();
  stack.ss_size = stack_of_handlers.size();
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  for (const int signal : crashes) ::sigaction(signal, &action, nullptr);
  if (!time_max && work == Work::limited_run) return;
  std::signal(SIGALRM, on_time_up);
  constexpr engine::Duration least = engine::milliseconds(200);
  arm(time_max ? *time_max + std::max(*time_max / 100, least) : step_max);
}

LastWords::~LastWords() {
  arm({});
  std::signal(SIGALRM, SIG_DFL);
  for (const int signal : crashes) std::signal(signal, SIG_DFL);
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

}  // namespace stampede::cli
