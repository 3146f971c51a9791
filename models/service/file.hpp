// File: what it holds, and with which date and tag it was written last. Neither can be told from
// the operation: the date is what a clock said, the tag was drawn, as file systems draw the
// generation of a file. Replicas must agree on both (VRR 4.4).
//
//   read                    {"value":"1"}, or {"value":null} before the first write
//   { write: 1 }            {"ok":true}
//   { write: [1, 17, 1] }   the same, foretold: at 17 ns, with tag 1
//
// Clients see what it holds. So checkers need nobody to foretell anything, and what was foretold
// shows in the digests of states.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/service/foretold.hpp"
#include "models/service/register.hpp"

namespace stampede::models::service {

namespace file {

struct Write {
  std::string value{};
  std::optional<Foretold> foretold{};
};
STAMPEDE_VALUE(Write, value, foretold);

}  // namespace file

struct FileOperation {
  std::variant<cell::Read, file::Write> call{};
};
STAMPEDE_VALUE(FileOperation, call);

struct FileResult {
  std::variant<cell::Found, cell::Done> outcome{};
};
STAMPEDE_VALUE(FileResult, outcome);

struct File {
  using Operation = FileOperation;
  using Result = FileResult;

  std::optional<std::string> value{};
  /// Of the last write that was foretold.
  Foretold written{};

  FileResult apply(const FileOperation& operation);

  static bool is_pure(const FileOperation& operation, const FileResult& result);
  static engine::Shape shape(const FileOperation& operation, const FileResult& result);
  static FileOperation parse(const engine::Document& document);
  static std::vector<std::string> kinds() { return {"read", "write"}; }
  static bool uses_earlier_value(std::string_view) { return false; }
  static FileOperation generate(std::string_view kind, const engine::OperationTemplate& request);
};
STAMPEDE_VALUE(File, value, written);

void write_value(engine::JsonWriter& writer, const FileOperation& operation);
void write_value(engine::JsonWriter& writer, const FileResult& result);

}  // namespace stampede::models::service
