// The program as a user starts it: what it prints, and how it ends.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace stampede::tests {

struct Ended {
  /// Exit status, or -1 if a signal ended it.
  int status = 0;
  /// What came on stdout and stderr together.
  std::string out;
  [[nodiscard]] bool says(const std::string& text) const {
    return out.find(text) != std::string::npos;
  }
};

/// Runs a line of shell, in which `S` stands for the program.
Ended shell(const std::string& line);

/// A program that is running, its stdout and stderr in a pipe.
class Running {
 public:
  explicit Running(const std::vector<std::string>& arguments);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// Waits for something to be printed.
  void wait_for_output();
  /// Waits until there is such a file.
  void wait_for(const std::string& path) const;
  void signal(int number) const;
  /// Reads to the end.
  Ended end();

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::string out_;
};

/// A folder that is removed at the end.
class Folder {
 public:
  explicit Folder(const std::string& name);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Writes a file; its path.
  [[nodiscard]] std::string with(const std::string& name, const std::string& text) const;
  [[nodiscard]] std::string text_of(const std::string& name) const;

 private:
  std::string path_;
};

/// The path of a scenario of the catalogue.
std::string catalogue(const std::string& name);

}  // namespace stampede::tests
