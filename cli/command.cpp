#include "cli/command.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>

namespace stampede::cli {
namespace {

std::atomic<bool> interrupt_seen{false};

extern "C" void on_interrupt(int) {
  interrupt_seen = true;
  // A second one ends the program at once.
  std::signal(SIGINT, SIG_DFL);
}

}  // namespace

bool interrupted() {
  static const bool installed = [] {
    std::signal(SIGINT, on_interrupt);
    return true;
  }();
  return installed && interrupt_seen;
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t position = digits.size(); position > 3;) {
    position -= 3;
    digits.insert(position, ",");
  }
  return digits;
}

Progress::Progress(bool enabled, std::string what, std::uint64_t total)
    : enabled_(enabled), terminal_(::isatty(2) == 1), what_(std::move(what)), total_(total) {}

Progress::~Progress() {
  if (shown_ && terminal_) std::fputs("\r\033[K", stderr);
}

bool Progress::due() {
  const double now = watch_.seconds();
  if (!enabled_ || now - last_ < (terminal_ ? 0.1 : 30.0)) return false;
  last_ = now;
  return true;
}

void Progress::say(const std::string& how_far) {
  if (!due()) return;
  std::fprintf(stderr, "%s%s: %s%s", terminal_ ? "\r\033[K" : "", what_.c_str(), how_far.c_str(),
               terminal_ ? "" : "\n");
  std::fflush(stderr);
  shown_ = true;
}

void Progress::update(std::uint64_t done, const std::string& more) {
  if (!due()) return;
  const double now = last_;
  const double rate = static_cast<double>(done) / now;
  const double left = rate > 0 ? static_cast<double>(total_ - done) / rate : 0;
  std::fprintf(stderr, "%s%s: %s of %s, %s/s, %.0f s left%s%s", terminal_ ? "\r\033[K" : "",
               what_.c_str(), grouped(done).c_str(), grouped(total_).c_str(),
               grouped(static_cast<std::uint64_t>(rate)).c_str(), left, more.c_str(),
               terminal_ ? "" : "\n");
  std::fflush(stderr);
  shown_ = true;
}

}  // namespace stampede::cli
