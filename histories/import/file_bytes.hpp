// The bytes of a file, gzip or not, for input_text.
//
// 1. Of each gzip member the length and the checksum are right, and nothing but another member
//    stands behind it: else reading ends with the damage, never with what there was up to there.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace stampede::histories {

class FileBytes {
 public:
  /// Nothing is there to read where `damage()` says why.
  explicit FileBytes(const std::string& path);
  FileBytes(FileBytes&&) noexcept;
  FileBytes& operator=(FileBytes&&) noexcept;
  ~FileBytes();

  /// Up to `count` bytes to `target`; fewer only at the end, or where it is damaged.
  std::size_t read(char* target, std::size_t count);
  /// Why reading ended before the end of the file; empty if it did not.
  [[nodiscard]] const std::string& damage() const { return damage_; }

 private:
  struct Source;

  std::size_t read_plain(char* target, std::size_t count);
  std::size_t read_member(char* target, std::size_t count);
  bool begin_member();

  std::unique_ptr<Source> source_;
  std::string damage_;
};

}  // namespace stampede::histories
