// What is printed is shown, not obeyed: names and values of scenarios, histories and databases come
// from anywhere, and a terminal would follow the control characters in them. This is the one place
// for it: everything that is written to stdout and stderr passes here.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace stampede::cli {

/// The text with its control characters, but for line feeds and tabs, as `\u001b`, and bytes that
/// are no UTF-8 as `\xff`. JSON without such bytes stays JSON with the same content.
std::string shown(std::string_view text);

/// While it lives, stdout and stderr go through `shown`.
class ShownOutput {
 public:
  ShownOutput();
  ShownOutput(const ShownOutput&) = delete;
  ShownOutput& operator=(const ShownOutput&) = delete;
  ~ShownOutput();

 private:
  std::FILE* standard_output_;
  std::FILE* standard_error_;
};

/// Control sequences of our own, and what was passed through `shown`: as it is, to stderr or,
/// behind what is on its way there, to stdout.
void write_raw(std::string_view text);
void write_raw_to_stdout(std::string_view text);

}  // namespace stampede::cli
