// stampede step at a terminal: what keys do.
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>

#include "tests/regress/program.hpp"

namespace {

using namespace stampede;
using tests::catalogue;
using tests::Folder;

/// A session at a terminal of its own, in a folder.
class AtTerminal {
 public:
  explicit AtTerminal(const Folder& folder) {
    const std::string played = catalogue("bugs/vrr-state-transfer-truncates");
    process_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
    REQUIRE(process_ >= 0);
    if (process_ == 0) {
      ::setenv("TERM", "xterm", 1);
      if (::chdir(folder.path().c_str()) == 0)
        ::execl(STAMPEDE_BINARY, STAMPEDE_BINARY, "step", played.c_str(), nullptr);
      ::_exit(127);
    }
    wait_for(prompt);
  }
  AtTerminal(const AtTerminal&) = delete;
  AtTerminal& operator=(const AtTerminal&) = delete;
  ~AtTerminal() {
    ::close(terminal_);
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  /// Types the keys, and waits until `answer` is shown behind what was shown before.
  void type(const std::string& keys, const std::string& answer) {
    INFO("typed: " << keys);
    REQUIRE(::write(terminal_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
    wait_for(answer);
  }
  /// The same with a line and its end. Waits for the next prompt, too: before it the terminal edits
  /// by itself, and Tab or Ctrl-D is not the key that it is in a line.
  void enter(const std::string& line, const std::string& answer) {
    type(line + "\r", answer);
    wait_for(prompt);
  }
  /// The same with Ctrl-C instead of its end.
  void interrupt(const std::string& line, const std::string& answer) {
    type(line + "\x03", answer);
    wait_for(prompt);
  }
  /// Its exit status.
  int end() {
    int status = 0;
    REQUIRE(::waitpid(process_, &status, 0) == process_);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  static constexpr const char* prompt = "step> ";

  void wait_for(const std::string& text) {
    constexpr int patience_ms = 20'000;
    for (std::size_t found = 0; (found = shown_.find(text, seen_)) == std::string::npos;) {
      INFO("waiting for: " << text << "\nshown: " << shown_.substr(seen_));
      pollfd readable{terminal_, POLLIN, 0};
      REQUIRE(::poll(&readable, 1, patience_ms) == 1);
      std::array<char, 4096> piece{};
      const ssize_t got = ::read(terminal_, piece.data(), piece.size());
      REQUIRE(got > 0);
      shown_.append(piece.data(), static_cast<std::size_t>(got));
    }
    seen_ = shown_.find(text, seen_) + text.size();
  }

  pid_t process_ = -1;
  int terminal_ = -1;
  std::string shown_;
  std::size_t seen_ = 0;
};

}  // namespace

TEST_CASE("step: at a terminal Tab completes names of commands, messages and nodes", "[explain]") {
  const Folder folder("step-tab");
  AtTerminal session(folder);
  session.enter("put x 1 to r0", "sends Request c0->r0");
  session.type("del\t", "iver ");
  session.type("Req\t", "uest ");
  session.enter("c\t", "sends Prepare r0->r1");
  session.type("show r\t", "r0  r1  r2");
  session.enter("1", "view_number");
  session.type("nonsense\t\x15quit\r", "saved: ");
  CHECK(session.end() == 0);
  CHECK(folder.text_of("stampede-step.yaml").find("Request c0->r0") != std::string::npos);
}

TEST_CASE("step: at a terminal Ctrl-C ends a line, and loses nothing", "[explain]") {
  const Folder folder("step-ctrl-c");
  AtTerminal session(folder);
  session.enter("put x 1 to r0", "sends Request c0->r0");
  session.interrupt("crash r", "interrupted: nothing is lost");
  session.type("\r", "step> ");
  session.enter("deliver Request c0->r0", "sends Prepare r0->r1");
  session.type("\x04", "saved: stampede-step.yaml");
  CHECK(session.end() == 0);
  const std::string saved = folder.text_of("stampede-step.yaml");
  CHECK(saved.find("deliver: Request c0->r0") != std::string::npos);
  CHECK(saved.find("crash") == std::string::npos);
}
