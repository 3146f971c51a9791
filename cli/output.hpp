// What a command writes beside the standard output: opened before the work begins, so that no work
// is done for what cannot be kept, and never over what the command reads or writes elsewhere. What
// cannot be written in the end is told behind the verdict, and the exit status is 2.
#pragma once

#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace stampede::cli {

/// The files of one command. Its verdict is printed whatever becomes of them: what writes goes
/// through `write`, and the exit status through `status`.
class Outputs {
 public:
  /// `inputs`: the files that the command reads.
  explicit Outputs(std::vector<std::string> inputs) {
    for (std::string& input : inputs) taken_.push_back({"a file that is read", std::move(input)});
  }
  Outputs(const Outputs&) = delete;
  Outputs& operator=(const Outputs&) = delete;

  /// Takes `path` for what `flag` asks for; InputError if it is the same file as another one.
  void take(const std::string& flag, const std::string& path);
  /// Takes the database at `path`, if it is not empty; InputError if it cannot be made, or written
  /// to.
  void take_database(const std::string& flag, const std::string& path);
  /// Does `writing`; an InputError out of it is told later.
  void write(const std::function<void()>& writing);
  /// `status`, or exit_input if something could not be written.
  [[nodiscard]] int status(int status) const;
  /// Says on stderr what could not be written.
  void tell() const;

 private:
  struct Taken {
    std::string what;
    std::string path;
  };
  std::vector<Taken> taken_;
  std::vector<std::string> failures_;
};

/// One file, if its path is not empty. What is written stands beside its place until all of it is
/// there; without `finish` the place stays as it was. What is no regular file, as /dev/stdout, is
/// written to directly.
class OutputFile {
 public:
  /// InputError if it cannot be opened. Both must outlive it.
  OutputFile(Outputs& outputs, std::string flag, std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  explicit operator bool() const { return !path_.empty(); }
  [[nodiscard]] std::ostream& stream() { return stream_; }
  /// Puts what was written into its place; what goes wrong is told at the end.
  void finish();

 private:
  Outputs& outputs_;
  std::string flag_;
  std::string path_;
  /// Where it is written to: `path_` itself, or beside it until `finish`.
  std::string opened_;
  std::ofstream stream_;
};

/// Makes sure that descriptors 0 to 2 are taken: a file that is opened does not become the standard
/// output, where that is closed.
void guard_standard_streams();
/// `status`; or exit_input, after saying so, if not all could be written to the standard output.
int close_standard_output(int status);

}  // namespace stampede::cli
