#include "cli/line_reader.hpp"

#include <histedit.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "cli/command.hpp"
#include "cli/shown_text.hpp"

namespace stampede::cli {
namespace {

/// What can be read from the standard input now, or the signal that came first.
struct Input {
  int signal = 0;
  /// Empty = the end.
  std::string bytes{};
};

Input wait_for_input(std::size_t most) {
  for (;;) {
    if (const int signal = take_interrupt()) return {signal};
    // A signal between the question and the wait is seen after a moment.
    constexpr int moment_ms = 100;
    pollfd wanted{0, POLLIN, 0};
    const int ready = ::poll(&wanted, 1, moment_ms);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    std::array<char, 4096> buffer{};
    const ssize_t got = ::read(0, buffer.data(), std::min(most, buffer.size()));
    if (got < 0 && errno == EINTR) continue;
    return {0, std::string(buffer.data(), got < 0 ? 0 : static_cast<std::size_t>(got))};
  }
}

ReadLine signalled(int signal) {
  return {signal == SIGINT ? ReadLine::Kind::interrupted : ReadLine::Kind::terminated};
}

std::size_t common_length(const std::vector<std::string>& words) {
  std::size_t length = words.front().size();
  for (const std::string& word : words) {
    const auto differ =
        std::mismatch(words.front().begin(), words.front().end(), word.begin(), word.end());
    length = std::min(length, static_cast<std::size_t>(differ.first - words.front().begin()));
  }
  return length;
}

}  // namespace

/// libedit with its history; it writes to the terminal past our own stream, which is no file.
class LineReader::Terminal {
 public:
  explicit Terminal(Complete complete)
      : complete_(std::move(complete)), out_(::fdopen(::dup(1), "w")), history_(::history_init()) {
    edit_ = ::el_init("stampede", stdin, out_, out_);
    HistEvent event;
    constexpr int lines_kept = 1000;
    ::history(history_, &event, H_SETSIZE, lines_kept);
    ::history(history_, &event, H_SETUNIQUE, 1);
    ::el_set(edit_, EL_CLIENTDATA, this);
    ::el_set(edit_, EL_PROMPT, &Terminal::prompt);
    ::el_set(edit_, EL_EDITOR, "emacs");
    ::el_set(edit_, EL_HIST, ::history, history_);
    ::el_set(edit_, EL_GETCFN, &Terminal::get_character);
    ::el_set(edit_, EL_ADDFN, "complete", "complete the word", &Terminal::complete);
    ::el_set(edit_, EL_BIND, "^I", "complete", nullptr);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    ::el_end(edit_);
    ::history_end(history_);
    std::fclose(out_);
  }

  ReadLine read(const std::string& shown_prompt) {
    prompt_ = shown_prompt;
    signal_ = 0;
    int count = 0;
    // Before the prompt, not behind it as el_gets would: who answers it at once would still be
    // answering a terminal that edits by itself, where Ctrl-D is no key and Tab completes nothing.
    ::el_set(edit_, EL_PREP_TERM, 1);
    const char* typed = ::el_gets(edit_, &count);
    if (signal_ != 0) {
      std::fputs("\n", out_);
      std::fflush(out_);
      return signalled(signal_);
    }
    if (typed == nullptr || count <= 0) return {};
    std::string text(typed, static_cast<std::size_t>(count));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    HistEvent event;
    if (!text.empty()) ::history(history_, &event, H_ENTER, text.c_str());
    return {ReadLine::Kind::line, std::move(text)};
  }

 private:
  static Terminal& of(EditLine* edit) {
    void* found = nullptr;
    ::el_get(edit, EL_CLIENTDATA, &found);
    return *static_cast<Terminal*>(found);
  }
  static char* prompt(EditLine* edit) { return of(edit).prompt_.data(); }

  static int get_character(EditLine* edit, wchar_t* character) {
    const Input input = wait_for_input(1);
    of(edit).signal_ = input.signal;
    if (input.bytes.empty()) return 0;
    *character = static_cast<unsigned char>(input.bytes.front());
    return 1;
  }

  static unsigned char complete(EditLine* edit, int) {
    const LineInfo* line = ::el_line(edit);
    const std::string before(line->buffer, line->cursor);
    Terminal& self = of(edit);
    const std::vector<std::string> words = self.complete_(before);
    if (words.empty()) return CC_ERROR;
    const std::size_t begun = before.size() - (before.find_last_of(' ') + 1);
    std::string more = words.front().substr(0, common_length(words));
    more.erase(0, std::min(begun, more.size()));
    if (words.size() == 1) more += ' ';
    if (!more.empty()) return ::el_insertstr(edit, more.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
    std::string list = "\n";
    for (const std::string& word : words) list += word + "  ";
    std::fputs((shown(list) + "\n").c_str(), self.out_);
    return CC_REDISPLAY;
  }

  Complete complete_;
  std::FILE* out_;
  History* history_;
  EditLine* edit_ = nullptr;
  std::string prompt_;
  int signal_ = 0;
};

LineReader::LineReader(Complete complete) {
  if (::isatty(0) == 1 && ::isatty(1) == 1)
    terminal_ = std::make_unique<Terminal>(std::move(complete));
}

LineReader::~LineReader() = default;

ReadLine LineReader::read(const std::string& prompt) {
  std::fflush(stdout);
  return terminal_ == nullptr ? read_plain() : terminal_->read(prompt);
}

ReadLine LineReader::read_plain() {
  for (;;) {
    const std::size_t end = rest_.find('\n');
    if (end != std::string::npos || (ended_ && !rest_.empty())) {
      ReadLine line{ReadLine::Kind::line, rest_.substr(0, end)};
      rest_.erase(0, end == std::string::npos ? rest_.size() : end + 1);
      if (!line.text.empty() && line.text.back() == '\r') line.text.pop_back();
      return line;
    }
    if (ended_) return {};
    const Input input = wait_for_input(4096);
    if (input.signal != 0) return signalled(input.signal);
    ended_ = input.bytes.empty();
    rest_ += input.bytes;
  }
}

}  // namespace stampede::cli
