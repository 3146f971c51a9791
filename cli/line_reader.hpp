// Lines that somebody types: with editing, history and completion at a terminal (libedit), plain
// from everywhere else.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stampede::cli {

struct ReadLine {
  enum class Kind { line, end, interrupted, terminated };
  Kind kind = Kind::end;
  /// Without its end.
  std::string text{};
};

class LineReader {
 public:
  /// What the text before the cursor may go on with: whole words in place of its last one.
  using Complete = std::function<std::vector<std::string>(const std::string& before)>;
  explicit LineReader(Complete complete);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  [[nodiscard]] bool at_terminal() const { return terminal_ != nullptr; }
  /// The next line; the prompt is shown at a terminal only. SIGINT and SIGTERM end it: what was
  /// typed of the line is lost.
  ReadLine read(const std::string& prompt);

 private:
  ReadLine read_plain();

  class Terminal;
  std::unique_ptr<Terminal> terminal_;
  /// Read and not yet given out.
  std::string rest_;
  bool ended_ = false;
};

}  // namespace stampede::cli
